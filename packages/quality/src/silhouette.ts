import { denseClusters, type Partition, rowDistance } from "./partition.ts";

/** Above this the exact figure takes too long: n² distances. Take a sample. */
export const silhouetteLimit = 5_000;

/**
 * The mean silhouette of all points, Euclidean, exact: −1…1, near 0 = clusters touch. A point alone in its cluster
 * counts 0. Rousseeuw, "Silhouettes", J. Comp. Appl. Math. 20 (1987).
 * @returns undefined where it is not defined: fewer than two clusters, or as many clusters as points.
 * @throws RangeError above `silhouetteLimit` points.
 */
export function silhouette(partition: Partition): number | undefined {
  const { points, width } = partition;
  const { of, sizes } = denseClusters(partition);
  const n = of.length;
  const k = sizes.length;
  if (n > silhouetteLimit) throw new RangeError(`silhouette: ${n} points are over ${silhouetteLimit}; take a sample`);
  if (k < 2 || k >= n) return undefined;
  const sums = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const distance = rowDistance([points, i], [points, j], width);
      sums[i * k + of[j]!] = sums[i * k + of[j]!]! + distance;
      sums[j * k + of[i]!] = sums[j * k + of[i]!]! + distance;
    }
  }
  let total = 0;
  for (let i = 0; i < n; i++) {
    const own = of[i]!;
    if (sizes[own] === 1) continue;
    const inside = sums[i * k + own]! / (sizes[own]! - 1);
    let outside = Number.POSITIVE_INFINITY;
    for (let c = 0; c < k; c++) if (c !== own) outside = Math.min(outside, sums[i * k + c]! / sizes[c]!);
    const larger = Math.max(inside, outside);
    if (larger > 0) total += (outside - inside) / larger;
  }
  return total / n;
}
