/** DEC's target for all points, and the soft assignment that it sharpens. Rows sum to 1. */
export interface Target {
  /** Points that its frequencies were summed over. */
  readonly count: number;
  readonly k: number;
  /** P, count × k. */
  readonly values: Float32Array;
}

/**
 * p_ij ∝ q_ij² / f_j with f_j = Σ_i q_ij (Xie et al., ICML 2016, equation 3).
 *
 * The f_j are sums over ALL points. Over a batch alone they follow that batch's chance mixture and pull its points towards
 * equal shares: on AG News purity falls from 0.83 to 0.75.
 *
 * @param soft Q, n × k, row by row
 * @throws RangeError where its length is no multiple of k
 */
export function targetOf(soft: Float32Array, k: number): Target {
  if (soft.length % k !== 0) throw new RangeError(`${soft.length} numbers are no rows of ${k}`);
  const count = soft.length / k;
  const frequencies = new Float64Array(k);
  for (let at = 0; at < soft.length; at++) frequencies[at % k]! += soft[at]!;
  const values = new Float32Array(soft.length);
  for (let row = 0; row < count; row++) {
    let sum = 0;
    for (let c = 0; c < k; c++) sum += soft[row * k + c]! ** 2 / frequencies[c]!;
    for (let c = 0; c < k; c++) values[row * k + c] = soft[row * k + c]! ** 2 / frequencies[c]! / sum;
  }
  return { count, k, values };
}

/** The cluster of the greatest share in each row; the lowest of equals. */
export function hardClusters(soft: Float32Array, k: number): Int32Array {
  return Int32Array.from({ length: soft.length / k }, (_, row) => {
    let best = 0;
    for (let c = 1; c < k; c++) if (soft[row * k + c]! > soft[row * k + best]!) best = c;
    return best;
  });
}
