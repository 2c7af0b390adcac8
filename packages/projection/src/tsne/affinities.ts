import type { Neighbours } from "@eddy/compute/neighbour-search";

/** How near points are to each other before they are mapped: each pair once, sorted by its lower point. */
export interface Affinities {
  /** count + 1: the pairs of point i are `starts[i]` … `starts[i + 1] − 1`. */
  readonly starts: Int32Array;
  /** The higher point of each pair. */
  readonly others: Int32Array;
  /** p_ij = p_ji; over all pairs, both ways, they sum to 1. */
  readonly weights: Float32Array;
}

/**
 * Gaussian affinities over nearest neighbours, each point's width such that its distribution has the given perplexity,
 * made symmetric: p_ij = (p_j|i + p_i|j) / 2n. van der Maaten and Hinton, "Visualizing data using t-SNE", JMLR 9 (2008), over
 * neighbours as in van der Maaten, "Accelerating t-SNE using tree-based algorithms", JMLR 15 (2014).
 */
export function affinities({ indices, distances }: Neighbours, count: number, perplexity: number): Affinities {
  const k = indices.length / count;
  const conditional = new Float64Array(count * k);
  const squares = new Float64Array(k);
  for (let i = 0; i < count; i++) {
    for (let e = 0; e < k; e++) squares[e] = distances[i * k + e]! ** 2;
    fitPerplexity(squares, perplexity, conditional.subarray(i * k, (i + 1) * k));
  }
  return joined(indices, conditional, count);
}

/** Fills `shares`: exp(−β·d²), normalised, with β found by bisection. As scikit-learn: 100 steps, entropy to 1e-5. */
function fitPerplexity(squares: Float64Array, perplexity: number, shares: Float64Array): void {
  const wanted = Math.log(perplexity);
  // The nearest at distance 0: the shares stay the same, and never are all 0 (large β, far points).
  const nearest = squares.reduce((least, square) => Math.min(least, square), Number.POSITIVE_INFINITY);
  let [low, beta, high] = [0, 1, Number.POSITIVE_INFINITY];
  for (let step = 0; step < 100; step++) {
    let sum = 0;
    let weighted = 0;
    for (let e = 0; e < squares.length; e++) {
      const square = squares[e]! - nearest;
      const share = Math.exp(-beta * square);
      shares[e] = share;
      sum += share;
      weighted += square * share;
    }
    for (let e = 0; e < shares.length; e++) shares[e] = shares[e]! / sum;
    const excess = Math.log(sum) + (beta * weighted) / sum - wanted;
    if (Math.abs(excess) <= 1e-5) return;
    if (excess > 0) low = beta;
    else high = beta;
    beta = high === Number.POSITIVE_INFINITY ? beta * 2 : (low + high) / 2;
  }
}

function joined(indices: Int32Array, conditional: Float64Array, count: number): Affinities {
  const k = indices.length / count;
  const ends = new Int32Array(count + 1);
  for (let e = 0; e < indices.length; e++) {
    const lower = Math.min((e / k) | 0, indices[e]!);
    ends[lower + 1] = ends[lower + 1]! + 1;
  }
  for (let i = 0; i < count; i++) ends[i + 1] = ends[i + 1]! + ends[i]!;
  const fill = ends.slice();
  const higher = new Int32Array(indices.length);
  const shares = new Float64Array(indices.length);
  for (let e = 0; e < indices.length; e++) {
    const i = (e / k) | 0;
    const j = indices[e]!;
    const at = fill[Math.min(i, j)]!++;
    higher[at] = Math.max(i, j);
    shares[at] = conditional[e]!;
  }
  // Each pair stands there once or twice: as i's neighbour, as j's. The second is added to the first.
  const starts = new Int32Array(count + 1);
  const seen = new Int32Array(count).fill(-1);
  let pairs = 0;
  for (let i = 0; i < count; i++) {
    for (let e = ends[i]!; e < ends[i + 1]!; e++) {
      const other = higher[e]!;
      const share = shares[e]!;
      const known = seen[other]!;
      if (known >= starts[i]!) shares[known] = shares[known]! + share;
      else {
        seen[other] = pairs;
        higher[pairs] = other;
        shares[pairs++] = share;
      }
    }
    starts[i + 1] = pairs;
  }
  const weights = new Float32Array(pairs);
  for (let e = 0; e < pairs; e++) weights[e] = shares[e]! / (2 * count);
  return { starts, others: higher.slice(0, pairs), weights };
}
