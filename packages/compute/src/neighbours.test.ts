import { describe, expect, it } from "vitest";
import type { NeighbourMetric, Points } from "./neighbour-search.ts";
import { nearestNeighbours } from "./neighbours.ts";

/** mulberry32: a small generator of its own, since compute imports no other package. */
function numbers(seed: number) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), 1 | state);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

function cloud(count: number, width: number, { seed = 1, centre = 0 } = {}): Points {
  const next = numbers(seed);
  return { values: Float32Array.from({ length: count * width }, () => centre + next() - next()), count, width };
}

/** Every distance in f64, sorted by distance, then index. */
function bruteForce({ values, count, width }: Points, k: number, metric: NeighbourMetric) {
  const rowOf = (row: number) => [...values.subarray(row * width, (row + 1) * width)];
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const measure = (a: number[], b: number[]) => {
    if (metric === "euclidean") return Math.hypot(...a.map((value, i) => value - b[i]!));
    return 1 - dot(a, b) / (Math.sqrt(dot(a, a) * dot(b, b)) || 1);
  };
  const rows = Array.from({ length: count }, (_, row) => rowOf(row));
  return rows.map((row, self) =>
    rows
      .map((other, index) => ({ index, distance: measure(row, other) }))
      .filter(({ index }) => index !== self)
      .sort((a, b) => a.distance - b.distance || a.index - b.index)
      .slice(0, k),
  );
}

describe("nearestNeighbours", () => {
  for (const metric of ["euclidean", "cosine"] as const) {
    for (const centre of [0, 300]) {
      // Far from the origin the cosines of f32 rows differ by less than their rounding.
      if (metric === "cosine" && centre !== 0) continue;
      it(`finds what brute force finds: ${metric}, about ${centre}`, async () => {
        const points = cloud(400, 12, { centre });
        const { indices, distances } = await nearestNeighbours(points, 17, metric, { chunk: 96 });
        const expected = bruteForce(points, 17, metric);
        expect([...indices]).toEqual(expected.flat().map(({ index }) => index));
        for (const [at, { distance }] of expected.flat().entries()) {
          expect(Math.abs(distances[at]! - distance)).toBeLessThan(1e-6 * Math.max(1, distance));
        }
      });
    }
  }

  for (const metric of ["euclidean", "cosine"] as const) {
    it(`leaves a point out by its index, so that its duplicates stay, at distance 0: ${metric}`, async () => {
      const { values } = cloud(10, 3);
      const points = { values: Float32Array.from([...values, ...values, ...values]), count: 30, width: 3 };
      const { indices, distances } = await nearestNeighbours(points, 2, metric);
      for (let row = 0; row < 30; row++) {
        const others = [row % 10, (row % 10) + 10, (row % 10) + 20].filter((index) => index !== row);
        expect([...indices.subarray(row * 2, row * 2 + 2)]).toEqual(others);
        expect([...distances.subarray(row * 2, row * 2 + 2)]).toEqual([0, 0]);
      }
    });
  }

  it("copes with more duplicates than candidates: all at distance 0, none of them itself", async () => {
    const { indices, distances } = await nearestNeighbours(
      { values: new Float32Array(50 * 4).fill(0.3), count: 50, width: 4 },
      3,
      "euclidean",
    );
    for (let at = 0; at < indices.length; at++) expect(indices[at]).not.toBe(Math.floor(at / 3));
    expect(new Set(distances)).toEqual(new Set([0]));
  });

  it("puts a row of zeros at cosine distance 1 from all", async () => {
    const points = { values: Float32Array.of(0, 0, 1, 0, 2, 0, 0, 0), count: 4, width: 2 };
    const { indices, distances } = await nearestNeighbours(points, 3, "cosine");
    expect([...indices]).toEqual([1, 2, 3, 2, 0, 3, 1, 0, 3, 0, 1, 2]);
    expect([...distances]).toEqual([1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1]);
  });

  it("gives all others where k is count − 1, says how far it is, and can be stopped", async () => {
    const points = cloud(20, 5);
    const heard: number[] = [];
    const { indices } = await nearestNeighbours(points, 19, "euclidean", {
      chunk: 8,
      onProgress: (done) => heard.push(done),
    });
    for (let row = 0; row < 20; row++) expect(new Set(indices.subarray(row * 19, row * 19 + 19)).size).toBe(19);
    expect(heard).toEqual([0.4, 0.8, 1]);
    await expect(nearestNeighbours(points, 3, "euclidean", { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });

  it("refuses what does not fit", async () => {
    await expect(nearestNeighbours(cloud(5, 2), 5, "euclidean")).rejects.toThrow(RangeError);
    await expect(nearestNeighbours({ ...cloud(5, 2), width: 3 }, 2, "euclidean")).rejects.toThrow(RangeError);
  });
});
