import { setImmediate as nextTurn } from "node:timers/promises";
import type { Points } from "@eddy/compute/neighbour-search";
import { nearestNeighbours } from "@eddy/compute/neighbours";
import { fixedSample } from "@eddy/quality/sample";
import { landmarkScaling } from "./isomap/landmark-scaling.ts";
import { neighbourGraph } from "./isomap/neighbour-graph.ts";
import { createShortestPaths } from "./isomap/shortest-paths.ts";

export interface IsomapOptions {
  /** Width of the result. Default 2. */
  readonly components?: number;
  /** Nearest others that a point is joined to. Default 5. */
  readonly neighbours?: number;
  /** Points from which the ways to all others are measured. Default 1,000; with no fewer than there are points it is Isomap itself. */
  readonly landmarks?: number;
  /** Picks the landmarks. */
  readonly seed: number;
  readonly onProgress?: (progress: { readonly done: number }) => void;
  readonly signal?: AbortSignal;
}

export interface IsomapResult {
  /** count × components */
  readonly values: Float32Array;
  /** Components of the neighbour graph, besides the first, that had to be joined: where there are any, take more neighbours. */
  readonly joined: number;
}

/** The share of the whole time that the search for neighbours takes, about. */
const neighboursShare = 0.1;

/**
 * Landmark Isomap: distances along the graph of nearest neighbours, laid out by scaling. Euclidean; the same for a seed.
 * Tenenbaum, de Silva and Langford, "A global geometric framework for nonlinear dimensionality reduction", Science 290
 * (2000); de Silva and Tenenbaum, "Global versus local methods in nonlinear dimensionality reduction", NIPS 15 (2002).
 * Takes landmarks × count × 4 bytes.
 */
export async function isomap(points: Points, options: IsomapOptions): Promise<IsomapResult> {
  const { components = 2, neighbours = 5, seed, onProgress, signal } = options;
  const { count } = points;
  const size = Math.min(options.landmarks ?? 1_000, count);
  if (size <= components) throw new RangeError(`Isomap: ${size} landmarks are too few for ${components} components`);
  const { graph, joined } = neighbourGraph(
    points,
    await nearestNeighbours(points, neighbours, "euclidean", {
      onProgress: onProgress && ((done) => onProgress({ done: neighboursShare * done })),
      signal,
    }),
  );
  const landmarks = fixedSample(count, size, seed);
  const shortestPaths = createShortestPaths(graph);
  const distances = new Float32Array(size * count);
  const row = new Float64Array(count);
  for (let landmark = 0; landmark < size; landmark++) {
    shortestPaths(landmarks[landmark]!, row);
    distances.set(row, landmark * count);
    await nextTurn();
    signal?.throwIfAborted();
    onProgress?.({ done: neighboursShare + (1 - neighboursShare) * ((landmark + 1) / size) });
  }
  return { values: landmarkScaling(distances, landmarks, { components, seed }), joined };
}
