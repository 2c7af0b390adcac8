import { hardClusters } from "./target.ts";

/** What is wrong with a clustering by soft assignment, if anything. */
export interface Collapse {
  readonly collapsed: boolean;
  /** Share of the points in each cluster, by the greatest soft share. */
  readonly shares: readonly number[];
  /** Clusters with less than `leastShare` of the points. */
  readonly starved: readonly number[];
  /** Pairs that no point tells apart: their soft shares rise and fall together. */
  readonly twins: readonly (readonly [number, number])[];
  /** No point belongs to any cluster more than to the others. */
  readonly undecided: boolean;
}

export interface CollapseLimits {
  /** Default: a tenth of an equal share. */
  readonly leastShare?: number;
  /** Correlation of two columns of Q above which they are twins. */
  readonly twinCorrelation?: number;
  /** The mean greatest share, in equal shares, under which nothing is decided. */
  readonly leastDecision?: number;
}

/**
 * Looks for clusters that DEC has let die, that lie on one spot, or that were never told apart. It needs no labels.
 * @param soft Q, n × k, row by row
 */
export function collapseOf(soft: Float32Array, k: number, limits: CollapseLimits = {}): Collapse {
  const { leastShare = 0.1 / k, twinCorrelation = 0.99, leastDecision = 1.05 } = limits;
  const count = soft.length / k;
  const sizes = new Float64Array(k);
  for (const cluster of hardClusters(soft, k)) sizes[cluster]! += 1;
  const shares = Array.from(sizes, (size) => size / count);
  let greatest = 0;
  for (let row = 0; row < count; row++) greatest += Math.max(...soft.subarray(row * k, (row + 1) * k)) / count;

  const starved = shares.flatMap((share, cluster) => (share < leastShare ? [cluster] : []));
  const correlations = correlationsOf(soft, k);
  const twins: [number, number][] = [];
  for (let a = 0; a < k; a++) {
    for (let b = a + 1; b < k; b++) if (correlations[a * k + b]! > twinCorrelation) twins.push([a, b]);
  }
  const undecided = k > 1 && greatest * k < leastDecision;
  return { collapsed: starved.length + twins.length > 0 || undecided, shares, starved, twins, undecided };
}

/** Pearson's correlation of the columns, k × k; 0 where a column is constant. */
function correlationsOf(soft: Float32Array, k: number): Float64Array {
  const count = soft.length / k;
  const means = new Float64Array(k);
  for (let at = 0; at < soft.length; at++) means[at % k]! += soft[at]! / count;
  const products = new Float64Array(k * k);
  for (let row = 0; row < count; row++) {
    for (let a = 0; a < k; a++) {
      const left = soft[row * k + a]! - means[a]!;
      for (let b = a; b < k; b++) products[a * k + b]! += left * (soft[row * k + b]! - means[b]!);
    }
  }
  const variances = Array.from({ length: k }, (_, c) => products[c * k + c]!);
  return products.map((product, at) => {
    const scale = Math.sqrt(variances[Math.floor(at / k)]! * variances[at % k]!);
    return scale > 0 ? product / scale : 0;
  });
}
