import type { Points } from "./k-means.ts";

/**
 * K-Means on the inner products of the points alone: ‖x − mean(C)‖² = G_xx − 2·mean_C(G_x·) + mean_CC(G). A step costs n²
 * additions whatever k and d are, so that trying every k on a seed sample takes a second. The same steps as Lloyd's.
 */
export interface Gram {
  readonly count: number;
  /** count × count. */
  readonly products: Float32Array;
}

export function gramOf({ values, count, dimensions }: Points): Gram {
  const products = new Float32Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      const a = i * dimensions;
      const b = j * dimensions;
      for (let d = 0; d < dimensions; d++) sum += values[a + d]! * values[b + d]!;
      products[i * count + j] = sum;
      products[j * count + i] = sum;
    }
  }
  return { count, products };
}

export interface GramFit {
  /** Cluster of each fitted point, in the order of `members`. */
  readonly clusters: Int32Array;
  readonly inertia: number;
  /** Squared distance of any point of the Gram matrix to each cluster's mean. */
  distancesOf(point: number): Float64Array;
}

/** One start from greedy k-means++ seeds (D. Arthur and S. Vassilvitskii, SODA 2007, section 7) on the points `members`. `random` is uniform in [0, 1). */
export function gramKMeans(
  gram: Gram,
  members: Int32Array,
  k: number,
  random: () => number,
  maxIterations = 20,
): GramFit {
  const n = members.length;
  const { count, products } = gram;
  const clusters = new Int32Array(n);
  seedPlusPlus();
  let distances = new Float64Array(n * k);
  let inertia = Number.POSITIVE_INFINITY;
  let within = new Float64Array(k);
  let sizes = new Int32Array(k);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    measure();
    let moved = false;
    inertia = 0;
    for (let i = 0; i < n; i++) {
      let best = 0;
      for (let c = 1; c < k; c++) if (distances[i * k + c]! < distances[i * k + best]!) best = c;
      inertia += distances[i * k + best]!;
      if (clusters[i] !== best) {
        clusters[i] = best;
        moved = true;
      }
    }
    if (!moved) break;
  }
  measure();
  return { clusters, inertia, distancesOf };

  /** Means of the clusters as they are, and each member's squared distance to each of them. */
  function measure(): void {
    sizes = new Int32Array(k);
    for (const cluster of clusters) sizes[cluster]! += 1;
    const sums = new Float64Array(n * k);
    for (let i = 0; i < n; i++) {
      const row = members[i]! * count;
      for (let j = 0; j < n; j++) sums[i * k + clusters[j]!]! += products[row + members[j]!]!;
    }
    within = new Float64Array(k);
    for (let i = 0; i < n; i++) within[clusters[i]!]! += sums[i * k + clusters[i]!]!;
    distances = new Float64Array(n * k);
    for (let i = 0; i < n; i++)
      for (let c = 0; c < k; c++) distances[i * k + c] = squared(members[i]!, c, sums[i * k + c]!);
  }

  function squared(point: number, cluster: number, sum: number): number {
    const size = sizes[cluster]!;
    if (size === 0) return Number.POSITIVE_INFINITY;
    return Math.max(0, products[point * count + point]! - (2 * sum) / size + within[cluster]! / (size * size));
  }

  function distancesOf(point: number): Float64Array {
    const sums = new Float64Array(k);
    for (let j = 0; j < n; j++) sums[clusters[j]!]! += products[point * count + members[j]!]!;
    return sums.map((sum, cluster) => squared(point, cluster, sum));
  }

  /** Each further seed is the best of several drawn by D², by the potential that it leaves: greedy k-means++. */
  function seedPlusPlus(): void {
    const trials = 2 + Math.floor(Math.log(k));
    let nearest: Float64Array = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
    for (let c = 0; c < k; c++) {
      let best: { readonly potential: number; readonly nearest: Float64Array } | undefined;
      for (let trial = 0; trial < (c === 0 ? 1 : trials); trial++) {
        const closer = nearerOf(nearest, c === 0 ? Math.floor(random() * n) : drawByWeight(nearest));
        const potential = closer.reduce((sum, distance) => sum + distance, 0);
        if (!best || potential < best.potential) best = { potential, nearest: closer };
      }
      for (let i = 0; i < n; i++) if (best!.nearest[i]! < nearest[i]!) clusters[i] = c;
      nearest = best!.nearest;
    }
  }

  /** Squared distances to the nearest seed once `seed` is one too. */
  function nearerOf(nearest: Float64Array, seed: number): Float64Array {
    const centre = members[seed]!;
    const own = products[centre * count + centre]!;
    return Float64Array.from(nearest, (before, i) => {
      const point = members[i]!;
      return Math.min(
        before,
        Math.max(0, products[point * count + point]! - 2 * products[point * count + centre]! + own),
      );
    });
  }

  function drawByWeight(weights: Float64Array): number {
    let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
    for (let i = 0; i < n; i++) {
      left -= weights[i]!;
      if (left <= 0) return i;
    }
    return n - 1;
  }
}
