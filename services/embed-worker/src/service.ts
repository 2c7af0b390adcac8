import { encodeEmbedding } from "@eddy/contracts/embedding";
import type { Topics } from "@eddy/contracts/topics";
import type { Embedder } from "@eddy/embedding/port";
import type { Tracer } from "@eddy/runtime/tracer";
import type { Streams } from "@eddy/streams/port";
import { createWorker, type Worker } from "@eddy/streams/worker";
import type { WorkerObserver } from "@eddy/streams/worker-observer";
import { createEmbedStage } from "./stages/embed.ts";

export interface EmbedWorkerOptions {
  readonly streams: Streams;
  readonly topics: Topics;
  readonly group: string;
  readonly embedder: Embedder;
  /** Spherical: vectors that come ready are made unit length too. */
  readonly metric: "spherical" | "euclidean";
  /** The cluster-workers' group: embedding pauses while it lags by this many records. */
  readonly reader: { readonly group: string; readonly lagLimit: number };
  readonly maxRecords?: number;
  readonly observer?: WorkerObserver;
  readonly tracer?: Tracer;
}

/** `texts` → `embeddings`. */
export function createEmbedWorker({
  topics,
  embedder,
  metric,
  maxRecords = 256,
  ...options
}: EmbedWorkerOptions): Worker {
  return createWorker({
    ...options,
    name: "embed-worker",
    input: topics.texts,
    output: topics.embeddings,
    chained: true,
    maxRecords,
    depth: 3,
    stage: createEmbedStage(embedder, metric),
    encode: ({ key, embedding }) => ({ key, value: embedding && encodeEmbedding(embedding) }),
  });
}
