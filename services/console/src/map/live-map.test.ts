import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Points } from "@eddy/compute/neighbour-search";
import type { PointPayload } from "@eddy/contracts/collection";
import { topicSpecs, topicsOf } from "@eddy/contracts/topics";
import { createHashEmbedder } from "@eddy/embedding/hash-embedder";
import { createReplica, type Replica } from "@eddy/model/replica";
import { createSnapshots } from "@eddy/model/snapshots";
import { systemClock } from "@eddy/runtime/clock";
import { createLogger } from "@eddy/runtime/logger";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import { type Engine, openEngine } from "@eddy/vectors/engine/engine";
import { createInProcessApi } from "@eddy/vectors/in-process";
import { pointIdOf } from "@eddy/vectors/point-id";
import type { VectorStore } from "@eddy/vectors/port";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LayoutMaker } from "./layout-maker.ts";
import { createLiveMap, type LiveMap } from "./live-map.ts";

const topics = topicsOf("map");
const DIMENSIONS = 4;
const fits: number[] = [];

/** The first two numbers of a vector are its place; half as far from the middle with each layout. */
function plainMaker(): LayoutMaker {
  const plain = ({ values, count, width }: Points) =>
    Float32Array.from({ length: count * 2 }, (_, at) => values[(at >> 1) * width + (at & 1)]! / 2 ** (fits.length - 1));
  return {
    async fit(points) {
      fits.push(points.count);
      return { method: "pca", places: plain(points) };
    },
    place: async (points) => plain(points),
    close: async () => {},
  };
}

let folder: string;
let engine: Engine;
let store: VectorStore;
let streams: EmbeddedStreams;
let replica: Replica;
let map: LiveMap;

beforeEach(async () => {
  fits.length = 0;
  folder = mkdtempSync(join(tmpdir(), "eddy-map-"));
  engine = openEngine({ dir: folder });
  store = createQdrantStore(createInProcessApi(engine), "documents");
  streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => Date.now() });
  await streams.createTopics(topicSpecs(topics, { documentPartitions: 1, partitions: 2 }));
  const snapshots = createSnapshots(streams, topics.models);
  replica = createReplica({ streams, topic: topics.modelLog, snapshots, clock: systemClock });
  await replica.start((error) => {
    throw error;
  });
  const logger = createLogger({ service: "map", level: "silent" });
  const ports = { streams, topics, store, replica, embedder: createHashEmbedder(), clock: systemClock, logger };
  map = createLiveMap(ports, { maker: plainMaker(), capacity: 20 });
});

