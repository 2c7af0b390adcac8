import { createRandom } from "@eddy/runtime/random";
import fc from "fast-check";
import { expect, test } from "vitest";
import { gramKMeans, gramOf } from "./gram-k-means.ts";
import { bestKMeans, lloyd, type Points } from "./k-means.ts";
import { createLoopAssign, plantedPoints } from "./points-fixture.ts";

const assign = createLoopAssign(2);

function pointsOf(rows: readonly (readonly number[])[]): Points {
  return { values: Float32Array.from(rows.flat()), count: rows.length, dimensions: 2 };
}

/** The least inertia over every way to cut the points in k. */
function leastInertia({ values, count }: Points, k: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let code = 0; code < k ** count; code++) {
    const groups = Array.from({ length: count }, (_, row) => Math.floor(code / k ** row) % k);
    let inertia = 0;
    for (let c = 0; c < k; c++) {
      const rows = groups.flatMap((group, row) => (group === c ? [row] : []));
      for (const axis of [0, 1]) {
        const mean = rows.reduce((sum, row) => sum + values[row * 2 + axis]!, 0) / rows.length;
        for (const row of rows) inertia += (values[row * 2 + axis]! - mean) ** 2;
      }
    }
    least = Math.min(least, inertia);
  }
  return least;
}

const coordinate = fc.integer({ min: -20, max: 20 });
const rows = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 7 });

test("finds the best partition of tiny sets, by brute force, with enough starts", async () => {
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 2, max: 3 }), fc.nat(1000), async (given, k, seed) => {
      const points = pointsOf(given);
      const fit = await bestKMeans(points, k, assign, { starts: 24, seed });
      const least = leastInertia(points, k);
      expect(fit.inertia).toBeGreaterThanOrEqual(least - 1e-3);
      // Lloyd's stops at local minima; of 24 starts one should find the global one on so few points.
      expect(fit.inertia).toBeLessThanOrEqual(least * 1.05 + 1e-3);
      expect(fit.sizes.reduce((sum, size) => sum + size, 0)).toBe(points.count);
    }),
    { numRuns: 40, seed: 7 },
  );
});

test("keeps a warm start that is better than fresh ones, and is the same for the same seed", async () => {
  const points = plantedPoints(4, 200, 2, 0.2, createRandom(1).next);
  const cold = await bestKMeans(points, 4, assign, { starts: 2, seed: 5 });
  const again = await bestKMeans(points, 4, assign, { starts: 2, seed: 5 });
  expect(again).toEqual(cold);
  const warm = await bestKMeans(points, 4, assign, { starts: 0, seed: 0, warm: cold.centres });
  expect(warm.inertia).toBeLessThanOrEqual(cold.inertia);
  await expect(bestKMeans(points, 4, assign, { starts: 0, seed: 0 })).rejects.toThrow(RangeError);
});

test("seeds that are drawn one by one end near what the planted centres themselves end at", async () => {
  const k = 100;
  const points = plantedPoints(k, 2_000, 16, 0.1, createRandom(3).next);
  const far = createLoopAssign(16);
  const planted = await lloyd(points, points.values.slice(0, k * 16), k, far);
  const fit = await bestKMeans(points, k, far, { starts: 8, seed: 1 });
  expect(fit.inertia / planted.inertia).toBeLessThan(1.15);
});

test.each([1, 2, 3, 5, 100])("copes with points that are all the same, k = %i", async (k) => {
  const points = pointsOf(Array.from({ length: 20 }, () => [3, 4]));
  const fit = await bestKMeans(points, k, assign, { starts: 3, seed: 1 });
  expect([...fit.centres].every(Number.isFinite)).toBe(true);
  expect(fit.inertia).toBe(0);
});

test("a centre that loses its points stays where it is", async () => {
  const points = pointsOf([
    [0, 0],
    [1, 0],
  ]);
  const fit = await lloyd(points, Float32Array.of(0.5, 0, 100, 100), 2, assign);
  expect([[...fit.centres], fit.sizes]).toEqual([
    [0.5, 0, 100, 100],
    [2, 0],
  ]);
});

test("on inner products alone: the distances are those to the means of its clusters", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(coordinate, coordinate), { minLength: 4, maxLength: 25 }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(1e6),
      (given, k, seed) => {
        const points = pointsOf(given);
        const members = Int32Array.from({ length: points.count }, (_, row) => row);
        const fit = gramKMeans(gramOf(points), members, k, createRandom(seed).next, 50);
        for (let c = 0; c < k; c++) {
          const own = given.filter((_, row) => fit.clusters[row] === c);
          const mean = [0, 1].map((axis) => own.reduce((sum, row) => sum + row[axis]!, 0) / own.length);
          for (const [row, point] of given.entries()) {
            const expected =
              own.length === 0 ? Number.POSITIVE_INFINITY : (point[0] - mean[0]!) ** 2 + (point[1] - mean[1]!) ** 2;
            const found = fit.distancesOf(row)[c]!;
            if (Number.isFinite(expected)) expect(Math.abs(found - expected)).toBeLessThan(1e-3);
            else expect(found).toBe(expected);
          }
        }
      },
    ),
  );
});

test("on inner products alone: it ends where Lloyd's on coordinates ends from there", async () => {
  const points = plantedPoints(5, 150, 6, 0.4, createRandom(3).next);
  const members = Int32Array.from({ length: points.count }, (_, row) => row);
  for (const seed of [1, 2, 3]) {
    const fit = gramKMeans(gramOf(points), members, 5, createRandom(seed).next, 100);
    const means = new Float32Array(5 * 6);
    for (let c = 0; c < 5; c++) {
      const own = members.filter((row) => fit.clusters[row] === c);
      for (const row of own) for (let i = 0; i < 6; i++) means[c * 6 + i]! += points.values[row * 6 + i]! / own.length;
    }
    const further = await lloyd(points, means, 5, createLoopAssign(6));
    expect(Math.abs(further.inertia - fit.inertia)).toBeLessThan(1e-3 * fit.inertia);
  }
});
