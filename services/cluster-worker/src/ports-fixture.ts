import type { Refitted, Seeded } from "@eddy/clustering/events";
import type { RefitRequest, SeedRequest } from "@eddy/clustering/seed";
import { encodeEmbedding } from "@eddy/contracts/embedding";
import { topicSpecs, topicsOf } from "@eddy/contracts/topics";
import { createReplica } from "@eddy/model/replica";
import { createSnapshots } from "@eddy/model/snapshots";
import { createFakeClock } from "@eddy/runtime/fake-clock";
import type { Logger } from "@eddy/runtime/logger";
import { silentTracer } from "@eddy/runtime/tracer";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import type { Cursor, LogRecord } from "@eddy/streams/port";
import type { PointFilter, StoredPoint, VectorStore } from "@eddy/vectors/port";
import { createChanges } from "./changes.ts";
import { silentObserver } from "./observer.ts";
import type { ClusterOptions, Ports } from "./ports.ts";

const topics = topicsOf("test");
const logger: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => logger };
export const choice = { automatic: false, chosen: 2, score: 0, runnerUp: 0, runnerUpScore: 0, clear: true };

/** Two clusters, along the axes of a plane. */
export const axes: Seeded = {
  type: "seeded",
  centres: [Float32Array.of(1, 0), Float32Array.of(0, 1)].map((vector) => ({ vector, weight: 8 })),
  sampleSize: 2,
  choice,
};

export const options: ClusterOptions = {
  group: "cluster",
  clusters: 2,
  seedSize: 6,
  seedIdleMs: 2_000,
  maxBatch: 10,
  depth: 2,
  refitSample: 100,
  snapshotEvery: 100,
};

/** What a worker stands on, over a log and a store in memory; for tests. `points` is the store, `asked` what the seeder was asked. */
export async function createPorts(partitions = 1) {
  const clock = createFakeClock();
  const streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => clock.now() });
  await streams.createTopics(topicSpecs(topics, { partitions, documentPartitions: partitions, retentionBytes: 1e9 }));
  const snapshots = createSnapshots(streams, topics.models);
  const replica = createReplica({ streams, topic: topics.modelLog, snapshots, clock });
  const failures: unknown[] = [];
  await replica.start((error) => failures.push(error));
  await replica.propose(
    {
      type: "founded",
      uuid: "u",
      metric: "spherical",
      dimensions: 2,
      model: "m",
      modelRevision: "1",
      halfLifeDocuments: 0,
      halfLifeMs: 0,
    },
    0,
  );
  const points = new Map<string, StoredPoint>();
  const asked: (SeedRequest | RefitRequest)[] = [];
  let refitted: Refitted | undefined;
  const ports: Ports = {
    streams,
    topics,
    store: storeOver(points),
    replica,
    snapshots,
    changes: createChanges(streams, topics.clusterEvents),
    assigner: { assign: async (...call) => nearest(...call) },
    seeder: {
      seed: async (request) => {
        asked.push(request);
        return { ...axes, sampleSize: request.sample.count };
      },
      refit: async (request) => {
        asked.push(request);
        return refitted!;
      },
    },
    upstream: async () => 0,
    clock,
    random: () => 0,
    logger,
    observer: silentObserver,
    tracer: silentTracer,
  };
  return {
    ports,
    streams,
    topics,
    replica,
    clock,
    points,
    asked,
    failures,
    willRefit: (event: Refitted) => {
      refitted = event;
    },
  };
}

/** A record of `embeddings`, chained. */
export function embeddingRecord(source: number, previous: number, vector = [1, 0], origin = 0): LogRecord {
  const document_id = `d${source}`;
  const document = { document_id, revision: `0:${source}`, text: "x", received_at: new Date(0).toISOString() };
  const embedded = { document, model: "m", modelRevision: "1", tokens: 1, truncated: false };
  return {
    key: Buffer.from(document_id),
    value: encodeEmbedding({ ...embedded, vector: Float32Array.from(vector) }),
    headers: { "eddy-origin": String(origin), "eddy-source": String(source), "eddy-previous": String(previous) },
  };
}

/** A cursor of nobody's group. */
export function cursorOf(streams: EmbeddedStreams, topic: string, partition: number, revoked: AbortSignal): Cursor {
  const reader = streams.reader(topic, partition, 0);
  return {
    topic,
    partition,
    committed: undefined,
    revoked,
    fetch: async (options) => (revoked.aborted ? [] : reader.fetch({ ...options, waitMs: 0 })),
    seek: (offset) => reader.seek(offset),
    commit: () => Promise.reject(new Error("nothing is to be committed here")),
  };
}

export function pointOf(id: string, vector: readonly number[], payload: Partial<StoredPoint["payload"]>): StoredPoint {
  return {
    vector: Float32Array.from(vector),
    payload: { document_id: id, version: 0, ...payload } as StoredPoint["payload"],
  };
}

/** With the fence of a sweep. */
function storeOver(points: Map<string, StoredPoint>): VectorStore {
  const stale = (where: PointFilter = {}) =>
    [...points.values()].filter(
      ({ payload }) => !payload.deleted && payload.assigned_with < (where.assignedBefore ?? Number.POSITIVE_INFINITY),
    );
  const store: Partial<VectorStore> = {
    sample: async (limit) => stale().slice(0, limit),
    count: async (where) => stale(where).length,
    page: async ({ where, after = "" }) => {
      // Two at a time, whatever is asked for.
      const all = stale(where)
        .filter(({ payload }) => payload.document_id > after)
        .sort((a, b) => (a.payload.document_id < b.payload.document_id ? -1 : 1));
      const next = all.length > 2 ? all[1]!.payload.document_id : undefined;
      return { points: all.slice(0, 2), ...(next !== undefined && { next }) };
    },
    reassign: async (changes) => {
      for (const { documentId, version, change } of changes) {
        const present = points.get(documentId);
        if (present?.payload.version !== version || present.payload.assigned_with >= change.assigned_with) continue;
        points.set(documentId, { ...present, payload: { ...present.payload, ...change } });
      }
    },
  };
  return store as VectorStore;
}

function nearest(points: readonly Float32Array[], centres: Float32Array, count: number, k: number) {
  const found = { nearest: new Int32Array(count), distance: new Float32Array(count), margin: new Float32Array(count) };
  for (const [row, [x, y]] of points.entries()) {
    const distances = Array.from({ length: k }, (_, at) => 1 - x! * centres[at * 2]! - y! * centres[at * 2 + 1]!);
    found.nearest[row] = distances.indexOf(Math.min(...distances));
    found.distance[row] = Math.min(...distances);
  }
  return found;
}
