import { createRandom } from "@eddy/runtime/random";
import { describe, expect, it } from "vitest";
import { type DbscanOptions, dbscan } from "./dbscan.ts";
import type { Points } from "./k-means.ts";

/** By the book: all distances, clusters grown one after the other from their first core. */
function brute({ values, count, dimensions }: Points, { eps, minSamples }: DbscanOptions): Int32Array {
  const near = Array.from({ length: count }, (_, a) =>
    [...Array(count).keys()].filter((b) => {
      let squares = 0;
      for (let d = 0; d < dimensions; d++) squares += (values[a * dimensions + d]! - values[b * dimensions + d]!) ** 2;
      return squares <= eps * eps;
    }),
  );
  const clusters = new Int32Array(count).fill(-1);
  let next = 0;
  for (let row = 0; row < count; row++) {
    if (clusters[row]! >= 0 || near[row]!.length < minSamples) continue;
    const waiting = [row];
    clusters[row] = next;
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (near[at]!.length < minSamples) continue;
      for (const other of near[at]!) {
        if (clusters[other]! >= 0) continue;
        clusters[other] = next;
        waiting.push(other);
      }
    }
    next++;
  }
  return clusters;
}

const line = (...values: number[]): Points => ({
  values: Float32Array.from(values),
  count: values.length,
  dimensions: 1,
});

describe("DBSCAN", () => {
  it("works a case by hand: two clusters, a border point between them, noise", () => {
    // 3 is near a core of each cluster and no core itself; 9 is alone.
    const points = line(9, 4, 4.5, 5, 3, 1, 1.5, 2);
    const { clusters, count, noise } = dbscan(points, { eps: 1, minSamples: 4 });
    expect([...clusters]).toEqual([-1, 0, 0, 0, 0, 1, 1, 1]);
    expect([count, noise]).toEqual([2, 1]);
  });

  it("is what growing clusters by all distances gives, over many seeds, sizes and densities", () => {
    const kinds = new Set<string>();
    for (let seed = 0; seed < 300; seed++) {
      const random = createRandom(seed);
      const dimensions = 1 + random.below(5);
      const count = 1 + random.below(140);
      // Some on a coarse grid, so that there are equal points and distances of just eps.
      const coarse = random.below(2) === 0;
      const values = Float32Array.from({ length: count * dimensions }, () => {
        const value = (random.next() + random.next() + random.next()) * 4;
        return coarse ? Math.round(value) : value;
      });
      const options = { eps: coarse ? 1 + random.below(3) : 0.3 + 3 * random.next(), minSamples: 1 + random.below(8) };
      const points = { values, count, dimensions };
      const found = dbscan(points, options);
      const wanted = brute(points, options);
      expect(found.clusters, `seed ${seed}`).toEqual(wanted);
      expect(found.count).toBe(Math.max(...wanted) + 1);
      expect(found.noise).toBe(wanted.filter((cluster) => cluster < 0).length);
      kinds.add(`${Math.min(found.count, 3)} ${Math.sign(found.noise)}`);
    }
    // None, one, two, more clusters, with and without noise: the seeds reach all that there is.
    expect(kinds.size).toBeGreaterThanOrEqual(6);
  });

  it("takes an eps that covers everything, points all on one spot, and none", () => {
    const random = createRandom(1);
    const many = { values: Float32Array.from({ length: 60_000 }, random.next), count: 20_000, dimensions: 3 };
    expect(dbscan(many, { eps: 9, minSamples: 50 })).toMatchObject({ count: 1, noise: 0 });
    const spot = { values: new Float32Array(60_000).fill(2), count: 20_000, dimensions: 3 };
    expect(dbscan(spot, { eps: 0.1, minSamples: 20_000 })).toMatchObject({ count: 1, noise: 0 });
    expect(dbscan(spot, { eps: 0.1, minSamples: 20_001 })).toMatchObject({ count: 0, noise: 20_000 });
    expect(dbscan(line(), { eps: 1, minSamples: 1 })).toMatchObject({ count: 0, noise: 0 });
  });
});
