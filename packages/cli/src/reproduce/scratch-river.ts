import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deadLetterTopic, type Topics, topicsOf } from "@eddy/contracts/topics";
import type { Embedder } from "@eddy/embedding/port";
import type { Replica } from "@eddy/model/replica";
import { groupsOf } from "@eddy/pipeline/groups";
import { openTopics } from "@eddy/pipeline/open-log";
import { systemClock } from "@eddy/runtime/clock";
import { createHealth } from "@eddy/runtime/health";
import { createLogger } from "@eddy/runtime/logger";
import { createMetrics } from "@eddy/runtime/metrics";
import { silentTracer } from "@eddy/runtime/tracer";
import { deadLetterNote } from "@eddy/streams/dead-letter";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createLmdbStorage } from "@eddy/streams/embedded/lmdb-storage";
import { createRetention, type Retention } from "@eddy/streams/embedded/retention";
import type { LogRecord, Streams } from "@eddy/streams/port";
import { openEngine } from "@eddy/vectors/engine/engine";
import { createInProcessApi } from "@eddy/vectors/in-process";
import type { VectorStore } from "@eddy/vectors/port";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { createRiver } from "../up/river.ts";

const MIB = 2 ** 20;
const BATCH = 256;
const PAGE = 1_000;
const WAIT_MS = 50;

export interface ScratchRiverOptions {
  readonly embedder: Embedder;
  readonly clusters: number;
  readonly retentionBytes?: number;
  readonly verbose?: boolean;
}

/** The whole pipeline in this process on a folder of its own, which goes when it is closed; without HTTP. */
export interface ScratchRiver {
  readonly folder: string;
  readonly store: VectorStore;
  readonly streams: Streams;
  readonly topics: Topics;
  readonly replica: Replica;
  readonly retention: Retention;
  /** Documents as people publish them, in this order. */
  publish(documents: readonly { readonly id: string }[]): Promise<void>;
  /** When all of `count` documents are clustered or refused. */
  outcome(count: number, options?: { readonly from?: number; readonly signal?: AbortSignal }): Promise<Outcome>;
  /** Cluster of each document in the store, when the last sweep is done. */
  settled(signal?: AbortSignal): Promise<Map<string, string>>;
  close(): Promise<void>;
}

export interface Outcome {
  /** The first assignment of each document, as it was given in the stream. */
  readonly given: ReadonlyMap<string, string>;
  /** Dead letters, by the code of the refusal. */
  readonly rejected: Readonly<Record<string, number>>;
}

/** An embedder that is never asked: for documents that bring their vectors. */
export function readyVectors(dimensions: number): Embedder {
  return {
    info: {
      ...{ model: "ready", revision: "1", dimensions, dtype: "fp32", device: "cpu", maxTokens: 256, pooling: "mean" },
    },
    embed: async () => {
      throw new Error("a document without a vector");
    },
    close: async () => {},
  };
}

export async function openScratchRiver(options: ScratchRiverOptions): Promise<ScratchRiver> {
  const { embedder, clusters, retentionBytes = 256 * MIB, verbose = false } = options;
  const folder = await mkdtemp(join(tmpdir(), "eddy-scratch-"));
  const engine = openEngine({ dir: join(folder, "qdrant") });
  const store = createQdrantStore(createInProcessApi(engine), "scratch");
  const storage = createLmdbStorage(join(folder, "log"));
  const streams = new EmbeddedStreams({ storage, now: systemClock.now });
  const topics = topicsOf("scratch");
  const layout = await openTopics(streams, topics, { partitions: 1, retentionBytes });
  const { replica, components } = await createRiver(
    {
      pipeline: "scratch",
      ...{ topics, groups: groupsOf("scratch"), layout, streams, clock: systemClock, tracer: silentTracer },
      logger: createLogger({ service: "scratch", level: verbose ? "debug" : "error", fd: 2 }),
      metrics: createMetrics({ processMetrics: false }),
      health: createHealth(systemClock),
    },
    {
      ...{ clusters, metric: "spherical", halfLifeDocuments: 0, halfLifeMs: 0, maxDocumentBytes: MIB },
      ...{ lagLimit: 20_000, snapshotEvery: 2_000, pointRetentionMs: 0 },
    },
    { store, embedder },
  );
  const broken = new AbortController();
  const fail = (error: unknown) => broken.abort(error);
  for (const component of components) await component.start?.({ fail, signal: new AbortController().signal });
  const ended = (signal?: AbortSignal) => (signal ? AbortSignal.any([signal, broken.signal]) : broken.signal);

  return {
    ...{ folder, store, streams, topics, replica },
    retention: createRetention(streams, storage),
    async publish(documents) {
      for (let at = 0; at < documents.length; at += BATCH) {
        await streams.append(topics.documents, 0, documents.slice(at, at + BATCH).map(recordOf));
      }
    },
    async outcome(count, { from = 0, signal } = {}) {
      const stop = ended(signal);
      const given = new Map<string, string>();
      const rejected: Record<string, number> = {};
      const dead = streams.reader(deadLetterTopic(topics.documents), 0, 0);
      const assigned = streams.reader(topics.assignments, 0, from);
      for (let refused = 0; given.size + refused < count; ) {
        stop.throwIfAborted();
        for (const { key, value } of await assigned.fetch({ maxRecords: PAGE, waitMs: WAIT_MS })) {
          const id = Buffer.from(key!).toString();
          if (value && !given.has(id)) given.set(id, JSON.parse(Buffer.from(value).toString()).cluster_id);
        }
        for (const letter of await dead.fetch({ maxRecords: PAGE, waitMs: 0 })) {
          const code = deadLetterNote(letter.headers)?.code ?? "unknown";
          rejected[code] = (rejected[code] ?? 0) + 1;
          refused++;
        }
      }
      return { given, rejected };
    },
    async settled(signal) {
      const stop = ended(signal);
      while ((await store.count({ assignedBefore: replica.state.structuredAt })) > 0) {
        stop.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      }
      const final = new Map<string, string>();
      for (let after: string | undefined; ; ) {
        const page = await store.page({ limit: PAGE, after });
        for (const { payload } of page.points) final.set(payload.document_id, payload.cluster_id!);
        after = page.next;
        if (after === undefined) return final;
      }
    },
    async close() {
      for (const component of components.toReversed()) await component.stop?.(new AbortController().signal);
      await streams.close();
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function recordOf(document: { readonly id: string }): LogRecord {
  return { key: Buffer.from(document.id), value: Buffer.from(JSON.stringify(document)), headers: {} };
}