afterEach(async () => {
  await map.close();
  await replica.stop();
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const choice = { automatic: false, chosen: 1, score: 0, runnerUp: 0, runnerUpScore: 0, clear: false };
const centre = { vector: Float32Array.of(1, 0, 0, 0), weight: 10 };

/** A model of one cluster. */
async function found(): Promise<void> {
  const uuid = "5f2bd1b8-3c85-4d04-a7a5-2a6f1d6c9f10";
  const model = { metric: "spherical", dimensions: DIMENSIONS, model: "m", modelRevision: "r" } as const;
  await replica.propose({ type: "founded", uuid, ...model, halfLifeDocuments: 0, halfLifeMs: 0 });
  await replica.propose({ type: "seeded", centres: [centre], choice, sampleSize: 512 });
  await store.open({ dimensions: DIMENSIONS, distance: "Cosine", uuid });
}

/** Writes points as the cluster-worker does, and tells of them in `assignments`. */
async function write(ids: readonly string[], payload: Partial<PointPayload> = {}, tell = true): Promise<void> {
  const at = new Date().toISOString();
  const points = ids.map((id, index) => {
    const angle = index / ids.length;
    return {
      vector: Float32Array.of(Math.cos(angle), Math.sin(angle), 0, 0),
      payload: {
        document_id: id,
        text: `text of ${id}`,
        revision: "0:0",
        received_at: at,
        version: 1,
        assigned_with: 1,
        assigned_at: at,
        cluster_id: "c1",
        ...payload,
      },
    };
  });
  await store.write(points);
  if (tell)
    await streams.append(
      topics.assignments,
      0,
      ids.map((id) => record(id, "{}")),
    );
}

const record = (id: string, value: string | null) => ({
  key: Buffer.from(id),
  value: value === null ? null : Buffer.from(value),
  headers: {},
});

/** Lets the fold count `more` documents. */
async function count(more: number): Promise<void> {
  const from = replica.state.partitions.get(0)?.applied ?? -1;
  const each = Array.from({ length: more }, (_, index) => index + 1);
  const touched = { cluster: 1, added: more, removed: 0, sumSquares: more, removedWeight: 0 };
  const { outcome } = await replica.propose({
    type: "delta",
    partition: 0,
    from,
    to: from + more,
    done: from,
    assignedWith: replica.state.version,
    sources: each,
    clusters: each.map(() => 1),
    touched: [{ ...touched, sum: Float32Array.of(more, 0, 0, 0) }],
  });
  expect(outcome.taken).toBe(true);
}

const shown = () => map.read().shown;
const wait = { timeout: 10_000, interval: 20 };

test("shows what is there, then what comes, changes and goes", async () => {
  expect(map.read()).toMatchObject({ layout: null, shown: 0, documents: 0, full: true });
  await found();
  await write(["a", "b", "c"]);
  await count(3);
  await vi.waitFor(() => expect(shown()).toBe(3), wait);
  const first = map.read();
  expect(first).toMatchObject({ full: true, documents: 3, clusters: ["c1"], layout: { method: "pca", fitted_on: 3 } });
  expect([...first.points.title].sort()).toEqual(["text of a", "text of b", "text of c"]);

  await write(["d"], { title: "D" });
  await vi.waitFor(() => expect(shown()).toBe(4), wait);
  const second = map.read(first.revision);
  expect(second).toMatchObject({ full: false, points: { id: ["d"], title: ["D"] }, removed: [] });

  await write(["a"], { version: 2, cluster_id: "c2" });
  await vi.waitFor(() => expect(map.read(second.revision).points.id).toEqual(["a"]), wait);
  await write(["b"], { version: 3, deleted: true });
  await vi.waitFor(() => expect(map.read(second.revision).removed).toEqual(["b"]), wait);
  expect(fits).toEqual([3]);
});

test("is laid out anew where the documents have become four times as many, and not before", async () => {
  await found();
  await write(["a", "b", "c"]);
  await count(3);
  await vi.waitFor(() => expect(shown()).toBe(3), wait);
  const { revision } = map.read();
  const more = Array.from({ length: 8 }, (_, i) => `more ${i}`);
  await write(more);
  await count(8);
  await vi.waitFor(() => expect(shown()).toBe(11), wait);
  expect(fits).toEqual([3]);
  await write(["last"]);
  await count(1);
  await vi.waitFor(() => expect(fits).toEqual([3, 12]), wait);
  await vi.waitFor(() => expect(map.read(revision)).toMatchObject({ full: true, layout: { fitted_on: 12 } }), wait);
});

test("shows a uniform sample where there is more than it holds, and finds what it was not told of", async () => {
  await found();
  const ids = Array.from({ length: 60 }, (_, i) => `document ${i}`);
  const byPoint = [...ids].sort((a, b) => (pointIdOf(a) < pointIdOf(b) ? -1 : 1));
  await write(byPoint.slice(5));
  await count(60);
  await vi.waitFor(() => expect(shown()).toBe(20), wait);
  expect(map.read()).toMatchObject({ documents: 60, shown: 20 });
  expect([...map.read().points.id].sort()).toEqual(byPoint.slice(5, 25).sort());
  await write(byPoint.slice(0, 5), { cluster_id: "c9" }, false);
  await replica.propose({ type: "refitted", clusters: [{ cluster: 1, centre, absorbs: [] }], sampleSize: 60, choice });
  await vi.waitFor(() => expect([...map.read().points.id].sort()).toEqual(byPoint.slice(0, 20).sort()), wait);
});
