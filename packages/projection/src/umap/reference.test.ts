import { readFileSync } from "node:fs";
import type { NeighbourMetric } from "@eddy/compute/neighbour-search";
import { nearestNeighbours } from "@eddy/compute/neighbours";
import { createRandom } from "@eddy/runtime/random";
import { describe, expect, it } from "vitest";
import { fitCurve } from "./curve.ts";
import { fuzzyGraph } from "./fuzzy-graph.ts";
import { spectralLayout } from "./spectral.ts";

const reference: {
  readonly points: readonly (readonly number[])[];
  readonly graphs: readonly {
    readonly metric: NeighbourMetric;
    readonly neighbours: number;
    readonly edges: readonly (readonly [number, number, number])[];
    readonly spectral: readonly (readonly number[])[];
  }[];
  readonly curves: readonly { readonly minDist: number; readonly spread: number; readonly ab: [number, number] }[];
} = JSON.parse(readFileSync(new URL("../fixtures/umap-learn.json", import.meta.url), "utf8"));

const points = {
  values: Float32Array.from(reference.points.flat()),
  count: reference.points.length,
  width: reference.points[0]!.length,
};

/** The cosine of column `column` of two layouts of two columns. */
function likeness(layout: Float64Array, expected: readonly (readonly number[])[], column: number): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (const [row, places] of expected.entries()) {
    const [a, b] = [layout[row * 2 + column]!, places[column]!];
    ab += a * b;
    aa += a * a;
    bb += b * b;
  }
  return ab / Math.sqrt(aa * bb);
}

describe("the parts of UMAP that are not random are umap-learn's", () => {
  for (const { metric, neighbours, edges, spectral } of reference.graphs) {
    it(`the graph and where its points begin: ${metric}, ${neighbours} neighbours`, async () => {
      const graph = fuzzyGraph(await nearestNeighbours(points, neighbours - 1, metric), points.count);
      expect(graph.columns.length).toBe(edges.length);
      let at = 0;
      for (const [row, column, weight] of edges) {
        expect(graph.starts[row]! <= at && at < graph.starts[row + 1]!, `row of edge ${at}`).toBe(true);
        expect(graph.columns[at]).toBe(column);
        expect(Math.abs(graph.weights[at]! - weight), `${row} to ${column}`).toBeLessThan(2e-5);
        at++;
      }
      const layout = spectralLayout(graph, 2, { points, metric, random: createRandom(1) });
      for (const column of [0, 1]) expect(Math.abs(likeness(layout, spectral, column))).toBeGreaterThan(0.999);
    });
  }

  for (const { minDist, spread, ab } of reference.curves) {
    it(`a and b of a minimum distance of ${minDist} and a spread of ${spread}`, () => {
      const { a, b } = fitCurve(minDist, spread);
      expect(Math.abs(a - ab[0])).toBeLessThan(1e-5);
      expect(Math.abs(b - ab[1])).toBeLessThan(1e-5);
    });
  }
});
