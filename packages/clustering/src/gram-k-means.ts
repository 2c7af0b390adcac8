import type { Points } from "./k-means.ts";

/**
 * K-Means on the inner products of the points alone: ‖x − mean(C)‖² = G_xx − 2·mean_C(G_x·) + mean_CC(G). A step costs n
 * additions for each point that moves and n·k for the distances, whatever d is, so that trying every k on a seed sample takes a
 * second. The same steps as Lloyd's.
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
  const sizes = new Int32Array(k);
  const own = Float64Array.from(members, (member) => products[member * count + member]!);
  /** Σ of the products of member i with the members of cluster c: k × n. */
  const sums = new Float64Array(k * n);
  const within = new Float64Array(k);
  const nearest = new Int32Array(n);
  const distances = new Float64Array(n);
  seedPlusPlus();
  for (let i = 0; i < n; i++) join(i, clusters[i]!, 1);
  let inertia = Number.POSITIVE_INFINITY;
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    measure();
    const moving: number[] = [];
    inertia = 0;
    for (let i = 0; i < n; i++) {
      inertia += distances[i]!;
      if (clusters[i] !== nearest[i]) moving.push(i);
    }
    // Only what moves costs: after some steps that is little.
    for (const i of moving) {
      join(i, clusters[i]!, -1);
      clusters[i] = nearest[i]!;
      join(i, clusters[i]!, 1);
    }
    if (moving.length === 0) break;
  }
  measure();
  return { clusters, inertia, distancesOf };

  /** Member `j` enters (1) or leaves (−1) a cluster. */
  function join(j: number, cluster: number, sign: 1 | -1): void {
    sizes[cluster]! += sign;
    const row = members[j]! * count;
    const to = cluster * n;
    for (let i = 0; i < n; i++) sums[to + i]! += sign * products[row + members[i]!]!;
  }

  /** Each member's nearest cluster as they are, and its squared distance to that one's mean. */
  function measure(): void {
    within.fill(0);
    for (let i = 0; i < n; i++) within[clusters[i]!]! += sums[clusters[i]! * n + i]!;
    distances.fill(Number.POSITIVE_INFINITY);
    for (let c = 0; c < k; c++) {
      for (let i = 0; i < n; i++) {
        const distance = squared(own[i]!, c, sums[c * n + i]!);
        if (distance >= distances[i]!) continue;
        distances[i] = distance;
        nearest[i] = c;
      }
    }
  }

  /** Of a point with the square `norm`, whose products with the cluster's members are `sum` together, to the mean. */
  function squared(norm: number, cluster: number, sum: number): number {
    const size = sizes[cluster]!;
    if (size === 0) return Number.POSITIVE_INFINITY;
    return Math.max(0, norm - (2 * sum) / size + within[cluster]! / (size * size));
  }

  function distancesOf(point: number): Float64Array {
    const toClusters = new Float64Array(k);
    const row = point * count;
    for (let j = 0; j < n; j++) toClusters[clusters[j]!]! += products[row + members[j]!]!;
    const norm = products[row + point]!;
    for (let c = 0; c < k; c++) toClusters[c] = squared(norm, c, toClusters[c]!);
    return toClusters;
  }

  /** Each further seed is the best of several drawn by D², by the potential that it leaves: greedy k-means++. */
  function seedPlusPlus(): void {
    const trials = 2 + Math.floor(Math.log(k));
    const toSeed = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
    let total = 0;
    for (let c = 0; c < k; c++) {
      let best = c === 0 ? Math.floor(random() * n) : -1;
      let least = Number.POSITIVE_INFINITY;
      for (let trial = 0; c > 0 && trial < trials; trial++) {
        const seed = drawByWeight(toSeed, total);
        const potential = potentialWith(toSeed, seed, least);
        if (best < 0 || potential < least) [best, least] = [seed, potential];
      }
      total = 0;
      for (let i = 0; i < n; i++) {
        const distance = between(i, best);
        if (distance < toSeed[i]!) {
          toSeed[i] = distance;
          clusters[i] = c;
        }
        total += toSeed[i]!;
      }
    }
  }

  /** Squared distance of two members. */
  function between(i: number, j: number): number {
    return Math.max(0, own[i]! - 2 * products[members[j]! * count + members[i]!]! + own[j]!);
  }

  /** Σ of the squared distances to the nearest seed once `seed` is one too; given up where it passes `least`. */
  function potentialWith(toSeed: Float64Array, seed: number, least: number): number {
    let sum = 0;
    for (let i = 0; i < n && sum < least; i++) sum += Math.min(toSeed[i]!, between(i, seed));
    return sum;
  }

  function drawByWeight(weights: Float64Array, total: number): number {
    let left = random() * total;
    for (let i = 0; i < n; i++) {
      left -= weights[i]!;
      if (left <= 0) return i;
    }
    return n - 1;
  }
}
