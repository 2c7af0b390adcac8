import { type CentreMatrix, distanceTo } from "./centres.ts";
import type { Metric } from "./events.ts";

/**
 * How far the centres have moved between two versions of the model: the mean distance (1 − cosine, or Euclidean) of the
 * clusters that live in both; NaN where none does.
 */
export function centroidShift(metric: Metric, before: CentreMatrix, after: CentreMatrix): number {
  if (before.clusters.length === 0 || after.clusters.length === 0) return Number.NaN;
  const dimensions = before.values.length / before.clusters.length;
  const rowBefore = new Map(before.clusters.map((cluster, row) => [cluster, row]));
  let sum = 0;
  let shared = 0;
  for (const [row, cluster] of after.clusters.entries()) {
    const old = rowBefore.get(cluster);
    if (old === undefined) continue;
    const centre = after.values.subarray(row * dimensions, (row + 1) * dimensions);
    // Rounding can put a centre a hair nearer to itself than nothing.
    sum += Math.max(0, distanceTo(metric, centre, before.values, old));
    shared += 1;
  }
  return sum / shared;
}
