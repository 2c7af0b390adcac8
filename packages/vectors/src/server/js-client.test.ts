/** Qdrant's own client for JavaScript, and what it makes of the answers: each of its methods that people build on. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { QdrantClient } from "@qdrant/js-client-rest";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createQdrantServer, type QdrantServer } from "./server.ts";

const dir = mkdtempSync(join(tmpdir(), "eddy-client-"));
const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
let server: QdrantServer;
let client: QdrantClient;
beforeAll(async () => {
  server = await createQdrantServer({ dir, port: 0, apiKey: "k" });
  client = new QdrantClient({ url: server.url, apiKey: "k" });
});
afterAll(async () => {
  await server.close();
  warned.mockRestore();
  rmSync(dir, { recursive: true });
});

const C = "tour";
const idsOf = ({ points }: { points: { id: unknown }[] }) => points.map(({ id }) => id);

it("finds a server of its own version", async () => {
  const info = await client.versionInfo();
  expect(info.version).toBe("1.19.0");
  expect(warned.mock.calls.flat().join(" ")).not.toMatch(/incompatible/);
});

it("collections, indexes, aliases", async () => {
  const made = await client.createCollection(C, {
    vectors: { text: { size: 3, distance: "Cosine" }, image: { size: 2, distance: "Euclid" } },
    sparse_vectors: { words: { modifier: "idf" } },
  });
  expect(made).toBe(true);
  await client.createPayloadIndex(C, { field_name: "city", field_schema: "keyword", wait: true });
  await client.createPayloadIndex(C, { field_name: "n", field_schema: { type: "integer", range: true }, wait: true });
  const info = await client.getCollection(C);
  expect(info.config.params.sparse_vectors).toEqual({ words: { modifier: "idf" } });
  expect(Object.keys(info.payload_schema)).toEqual(["city", "n"]);
  await client.updateCollectionAliases({ actions: [{ create_alias: { collection_name: C, alias_name: "live" } }] });
  expect(await client.getAliases()).toEqual({ aliases: [{ alias_name: "live", collection_name: C }] });
  expect(await client.collectionExists("live")).toEqual({ exists: true });
  expect((await client.getCollections()).collections).toEqual([{ name: C }]);
});

it("points: upsert, columns, update, delete; payload and vectors by themselves", async () => {
  const points = Array.from({ length: 10 }, (_, i) => ({
    id: i,
    vector: { text: [1, i, 0], image: [i, i], words: { indices: [i, 20], values: [1, 0.5] } },
    payload: { city: i % 2 === 0 ? "Oslo" : "Rome", n: i, at: { lon: i, lat: 60 } },
  }));
  expect((await client.upsert(C, { points })).status).toBe("completed");
  await client.upsert(C, {
    batch: {
      ids: [20, 21],
      vectors: {
        text: [
          [0, 0, 1],
          [0, 1, 1],
        ],
      },
      payloads: [{ n: 20 }, {}],
    },
  });
  await client.setPayload(C, { payload: { seen: true }, points: [20] });
  await client.overwritePayload(C, { payload: { only: 1 }, points: [21] });
  await client.deletePayload(C, { keys: ["seen"], points: [20] });
  await client.updateVectors(C, { points: [{ id: 20, vector: { image: [9, 9] } }] });
  await client.deleteVectors(C, { points: [21], vector: ["text"] });
  const found = await client.retrieve(C, { ids: [20, 21], with_vector: true });
  expect(found).toEqual([
    { id: 20, payload: { n: 20 }, vector: { text: [0, 0, 1], image: [9, 9] } },
    { id: 21, payload: { only: 1 }, vector: {} },
  ]);
  await client.batchUpdate(C, { operations: [{ delete: { points: [20] } }, { clear_payload: { points: [21] } }] });
  await client.delete(C, { points: [21], wait: true });
  expect(await client.count(C)).toEqual({ count: 10 });
});

it("queries: by vector, id, examples, sparse, fused, diverse, ordered, sampled, grouped, in batches", async () => {
  const using = "text";
  expect(idsOf(await client.query(C, { query: [1, 0, 0], using, limit: 3 }))).toEqual([0, 1, 2]);
  expect(idsOf(await client.query(C, { query: 0, using, limit: 2 }))).toEqual([1, 2]);
  const recommend = { positive: [1, 2], negative: [9], strategy: "best_score" as const };
  expect(idsOf(await client.query(C, { query: { recommend }, using, limit: 2 }))).toEqual([3, 0]);
  const discover = { target: 1, context: [{ positive: 2, negative: 9 }] };
  expect(idsOf(await client.query(C, { query: { discover }, using, limit: 1 }))).toEqual([3]);
  const sparse = await client.query(C, { query: { indices: [7], values: [1] }, using: "words" });
  expect(idsOf(sparse)).toEqual([7]);
  const fused = await client.query(C, {
    prefetch: [
      { query: [1, 0, 0], using },
      { query: { indices: [7], values: [1] }, using: "words" },
    ],
    query: { fusion: "rrf" },
    limit: 2,
  });
  expect(new Set(idsOf(fused))).toEqual(new Set([0, 7]));
  const boosted = await client.query(C, {
    prefetch: { query: [1, 0, 0], using },
    query: { formula: { sum: ["$score", { mult: [10, { key: "n", match: { value: 6 } }] }] } },
    limit: 2,
  });
  expect(idsOf(boosted)).toEqual([6, 0]);
  const diverse = await client.query(C, {
    query: { nearest: [1, 1, 0], mmr: { diversity: 1, candidates_limit: 10 } },
    using,
    limit: 2,
  });
  expect(idsOf(diverse)).toEqual([1, 0]);
  expect(idsOf(await client.query(C, { query: { order_by: { key: "n", direction: "desc" } }, limit: 2 }))).toEqual([
    9, 8,
  ]);
  expect(idsOf(await client.query(C, { query: { sample: "random" }, limit: 100 }))).toHaveLength(10);
  const { groups } = await client.queryGroups(C, { query: [1, 0, 0], using, group_by: "city", group_size: 2 });
  expect(groups.map(({ id, hits }) => [id, hits.map((hit) => hit.id)])).toEqual([
    ["Oslo", [0, 2]],
    ["Rome", [1, 3]],
  ]);
  const batch = await client.queryBatch(C, {
    searches: [
      { query: 0, using, limit: 1 },
      { query: 9, using, limit: 1 },
    ],
  });
  expect(batch.map(idsOf)).toEqual([[1], [8]]);
});

it("the distance matrix", async () => {
  const { pairs } = await client.searchMatrixPairs(C, { sample: 10, limit: 2, using: "text" });
  expect(pairs.filter(({ a }) => a === 5).map(({ b }) => b)).toEqual([6, 4]);
  expect(pairs).toHaveLength(20);
  const { ids, offsets_row, offsets_col, scores } = await client.searchMatrixOffsets(C, { sample: 5, using: "text" });
  expect(new Set(ids).size).toBe(5);
  expect([offsets_row.length, offsets_col.length, scores.length]).toEqual([15, 15, 15]);
  expect(offsets_row.every((row, i) => row !== offsets_col[i])).toBe(true);
});

it("reads: scroll, facet, filters of places", async () => {
  const page = await client.scroll(C, { limit: 4, with_payload: ["n"] });
  expect(page.points[3]).toEqual({ id: 3, payload: { n: 3 } });
  expect(page.next_page_offset).toBe(4);
  expect(await client.facet(C, { key: "city" })).toEqual({
    hits: [
      { value: "Oslo", count: 5 },
      { value: "Rome", count: 5 },
    ],
  });
  const near = { key: "at", geo_radius: { center: { lon: 2, lat: 60 }, radius: 60_000 } };
  expect(await client.count(C, { filter: { must: [near] } })).toEqual({ count: 3 });
});

it("snapshots", async () => {
  const made = await client.createSnapshot(C);
  expect(await client.listSnapshots(C)).toEqual([made]);
  await client.delete(C, { filter: {}, wait: true });
  const location = pathToFileURL(join(dir, "snapshots", "collections", C, made!.name)).href;
  expect(await client.recoverSnapshot(C, { location })).toBe(true);
  expect(await client.count(C)).toEqual({ count: 10 });
  expect(await client.deleteSnapshot(C, made!.name)).toBe(true);
  const full = await client.createFullSnapshot();
  expect(await client.listFullSnapshots()).toEqual([full]);
});

it("refusals reach the caller with Qdrant's text; then the collection is deleted", async () => {
  await expect(client.query(C, { query: [1, 2], using: "text" })).rejects.toMatchObject({
    status: 400,
    data: { status: { error: "Wrong input: Vector dimension error: expected dim: 3, got 2" } },
  });
  await expect(client.query(C, { query: { formula: { sum: ["$score", 1] } } })).rejects.toMatchObject({
    status: 400,
    data: { status: { error: "Bad request: cannot apply Formula without prefetches" } },
  });
  expect(await client.deleteCollection(C)).toBe(true);
  expect(await client.getAliases()).toEqual({ aliases: [] });
});
