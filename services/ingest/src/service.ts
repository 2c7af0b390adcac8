import type { Topics } from "@eddy/contracts/topics";
import type { Tracer } from "@eddy/runtime/tracer";
import { partitionOf } from "@eddy/streams/murmur2";
import type { Streams } from "@eddy/streams/port";
import { createWorker, type Worker } from "@eddy/streams/worker";
import type { WorkerObserver } from "@eddy/streams/worker-observer";
import { createCheckStage } from "./stages/check.ts";

export interface IngestOptions {
  readonly streams: Streams;
  readonly topics: Topics;
  readonly group: string;
  /** The embed-workers' group: ingest pauses while it lags by this many records. */
  readonly reader: { readonly group: string; readonly lagLimit: number };
  readonly textPartitions: number;
  readonly maxBytes: number;
  readonly dimensions: number;
  readonly observer?: WorkerObserver;
  readonly tracer?: Tracer;
}

/** `documents` → `texts`: checks, cleans, routes by the document's id. */
export function createIngest({ topics, textPartitions, maxBytes, dimensions, ...options }: IngestOptions): Worker {
  return createWorker({
    ...options,
    name: "ingest",
    input: topics.documents,
    output: topics.texts,
    chained: false,
    stage: createCheckStage({ maxBytes, dimensions }),
    encode: ({ documentId, accepted }) => {
      const key = Buffer.from(documentId);
      return {
        key,
        value: accepted && Buffer.from(JSON.stringify(accepted)),
        partition: partitionOf(key, textPartitions),
      };
    },
  });
}
