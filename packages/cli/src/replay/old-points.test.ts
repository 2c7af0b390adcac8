import { createRandom } from "@eddy/runtime/random";
import type { StoredPoint, VectorStore } from "@eddy/vectors/port";
import { expect, test } from "vitest";
import { oldPoints } from "./old-points.ts";

function storeOf(times: readonly number[]) {
  const points = times.map(
    (ms, n) => ({ payload: { document_id: `${n}`, received_at: new Date(ms).toISOString() } }) as StoredPoint,
  );
  const matching = ({ receivedFrom = "", receivedBefore = "" } = {}) =>
    points.filter(({ payload: { received_at } }) => received_at >= receivedFrom && received_at < receivedBefore);
  return {
    count: async (where) => matching(where).length,
    async page({ where, limit, after = "0" }) {
      const [from, to] = [Number(after), Number(after) + limit];
      const all = matching(where);
      return { points: all.slice(from, to), ...(to < all.length && { next: String(to) }) };
    },
  } as Pick<VectorStore, "count" | "page"> as VectorStore;
}

async function read(store: VectorStore, from: number, to: number) {
  const stretches = [];
  for await (const stretch of oldPoints(store, from, to)) stretches.push(stretch);
  return stretches;
}

const timeOf = ({ payload }: StoredPoint) => Date.parse(payload.received_at);

test("all points come once, by time, a stretch at a time; it can be gone on with after any of them", async () => {
  const random = createRandom(5);
  // Crowded in places.
  const times = Array.from({ length: 4_000 }, (_, n) =>
    n % 3 === 0 ? random.below(1_000_000) : 400_000 + random.below(50),
  );
  const store = storeOf(times);
  const stretches = await read(store, 0, 2_000_000);
  const all = stretches.flatMap(({ points }) => points);
  expect(all.map(timeOf)).toEqual([...times].sort((a, b) => a - b));
  expect(new Set(all.map(({ payload }) => payload.document_id)).size).toBe(4_000);
  expect(Math.max(...stretches.map(({ points }) => points.length))).toBeLessThanOrEqual(512);
  const middle = stretches[3]!;
  const before = stretches.slice(0, 4).reduce((sum, { points }) => sum + points.length, 0);
  expect((await read(store, middle.before, 2_000_000)).flatMap(({ points }) => points)).toHaveLength(4_000 - before);
  expect(stretches.at(-1)!.before).toBe(2_000_000);
});

test("more than can be put in order came within a millisecond: they come once all the same", async () => {
  const stretches = await read(storeOf(Array.from({ length: 5_000 }, () => 1_234)), 0, 10_000);
  const all = stretches.flatMap(({ points }) => points);
  expect(new Set(all.map(({ payload }) => payload.document_id)).size).toBe(5_000);
  expect(all).toHaveLength(5_000);
  // Whoever stops in between begins there again.
  const cut = stretches.findIndex(({ points }) => points.length > 0);
  expect(stretches[cut]!.before).toBeLessThanOrEqual(1_234);
});

test("an empty collection", async () => {
  expect(await read(storeOf([]), 0, 10)).toEqual([{ points: [], before: 10 }]);
});
