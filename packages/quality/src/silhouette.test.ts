import { createRandom } from "@eddy/runtime/random";
import { describe, expect, it } from "vitest";
import { daviesBouldin } from "./davies-bouldin.ts";
import fixture from "./fixtures/points.json" with { type: "json" };
import { silhouette, silhouetteLimit, silhouettes } from "./silhouette.ts";
import { simplifiedSilhouette } from "./simplified-silhouette.ts";

const line = (points: number[], clusters: number[]) => ({ points: Float64Array.from(points), width: 1, clusters });

describe("silhouette and Davies-Bouldin", () => {
  it.each(fixture.cases)("equal scikit-learn, seed $seed", ({ points, width, clusters, ...expected }) => {
    const partition = { points: Float64Array.from(points), width, clusters };
    expect(silhouette(partition)).toBeCloseTo(expected.silhouette, 10);
    expect(daviesBouldin(partition)).toBeCloseTo(expected.davies_bouldin, 10);
  });

  it("work a case by hand", () => {
    // Points 0, 2 | 10, 14: a = 2, 2, 4, 4; b = 12, 10, 9, 13.
    const partition = line([0, 2, 10, 14], [7, 7, 3, 3]);
    expect(silhouette(partition)).toBeCloseTo((10 / 12 + 8 / 10 + 5 / 9 + 9 / 13) / 4, 12);
    expect(daviesBouldin(partition)).toBeCloseTo((1 + 2) / 11, 12);
  });

  it("are not defined for one cluster or as many as points", () => {
    for (const clusters of [
      [1, 1],
      [1, 2],
    ]) {
      expect(silhouette(line([0, 1], clusters))).toBeUndefined();
      expect(daviesBouldin(line([0, 1], clusters))).toBeUndefined();
    }
  });

  it("take points that all lie on one spot", () => {
    const partition = line([1, 1, 1, 1], [0, 0, 1, 1]);
    expect(silhouette(partition)).toBe(0);
    expect(daviesBouldin(partition)).toBe(0);
  });

  it("refuse the wrong width and too many points", () => {
    expect(() => silhouette(line([1, 2, 3], [0, 1]))).toThrow(RangeError);
    const n = silhouetteLimit + 1;
    expect(() => silhouette(line(new Array(n).fill(0), new Array(n).fill(0)))).toThrow(/sample/);
  });
});

describe("several silhouettes at once", () => {
  it("are those of one after the other, past a strip of rows, none where there is none", () => {
    const random = createRandom(3);
    const [n, width] = [203, 7];
    const points = Float64Array.from({ length: n * width }, random.next);
    const clusterings = [3, 1, 8].map((k) => Int32Array.from({ length: n }, () => random.below(k)));
    const found = silhouettes({ points, width }, clusterings);
    for (const [c, clusters] of clusterings.entries()) {
      expect(found[c]).toBe(silhouette({ points, width, clusters }));
      if (c !== 1) expect(found[c]).toBeCloseTo(byTheBook(points, width, clusters), 10);
    }
    expect(found[1]).toBeUndefined();
  });
});

/** The silhouette point by point, as the paper has it. */
function byTheBook(points: Float64Array, width: number, clusters: Int32Array): number {
  const k = Math.max(...clusters) + 1;
  const row = (i: number) => points.subarray(i * width, (i + 1) * width);
  const values = Array.from(clusters, (own, i) => {
    const means = Array.from({ length: k }, (_, c) => {
      const others = [...clusters.keys()].filter((j) => clusters[j] === c && j !== i);
      return others.reduce((sum, j) => sum + Math.hypot(...row(i).map((x, d) => x - row(j)[d]!)), 0) / others.length;
    });
    const [a, b] = [means[own]!, Math.min(...means.filter((_, c) => c !== own))];
    return (b - a) / Math.max(a, b);
  });
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("simplified silhouette", () => {
  const centres = Float64Array.from([1, 12]);

  it("works a case by hand", () => {
    const points = Float64Array.from([0, 2, 10, 14]);
    const value = simplifiedSilhouette({ points, centres, width: 1, clusters: [0, 0, 1, 1] });
    expect(value).toBeCloseTo((11 / 12 + 9 / 10 + 7 / 9 + 11 / 13) / 4, 12);
  });

  it("falls when points are given to the wrong centre, and needs two centres", () => {
    const points = Float64Array.from([0, 14]);
    expect(simplifiedSilhouette({ points, centres, width: 1, clusters: [1, 0] })).toBeLessThan(0);
    expect(
      simplifiedSilhouette({ points, centres: centres.subarray(0, 1), width: 1, clusters: [0, 0] }),
    ).toBeUndefined();
  });
});
