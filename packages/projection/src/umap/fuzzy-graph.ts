import type { Neighbours } from "@eddy/compute/neighbour-search";
import { smoothDistances } from "./smooth-distances.ts";

/** A weighted graph: row i has edges to `columns[at]` of weight `weights[at]` for at = starts[i] … starts[i + 1] − 1. */
export interface WeightedGraph {
  readonly count: number;
  /** count + 1 places. */
  readonly starts: Int32Array;
  /** Ascending within a row. */
  readonly columns: Int32Array;
  /** Above 0, at most 1. */
  readonly weights: Float64Array;
}

/**
 * The fuzzy simplicial set of the points, as its edges: each point's membership in the neighbourhood of another,
 * exp(−(d − ρ) / σ), made symmetric by the probabilistic union a + b − ab (McInnes, Healy and Melville 2018, section 3).
 */
export function fuzzyGraph({ indices, distances }: Neighbours, count: number): WeightedGraph {
  const k = indices.length / count;
  const directed = bySortedColumns(indices, memberships(distances, count, k), count, k);
  return union(directed, transpose(directed));
}

/** Without the edges that `epochs` epochs are too few to draw, as umap-learn leaves them out. */
export function withoutFaintEdges(graph: WeightedGraph, epochs: number): WeightedGraph {
  const limit = graph.weights.reduce((most, weight) => Math.max(most, weight), 0) / epochs;
  return keep(graph, (weight) => weight >= limit);
}

function memberships(distances: Float32Array, count: number, k: number): Float64Array {
  const { nearest, scale } = smoothDistances(distances, count, k);
  return Float64Array.from(distances, (distance, at) => {
    const row = Math.floor(at / k);
    const beyond = distance - nearest[row]!;
    return beyond <= 0 || scale[row] === 0 ? 1 : Math.exp(-beyond / scale[row]!);
  });
}

function bySortedColumns(indices: Int32Array, weights: Float64Array, count: number, k: number): WeightedGraph {
  const starts = Int32Array.from({ length: count + 1 }, (_, row) => row * k);
  // A transposed graph has its columns in order: twice transposed is sorted.
  return transpose(transpose({ count, starts, columns: indices, weights }));
}

function transpose({ count, starts, columns, weights }: WeightedGraph): WeightedGraph {
  const turned = {
    count,
    starts: new Int32Array(count + 1),
    columns: new Int32Array(columns.length),
    weights: new Float64Array(columns.length),
  };
  for (const column of columns) turned.starts[column + 1]!++;
  for (let row = 0; row < count; row++) turned.starts[row + 1]! += turned.starts[row]!;
  const free = turned.starts.slice();
  for (let row = 0; row < count; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      const place = free[columns[at]!]!++;
      turned.columns[place] = row;
      turned.weights[place] = weights[at]!;
    }
  }
  return turned;
}

/** a + b − ab, edge by edge; both have their columns in order. */
function union(a: WeightedGraph, b: WeightedGraph): WeightedGraph {
  const { count } = a;
  const starts = new Int32Array(count + 1);
  const columns = new Int32Array(a.columns.length + b.columns.length);
  const weights = new Float64Array(columns.length);
  let size = 0;
  for (let row = 0; row < count; row++) {
    let [left, right] = [a.starts[row]!, b.starts[row]!];
    const [leftEnd, rightEnd] = [a.starts[row + 1]!, b.starts[row + 1]!];
    while (left < leftEnd || right < rightEnd) {
      const fromA = left < leftEnd ? a.columns[left]! : count;
      const fromB = right < rightEnd ? b.columns[right]! : count;
      const weightA = fromA <= fromB ? a.weights[left++]! : 0;
      const weightB = fromB <= fromA ? b.weights[right++]! : 0;
      columns[size] = Math.min(fromA, fromB);
      weights[size++] = weightA + weightB - weightA * weightB;
    }
    starts[row + 1] = size;
  }
  return keep({ count, starts, columns, weights }, (weight) => weight > 0);
}

function keep({ count, starts, columns, weights }: WeightedGraph, wanted: (weight: number) => boolean): WeightedGraph {
  const kept = { starts: new Int32Array(count + 1), columns: columns.slice(), weights: weights.slice() };
  let size = 0;
  for (let row = 0; row < count; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      if (!wanted(weights[at]!)) continue;
      kept.columns[size] = columns[at]!;
      kept.weights[size++] = weights[at]!;
    }
    kept.starts[row + 1] = size;
  }
  return { count, starts: kept.starts, columns: kept.columns.slice(0, size), weights: kept.weights.slice(0, size) };
}
