import { setImmediate as nextTurn } from "node:timers/promises";
import type { Points } from "@eddy/compute/neighbour-search";
import { nearestNeighbours } from "@eddy/compute/neighbours";
import { pca } from "./pca.ts";
import { affinities } from "./tsne/affinities.ts";
import { createDescent } from "./tsne/descent.ts";

export interface TsneOptions {
  /** About how many neighbours a point has in view. */
  readonly perplexity?: number;
  readonly iterations?: number;
  /** The first iterations, in which the affinities are `exaggeration` times as strong. */
  readonly exaggerated?: number;
  readonly exaggeration?: number;
  /** By default count / exaggeration / 4, 50 at least. */
  readonly learningRate?: number;
  /** count × 2: where the points start; by default at their first two principal components, scaled to 1e-4. */
  readonly start?: Float32Array;
  /** Of the principal components. */
  readonly seed?: number;
  readonly onProgress?: (progress: { readonly done: number }) => void;
  readonly signal?: AbortSignal;
}

export interface TsneMap {
  /** count × 2 */
  readonly values: Float32Array;
  /** What is left of the divergence that the map minimises, in nats. */
  readonly divergence: number;
}

/** The share of the whole time that the search for neighbours takes, about. */
const neighboursShare = 0.1;

/**
 * t-SNE in two dimensions, Euclidean, with scikit-learn's defaults. The same for the same points and options.
 *
 * Our own, since wasm-bhtsne 1.2 (Barnes and Hut's tree) does not start in Node: its threads are a browser's workers.
 * @throws RangeError where perplexity is not below count
 */
export async function tsne(points: Points, options: TsneOptions = {}): Promise<TsneMap> {
  const { perplexity = 30, iterations = 1_000, exaggerated = 250, exaggeration = 12, onProgress, signal } = options;
  const { count } = points;
  if (!(perplexity > 0 && perplexity < count))
    throw new RangeError(`t-SNE: perplexity ${perplexity} of ${count} points`);
  const neighbours = await nearestNeighbours(points, Math.min(count - 1, Math.floor(3 * perplexity + 1)), "euclidean", {
    onProgress: onProgress && ((done) => onProgress({ done: neighboursShare * done })),
    signal,
  });
  const positions = Float64Array.from(options.start ?? principal(points, options.seed));
  const descent = createDescent(affinities(neighbours, count, perplexity), positions);
  const learningRate = options.learningRate ?? Math.max(count / exaggeration / 4, 50);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const early = iteration < exaggerated;
    if (iteration === exaggerated) descent.rest();
    descent.step({ exaggeration: early ? exaggeration : 1, momentum: early ? 0.5 : 0.8, learningRate });
    await nextTurn();
    signal?.throwIfAborted();
    onProgress?.({ done: neighboursShare + (1 - neighboursShare) * ((iteration + 1) / iterations) });
  }
  return { values: Float32Array.from(positions), divergence: descent.divergence() };
}

/** The first two principal components, scaled as one to a standard deviation of 1e-4 along the first. */
function principal(points: Points, seed = 0): Float32Array {
  const { values } = pca(points, 2, { seed });
  let squares = 0;
  for (let i = 0; i < values.length; i += 2) squares += values[i]! ** 2;
  const deviation = Math.sqrt(squares / points.count) || 1;
  return values.map((value) => (value / deviation) * 1e-4);
}
