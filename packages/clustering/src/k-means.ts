import { createRandom } from "@eddy/runtime/random";
import { kmeans } from "ml-kmeans";
import { beginSums } from "./sums.ts";

/** n points of d numbers, row after row. */
export interface Points {
  readonly values: Float32Array;
  readonly count: number;
  readonly dimensions: number;
}

export interface Partitioning {
  /** Means, k × d. */
  readonly centres: Float32Array;
  readonly k: number;
  readonly sizes: readonly number[];
  /** Σ of squared distances to the own centre. */
  readonly inertia: number;
}

/** Nearest centre of each point and its distance, Euclidean: an ONNX graph does it 16 to 100 times faster than loops. */
export type Assign = (
  points: Float32Array,
  centres: Float32Array,
  count: number,
  k: number,
) => Promise<{ readonly nearest: Int32Array; readonly distance: Float32Array }>;

export interface KMeansOptions {
  /** Starts from k-means++ seeds, beside the warm one; fewer where k is large. */
  readonly starts: number;
  readonly seed: number;
  /** A further start: these centres, k × d. */
  readonly warm?: Float32Array;
}

/** Points that k-means++ draws seeds from: enough for its D² weights, and its cost grows with n·d·k. */
const SEEDING_POINTS = 256;
/** ml-kmeans seeds so many clusters in a second; beyond, its matrices of objects take minutes. */
const MOST_BY_LIBRARY = 64;
/** Starts times clusters: with many clusters one start is much like another, and costs more. */
const START_BUDGET = 200;
const LEAST_STARTS = 2;
const MAX_ITERATIONS = 40;

/** Lloyd's K-Means, the best of several starts by inertia; seeds from k-means++ (ml-kmeans). k must not exceed the points. */
export async function bestKMeans(
  points: Points,
  k: number,
  assign: Assign,
  options: KMeansOptions,
): Promise<Partitioning> {
  const { warm, seed } = options;
  const starts = Math.min(options.starts, Math.max(LEAST_STARTS, Math.floor(START_BUDGET / k)));
  let best = warm && warm.length === k * points.dimensions ? await lloyd(points, warm, k, assign) : undefined;
  for (let start = 0; start < starts; start++) {
    const fit = await lloyd(points, plusPlus(points, k, seed + start), k, assign);
    if (!best || fit.inertia < best.inertia) best = fit;
  }
  if (!best) throw new RangeError("K-Means needs a start");
  return best;
}

/** k-means++ seeds from some of the points; by ml-kmeans after two steps of Lloyd. */
function plusPlus(points: Points, k: number, seed: number): Float32Array {
  const { dimensions } = points;
  const byLibrary = k <= MOST_BY_LIBRARY;
  const subset = subsetRows(points, Math.max(SEEDING_POINTS, (byLibrary ? 10 : 5) * k), seed);
  if (k === 1) return Float32Array.from(subset[0]!);
  const centroids = byLibrary ? kmeans(subset, k, { seed, maxIterations: 2 }).centroids : drawn(subset, k, seed);
  const centres = new Float32Array(k * dimensions);
  for (const [row, centroid] of centroids.entries()) centres.set(centroid, row * dimensions);
  return centres;
}

/** Greedy k-means++ (D. Arthur and S. Vassilvitskii, SODA 2007, section 7) on rows of d numbers: n·k·d·log k. */
function drawn(rows: readonly number[][], k: number, seed: number): number[][] {
  const { next } = createRandom(seed);
  const trials = 2 + Math.floor(Math.log(k));
  const first = rows[Math.floor(next() * rows.length)]!;
  const seeds = [first];
  let nearest = nearerOf(rows, first, new Float64Array(rows.length).fill(Number.POSITIVE_INFINITY));
  while (seeds.length < k) {
    let best: { readonly row: number[]; readonly nearest: Float64Array; readonly potential: number } | undefined;
    const total = sumOf(nearest);
    for (let trial = 0; trial < trials; trial++) {
      let left = next() * total;
      const row = rows[nearest.findIndex((squared) => (left -= squared) <= 0)] ?? rows.at(-1)!;
      const closer = nearerOf(rows, row, nearest);
      const potential = sumOf(closer);
      if (!best || potential < best.potential) best = { row, nearest: closer, potential };
    }
    seeds.push(best!.row);
    nearest = best!.nearest;
  }
  return seeds;
}

/** Squared distances to the nearest seed once `seed` is one too. */
function nearerOf(rows: readonly number[][], seed: readonly number[], before: Float64Array): Float64Array {
  const nearest = Float64Array.from(before);
  for (const [index, row] of rows.entries()) {
    let squared = 0;
    for (let i = 0; i < row.length; i++) squared += (row[i]! - seed[i]!) ** 2;
    if (squared < nearest[index]!) nearest[index] = squared;
  }
  return nearest;
}

const sumOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);

/** At random, without replacement: a stream may take its topics in turn. */
function subsetRows({ values, count, dimensions }: Points, most: number, seed: number): number[][] {
  const { next } = createRandom(seed);
  const rows = Uint32Array.from({ length: count }, (_, row) => row);
  return Array.from({ length: Math.min(count, most) }, (_, index) => {
    const from = index + Math.floor(next() * (count - index));
    const row = rows[from]!;
    rows[from] = rows[index]!;
    return Array.from(values.subarray(row * dimensions, (row + 1) * dimensions));
  });
}

/** From the given centres until nothing moves. A centre that loses all its points stays where it is. */
export async function lloyd(points: Points, start: Float32Array, k: number, assign: Assign): Promise<Partitioning> {
  let centres = start;
  let previous = Number.POSITIVE_INFINITY;
  for (let iteration = 0; ; iteration++) {
    const { nearest, distance } = await assign(points.values, centres, points.count, k);
    const inertia = distance.reduce((sum, one) => sum + one ** 2, 0);
    const means = meansOf(points, nearest, centres, k);
    if (iteration === MAX_ITERATIONS || previous - inertia <= 1e-5 * inertia) return { ...means, k, inertia };
    previous = inertia;
    centres = means.centres;
  }
}

function meansOf({ values, count, dimensions }: Points, nearest: Int32Array, old: Float32Array, k: number) {
  const sums = beginSums(dimensions);
  const sizes = Array.from({ length: k }, () => 0);
  /** Row of each cluster's sum, in the order in which they have their first points. */
  const rows = new Map<number, number>();
  for (let point = 0; point < count; point++) {
    const cluster = nearest[point]!;
    let row = rows.get(cluster);
    if (row === undefined) rows.set(cluster, (row = rows.size));
    sizes[cluster]! += 1;
    sums.add(row, values.subarray(point * dimensions, (point + 1) * dimensions), 1);
  }
  const centres = old.slice();
  for (const [cluster, row] of rows) centres.set(sums.of(row, sizes[cluster]), cluster * dimensions);
  return { centres, sizes };
}
