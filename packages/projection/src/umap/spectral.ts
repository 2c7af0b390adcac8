import type { NeighbourMetric, Points } from "@eddy/compute/neighbour-search";
import type { Random } from "@eddy/runtime/random";
import { leadingEigenvectors } from "../eigenvectors.ts";
import { connectedParts, partOf } from "./connected.ts";
import type { WeightedGraph } from "./fuzzy-graph.ts";

/** `eigsh`'s tolerance in umap-learn: a start, not a result. */
const TOLERANCE = 1e-4;
/** Vectors held by Lanczos: more would take longer to orthogonalise than restarts take. */
const BASIS = 60;
const LEAST_AFFINITY = 1e-9;

/**
 * Where the points begin: the eigenvectors of the graph's normalised Laplacian I − D^−½ W D^−½ with the smallest eigenvalues but the
 * first (Belkin and Niyogi 2003). A graph in several parts is laid out part by part about places that are far from each other, as
 * umap-learn's `multi_component_layout` does it.
 *
 * @returns count × width, row by row, not scaled
 */
export function spectralLayout(
  graph: WeightedGraph,
  width: number,
  { points, metric, random }: { readonly points: Points; readonly metric: NeighbourMetric; readonly random: Random },
): Float64Array {
  const parts = connectedParts(graph);
  if (parts.length === 1) return connectedLayout(graph, width, random);
  const places =
    parts.length > 2 * width ? placesByDistance(parts, points, metric, width, random) : axes(parts.length, width);
  const layout = new Float64Array(graph.count * width);
  for (const [part, rows] of parts.entries()) {
    const reach = reachOf(places, part) / 2;
    const own = connectedLayout(partOf(graph, rows), width, random);
    const largest = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    for (const [index, row] of rows.entries()) {
      for (let column = 0; column < width; column++) {
        layout[row * width + column] = places[part]![column]! + (reach * own[index * width + column]!) / largest;
      }
    }
  }
  return layout;
}

function connectedLayout(graph: WeightedGraph, width: number, random: Random): Float64Array {
  const { count } = graph;
  if (count < 2 * width || count <= width + 1) {
    return Float64Array.from({ length: count * width }, () => 2 * random.next() - 1);
  }
  const { vectors } = leadingEigenvectors(normalisedAdjacency(graph), width + 1, {
    random,
    tolerance: TOLERANCE,
    basis: BASIS,
  });
  const layout = new Float64Array(count * width);
  for (let at = 0; at < layout.length; at++) layout[at] = vectors[1 + (at % width)]![Math.floor(at / width)]!;
  return layout;
}

/** D^−½ W D^−½: its largest eigenvalues are the smallest of the Laplacian, from 1. */
function normalisedAdjacency({ count, starts, columns, weights }: WeightedGraph) {
  const degree = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) degree[row]! += weights[at]!;
  }
  const normalised = weights.slice();
  for (let row = 0; row < count; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      normalised[at]! /= Math.sqrt(degree[row]! * degree[columns[at]!]!);
    }
  }
  return {
    size: count,
    multiply(x: Float64Array, into: Float64Array) {
      for (let row = 0; row < count; row++) {
        let sum = 0;
        for (let at = starts[row]!; at < starts[row + 1]!; at++) sum += normalised[at]! * x[columns[at]!]!;
        into[row] = sum;
      }
    },
  };
}

/** Few parts: each on an axis of its own, one on either side. */
function axes(parts: number, width: number): readonly number[][] {
  const half = Math.ceil(parts / 2);
  return Array.from({ length: parts }, (_, part) =>
    Array.from({ length: width }, (_, column) => (part % half === column ? (part < half ? 1 : -1) : 0)),
  );
}

/**
 * Many parts: by the Laplacian eigenmap of their centres, with affinities exp(−d²). Unlike umap-learn's, d is in units of the mean
 * distance and an affinity never nothing, so that neither the data's scale nor a part far from all others decides alone.
 */
function placesByDistance(
  parts: readonly Int32Array[],
  points: Points,
  metric: NeighbourMetric,
  width: number,
  random: Random,
): readonly number[][] {
  const centres = parts.map((rows) => centreOf(rows, points));
  const measure = metric === "euclidean" ? euclidean : cosine;
  const distances = centres.map((a) => Float64Array.from(centres, (b) => measure(a, b)));
  const mean = distances.reduce((sum, row) => sum + sumOf(row), 0) / (parts.length * (parts.length - 1)) || 1;
  const affinities = distances.map((row, self) =>
    row.map((distance, other) => (self === other ? 0 : Math.max(LEAST_AFFINITY, Math.exp(-((distance / mean) ** 2))))),
  );
  const degrees = affinities.map(sumOf);
  const { vectors } = leadingEigenvectors(
    {
      size: parts.length,
      multiply(x, into) {
        for (const [row, affinity] of affinities.entries()) {
          into[row] = affinity.reduce(
            (sum, value, i) => sum + (value * x[i]!) / Math.sqrt(degrees[row]! * degrees[i]!),
            0,
          );
        }
      },
    },
    width + 1,
    { random },
  );
  const places = parts.map((_, part) =>
    Array.from({ length: width }, (_, i) => vectors[i + 1]![part]! / Math.sqrt(degrees[part]!)),
  );
  const largest = Math.max(...places.flat().map(Math.abs)) || 1;
  return places.map((place) => place.map((value) => value / largest));
}

const sumOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);

function centreOf(rows: Int32Array, { values, width }: Points): Float64Array {
  const centre = new Float64Array(width);
  for (const row of rows) {
    for (let i = 0; i < width; i++) centre[i]! += values[row * width + i]! / rows.length;
  }
  return centre;
}

const euclidean = (a: Float64Array, b: Float64Array) =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0));

function cosine(a: Float64Array, b: Float64Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return 1 - ab / (Math.sqrt(aa * bb) || 1);
}

/** The distance from one place to the nearest other. */
function reachOf(places: readonly number[][], part: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const other of places) {
    const distance = Math.hypot(...other.map((value, i) => value - places[part]![i]!));
    if (distance > 0) least = Math.min(least, distance);
  }
  return Number.isFinite(least) ? least : 1;
}
