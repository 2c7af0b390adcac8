/** What UMAP makes of a point's distances to its neighbours, so that all points have comparable neighbourhoods. */
export interface SmoothDistances {
  /** ρ: the distance to the nearest other point that is not a duplicate. */
  readonly nearest: Float64Array;
  /** σ: the scale at which Σ exp(−(d − ρ) / σ) over the neighbours is log₂ of their number, the point itself counted. */
  readonly scale: Float64Array;
}

const STEPS = 64;
const TOLERANCE = 1e-5;
/** σ is at least this share of the mean distance. */
const LEAST_SCALE = 1e-3;

/**
 * `smooth_knn_dist` of umap-learn 0.5, with a local connectivity of 1 (McInnes, Healy and Melville 2018, algorithm 3).
 * @param distances count × k, nearest first, the point itself left out
 */
export function smoothDistances(distances: Float32Array, count: number, k: number): SmoothDistances {
  const target = Math.log2(k + 1);
  const nearest = new Float64Array(count);
  const scale = new Float64Array(count);
  // The point itself, at distance 0, counts in umap-learn's means.
  const meanOfAll = distances.reduce((sum, value) => sum + value, 0) / (count * (k + 1));
  for (let row = 0; row < count; row++) {
    const own = distances.subarray(row * k, (row + 1) * k);
    const rho = own.find((distance) => distance > 0) ?? 0;
    const mean = rho > 0 ? own.reduce((sum, value) => sum + value, 0) / (k + 1) : meanOfAll;
    nearest[row] = rho;
    scale[row] = Math.max(scaleOf(own, rho, target), LEAST_SCALE * mean);
  }
  return { nearest, scale };
}

/** The scale at which Σ exp(−(d − rho) / scale) is the target, by bisection. */
export function scaleOf(distances: Float32Array, rho: number, target: number): number {
  let [low, middle, high] = [0, 1, Number.POSITIVE_INFINITY];
  for (let step = 0; step < STEPS; step++) {
    let sum = 0;
    for (const distance of distances) sum += distance > rho ? Math.exp(-(distance - rho) / middle) : 1;
    if (Math.abs(sum - target) < TOLERANCE) break;
    if (sum > target) high = middle;
    else low = middle;
    middle = high === Number.POSITIVE_INFINITY ? 2 * middle : (low + high) / 2;
  }
  return middle;
}
