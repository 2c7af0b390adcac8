import { emptyState } from "@eddy/clustering/state";
import { chainLink } from "@eddy/streams/chain";
import type { StoredPoint, VectorStore } from "@eddy/vectors/port";
import { describe, expect, it } from "vitest";
import type { CountedBatch, Item } from "../batch.ts";
import { assign } from "./assign.ts";
import { oldShares } from "./old-shares.ts";
import { assignmentsOf, pointsOf } from "./write.ts";

const at = "2026-01-02T03:04:05.000Z";
function item(source: number, documentId: string, values: readonly number[] | null): Item {
  const vector = values && Float32Array.from(values);
  const document = { document_id: documentId, revision: `0:${source}`, text: "t", received_at: at };
  const embedded = vector && { document, model: "m", modelRevision: "r", vector, tokens: 1, truncated: source === 1 };
  return { source, documentId, vector, offset: source + 100, embedded, headers: { ce_id: String(source) } };
}
function batchOf(items: readonly Item[], more: Partial<CountedBatch> = {}): CountedBatch {
  return {
    items,
    clusters: items.map(({ vector }) => (vector ? 2 : 0)),
    distances: items.map(() => 0.25),
    margins: items.map(() => 0.5),
    from: 0,
    to: items.at(-1)!.source,
    read: items.at(-1)!.source,
    version: 9,
    assignedWith: 7,
    clock: 3,
    nextOffset: 200,
    ...more,
  };
}
const edited = batchOf([item(1, "a", [1, 0]), item(2, "b", [0, 1]), item(4, "a", [1, 1]), item(5, "c", null)], {
  clusters: [0, 3, 2, 0],
});

describe("write", () => {
  it("makes one point of the last version of each document, and a mark of a deleted one", () => {
    const points = pointsOf(edited, at);
    expect(
      points.map(({ payload: { document_id, revision, cluster_id, counted_in, version, assigned_with, deleted } }) => [
        document_id,
        revision,
        cluster_id,
        counted_in,
        version,
        assigned_with,
        deleted,
      ]),
    ).toEqual([
      ["a", "0:4", "c2", "c2", 9, 7, undefined],
      ["b", "0:2", "c3", "c3", 9, 7, undefined],
      ["c", "deleted@105", undefined, undefined, 9, 7, true],
    ]);
    expect(points[0]!.payload).toMatchObject({ counted_at: 3, model: "m", model_revision: "r", distance: 0.25 });
    expect(points.map(({ vector }) => vector && [...vector])).toEqual([[1, 1], [0, 1], undefined]);
  });

  it("chains the assignments over the records that were replaced, up to the end of the Delta", () => {
    const records = assignmentsOf(edited, 3, at);
    expect(records.map(({ headers }) => chainLink(headers))).toEqual([
      { origin: 3, source: 2, previous: 0 },
      { origin: 3, source: 4, previous: 2 },
      { origin: 3, source: 5, previous: 4 },
    ]);
    expect(records.map(({ key }) => String(key))).toEqual(["b", "a", "c"]);
    expect(JSON.parse(String(records[1]!.value))).toEqual({
      document_id: "a",
      cluster_id: "c2",
      distance: 0.25,
      margin: 0.5,
      version: 9,
      assigned_with: 7,
      assigned_at: at,
    });
    expect([records[2]!.value, records[2]!.headers["eddy-version"], records[2]!.headers.ce_id]).toEqual([
      null,
      "9",
      "5",
    ]);
  });
});

describe("assign", () => {
  it("asks for the items that have a vector alone, and gives deletions cluster 0", async () => {
    const asked: [number, number][] = [];
    const assigner = {
      async assign(_: readonly Float32Array[], __: Float32Array, count: number, k: number) {
        asked.push([count, k]);
        return { nearest: Int32Array.of(1, 0), distance: Float32Array.of(0.5, 0.25), margin: Float32Array.of(2, 1) };
      },
    };
    const centres = { version: 1, epoch: 1, clusters: [4, 9], values: Float32Array.of(1, 0, 0, 1) };
    const items = [item(1, "a", [0, 1]), item(2, "b", null), item(3, "c", [1, 0])];
    expect(await assign(assigner, centres, items)).toEqual({
      clusters: [9, 0, 4],
      distances: [0.5, 0, 0.25],
      margins: [2, 0, 1],
    });
    expect(await assign(assigner, centres, [item(2, "b", null)])).toEqual({
      clusters: [0],
      distances: [0],
      margins: [0],
    });
    expect(asked).toEqual([[2, 2]]);
  });
});

describe("old shares", () => {
  const state = emptyState();
  state.clock = 5;
  state.founded = {
    type: "founded",
    uuid: "u",
    metric: "spherical",
    dimensions: 2,
    model: "m",
    modelRevision: "r",
    halfLifeDocuments: 1,
    halfLifeMs: 0,
  };
  for (const id of [1, 2, 3])
    state.clusters.set(id, {
      id,
      sum: new Float64Array(2),
      weight: 1,
      sumSquares: 1,
      count: 1,
      decayedAt: 0,
      name: "",
      bornAt: 0,
      heir: 0,
    });
  function storeOf(...points: StoredPoint[]): VectorStore {
    return {
      async lookup(ids: readonly string[], { withVectors = false } = {}) {
        const found = points.filter(({ payload }) => ids.includes(payload.document_id));
        return new Map(
          found.map(({ payload, vector }) => [payload.document_id, { payload, ...(withVectors && { vector }) }]),
        );
      },
    } as unknown as VectorStore;
  }
  const [stored] = pointsOf(batchOf([item(1, "a", [1, 0])], { clock: 4 }), at);
  const point = { payload: { ...stored!.payload, cluster_id: "c1" }, vector: stored!.vector! };

  it("come from the store: from where it was counted, not where a sweep moved it, less what decayed since", async () => {
    const shares = await oldShares([item(9, "a", null), item(10, "new", [1, 0])], [], storeOf(point), state);
    expect(shares).toEqual(new Map([["a", { cluster: 2, vector: Float32Array.of(1, 0), left: 0.5 }]]));
  });

  it("come from what is counted and not yet written first, the newest of it", async () => {
    const older = batchOf([item(2, "a", [0, 1])], { clusters: [1], clock: 2 });
    const newer = batchOf([item(3, "a", [9, 9]), item(4, "a", [0.5, 0.5])], { clusters: [0, 3], clock: 3 });
    const shares = await oldShares([item(9, "a", null)], [older, newer], storeOf(point), state);
    expect(shares.get("a")).toEqual({ cluster: 3, vector: Float32Array.of(0.5, 0.5), left: 0.25 });
    const gone = batchOf([item(5, "a", null)]);
    expect(await oldShares([item(9, "a", null)], [older, gone], storeOf(point), state)).toEqual(new Map());
  });

  it("are none for a mark, nor for a cluster that this model never had", async () => {
    const [mark] = pointsOf(batchOf([item(1, "a", null)]), at);
    expect((await oldShares([item(9, "a", [1, 0])], [], storeOf(mark!), state)).size).toBe(0);
    const foreign = { ...point, payload: { ...point.payload, counted_in: "c77" } };
    expect((await oldShares([item(9, "a", [1, 0])], [], storeOf(foreign), state)).size).toBe(0);
  });
});
