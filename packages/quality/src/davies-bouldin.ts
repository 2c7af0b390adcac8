import { denseClusters, type Partition, rowDistance } from "./partition.ts";

/**
 * The Davies-Bouldin index, Euclidean: the mean over clusters of the worst (spread + spread) / distance of centres;
 * 0 is best. Davies and Bouldin, "A cluster separation measure", IEEE PAMI 1 (1979). Clusters on one spot count 0,
 * as in scikit-learn.
 * @returns undefined for fewer than two clusters, or as many clusters as points.
 */
export function daviesBouldin(partition: Partition): number | undefined {
  const { points, width } = partition;
  const { of, sizes } = denseClusters(partition);
  const k = sizes.length;
  if (k < 2 || k >= of.length) return undefined;
  const centres = new Float64Array(k * width);
  of.forEach((c, i) => {
    for (let d = 0; d < width; d++)
      centres[c * width + d] = centres[c * width + d]! + points[i * width + d]! / sizes[c]!;
  });
  const spread = new Float64Array(k);
  of.forEach((c, i) => {
    spread[c] = spread[c]! + rowDistance([points, i], [centres, c], width) / sizes[c]!;
  });
  let total = 0;
  for (let a = 0; a < k; a++) {
    let worst = 0;
    for (let b = 0; b < k; b++) {
      const apart = a === b ? 0 : rowDistance([centres, a], [centres, b], width);
      if (apart > 0) worst = Math.max(worst, (spread[a]! + spread[b]!) / apart);
    }
    total += worst;
  }
  return total / k;
}
