import type { Curve } from "./curve.ts";
import { forcesOf } from "./forces.ts";
import type { WeightedGraph } from "./fuzzy-graph.ts";
import { createNarrowMover, createWideMover, type DueEdges, LANES } from "./movers.ts";

export interface LayoutOptions {
  readonly width: number;
  readonly curve: Curve;
  readonly epochs: number;
  /** Points pushed off for each edge drawn. */
  readonly negatives: number;
  /** Any 32 bits. */
  readonly seed: number;
}

export interface Layout {
  /** Runs one epoch, so that the caller may breathe in between. From 0 to epochs − 1, in order. */
  run(epoch: number): void;
  /** count × width, as it is by now. */
  read(): Float32Array;
}

/**
 * UMAP's stochastic gradient descent, as umap-learn's `optimize_layout_euclidean` does it: an edge of weight w is due in every (1 / w)th
 * epoch (by the greatest weight), pulls its ends together and pushes its first end off some points drawn at random. The rate falls
 * from 1 to 0 in even steps. One stream of random numbers and one order of edges: the same seed gives the same layout.
 *
 * @param start count × width
 */
export function createLayout(
  graph: WeightedGraph,
  start: Float64Array,
  { width, curve, epochs, negatives, seed }: LayoutOptions,
): Layout {
  const { count, starts, columns, weights } = graph;
  const stride = Math.max(width, LANES);
  const places = new Float64Array(count * stride);
  for (let row = 0; row < count; row++) places.set(start.subarray(row * width, (row + 1) * width), row * stride);
  const options = { count, width, forces: forcesOf(curve), random: Int32Array.of(seed | 1) };
  const move = width <= LANES ? createNarrowMover(places, options) : createWideMover(places, options);

  const most = weights.reduce((sum, weight) => Math.max(sum, weight), 0);
  const period = weights.map((weight) => most / weight);
  const nextDue = period.slice();
  const nextNegative = period.map((epochsPerDraw) => epochsPerDraw / negatives);
  const longest = starts.reduce((sum, end, row) => Math.max(sum, end - (starts[row - 1] ?? 0)), 0);
  const due: DueEdges = { others: new Int32Array(longest), draws: new Int32Array(longest), size: 0 };

  return {
    run(epoch) {
      // umap-learn sets the rate after an epoch, so that the first two have the whole.
      const rate = 1 - Math.max(0, epoch - 1) / epochs;
      for (let row = 0; row < count; row++) {
        due.size = 0;
        for (let edge = starts[row]!, end = starts[row + 1]!; edge < end; edge++) {
          if (nextDue[edge]! > epoch) continue;
          nextDue[edge]! += period[edge]!;
          const perNegative = period[edge]! / negatives;
          const draws = Math.trunc((epoch - nextNegative[edge]!) / perNegative);
          nextNegative[edge]! += draws * perNegative;
          due.others[due.size] = columns[edge]!;
          due.draws[due.size++] = draws;
        }
        if (due.size > 0) move(row, due, rate);
      }
    },
    read() {
      const layout = new Float32Array(count * width);
      for (let row = 0; row < count; row++) {
        for (let i = 0; i < width; i++) layout[row * width + i] = places[row * stride + i]!;
      }
      return layout;
    },
  };
}
