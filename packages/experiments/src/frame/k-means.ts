import { type Gram, gramKMeans } from "@eddy/clustering/gram-k-means";
import { productsOf } from "@eddy/compute/products";
import { clusterCodes } from "@eddy/deep/code-clusters";
import { createRandom } from "@eddy/runtime/random";
import type { Matrix } from "./matrix.ts";
import { integers, remember } from "./remember.ts";
import type { Run } from "./run.ts";

/** Starts of K-Means from k-means++ seeds, of which the best by inertia counts; scikit-learn's `n_init`. */
export const STARTS = 10;
const QUICK_STARTS = 2;
const MAX_ITERATIONS = 40;
/** Rows wider than this (words) and no more than so many are clustered by their products alone: the same steps, much faster. */
const WIDE = 1_024;
const MOST_BY_PRODUCTS = 8_192;

export const startsOf = ({ options }: Pick<Run, "options">): number => (options.quick ? QUICK_STARTS : STARTS);

/** The cluster of each row: K-Means, Euclidean. */
export function kMeans(run: Run, points: Matrix, k: number, seed: number, starts = startsOf(run)): Promise<Int32Array> {
  const byProducts = points.width > WIDE && points.count <= MOST_BY_PRODUCTS;
  const inputs = { points: points.key, k, seed, starts, ...(byProducts && { byProducts }) };
  const step = `K-Means, k = ${k}, seed ${seed}`;
  return remember(run, { what: "k-means", inputs, step, codec: integers }, async () =>
    byProducts
      ? bestByProducts(await gramOf(points), k, seed, starts)
      : (await clusterCodes(points.values, points.width, { k, seed, starts })).clusters,
  );
}

const grams = new WeakMap<Matrix, Promise<Gram>>();

/** Once for all seeds. */
function gramOf(points: Matrix): Promise<Gram> {
  let gram = grams.get(points);
  if (gram === undefined) {
    gram = productsOf(points).then((products) => ({ count: points.count, products }));
    grams.set(points, gram);
  }
  return gram;
}

function bestByProducts(gram: Gram, k: number, seed: number, starts: number): Int32Array {
  const { next } = createRandom(seed);
  const all = Int32Array.from({ length: gram.count }, (_, row) => row);
  const fits = Array.from({ length: starts }, () => gramKMeans(gram, all, k, next, MAX_ITERATIONS));
  return fits.reduce((best, fit) => (fit.inertia < best.inertia ? fit : best)).clusters;
}
