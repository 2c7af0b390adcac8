// The whole pipeline in one process for the benches: the composition of `eddy up`, without HTTP, on a temporary folder.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRiver } from "@eddy/cli/up/river";
import { topicsOf } from "@eddy/contracts/topics";
import { groupsOf } from "@eddy/pipeline/groups";
import { openTopics } from "@eddy/pipeline/open-log";
import { systemClock } from "@eddy/runtime/clock";
import { createHealth } from "@eddy/runtime/health";
import { createLogger } from "@eddy/runtime/logger";
import { createMetrics } from "@eddy/runtime/metrics";
import { silentTracer } from "@eddy/runtime/tracer";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createLmdbStorage } from "@eddy/streams/embedded/lmdb-storage";
import { createRetention } from "@eddy/streams/embedded/retention";
import { openEngine } from "@eddy/vectors/engine/engine";
import { createInProcessApi } from "@eddy/vectors/in-process";
import { createQdrantStore } from "@eddy/vectors/qdrant";

const MIB = 2 ** 20;

/** An embedder that is never asked: for documents that bring their vectors. */
export const readyEmbedder = {
  info: {
    model: "bench",
    revision: "1",
    dimensions: 384,
    dtype: "fp32",
    device: "cpu",
    maxTokens: 256,
    pooling: "mean",
  },
  embed: async () => {
    throw new Error("a document without a vector");
  },
  close: async () => {},
};

export async function openRiver({ embedder, clusters, verbose = false, retentionBytes = 256 * MIB }) {
  const home = mkdtempSync(join(tmpdir(), "eddy-bench-"));
  const engine = openEngine({ dir: join(home, "qdrant") });
  const store = createQdrantStore(createInProcessApi(engine), "bench");
  const storage = createLmdbStorage(join(home, "log"));
  const streams = new EmbeddedStreams({ storage, now: Date.now });
  const topics = topicsOf("bench");
  const logger = createLogger({ service: "bench", level: verbose ? "debug" : "warn", fd: 2 });
  const layout = await openTopics(streams, topics, { partitions: 1, retentionBytes });
  const river = await createRiver(
    {
      pipeline: "bench",
      topics,
      groups: groupsOf("bench"),
      layout,
      streams,
      clock: systemClock,
      logger,
      metrics: createMetrics({ processMetrics: false }),
      health: createHealth(systemClock),
      tracer: silentTracer,
    },
    {
      clusters,
      metric: "spherical",
      halfLifeDocuments: 0,
      halfLifeMs: 0,
      maxDocumentBytes: MIB,
      lagLimit: 20_000,
      snapshotEvery: 2_000,
      pointRetentionMs: 0,
    },
    { store, embedder },
  );
  const fail = (error) => {
    throw error;
  };
  for (const component of river.components) await component.start({ fail, signal: new AbortController().signal });
  const retention = createRetention(streams, storage);
  return {
    home,
    store,
    streams,
    topics,
    replica: river.replica,
    retention,
    async publish(documents) {
      for (let at = 0; at < documents.length; at += 256) {
        const records = documents.slice(at, at + 256).map((document) => ({
          key: Buffer.from(document.id),
          value: Buffer.from(JSON.stringify(document)),
          headers: {},
        }));
        await streams.append(topics.documents, 0, records);
      }
    },
    /** The first assignment of each document, as given in the stream. */
    async assignments(count, from = 0) {
      const given = new Map();
      const reader = streams.reader(topics.assignments, 0, from);
      while (given.size < count) {
        for (const { key, value } of await reader.fetch({ maxRecords: 1_000, waitMs: 1_000 })) {
          const id = Buffer.from(key).toString();
          if (value && !given.has(id)) given.set(id, JSON.parse(Buffer.from(value)).cluster_id);
        }
      }
      return given;
    },
    /** After the last sweep: the cluster of each document in the store. */
    async settled() {
      while ((await store.count({ assignedBefore: river.replica.state.structuredAt })) > 0)
        await new Promise((resolve) => setTimeout(resolve, 50));
      const final = new Map();
      for (let after; ; ) {
        const page = await store.page({ limit: 1_000, after });
        for (const { payload } of page.points) final.set(payload.document_id, payload.cluster_id);
        after = page.next;
        if (after === undefined) return final;
      }
    },
    async close() {
      for (const component of [...river.components].reverse()) await component.stop?.(new AbortController().signal);
      await streams.close();
      await engine.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
