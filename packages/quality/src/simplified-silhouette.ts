import { rowDistance } from "./partition.ts";

/**
 * The silhouette with distances to centres in place of mean distances to points: n·k distances, not n². −1…1.
 * Hruschka, Campello and de Castro, "Evolving clusters in gene-expression data", Information Sciences 176 (2006);
 * it keeps the order of the exact figure closely enough to choose k (Vendramin et al., 2010).
 * `points` is n × width, `centres` k × width, both row-major; `clusters[i]` is the row in `centres` of point i.
 * @returns undefined for fewer than two centres or no points.
 */
export function simplifiedSilhouette(input: {
  readonly points: Float32Array | Float64Array;
  readonly centres: Float32Array | Float64Array;
  readonly width: number;
  readonly clusters: ArrayLike<number>;
}): number | undefined {
  const { points, centres, width, clusters } = input;
  const n = clusters.length;
  const k = centres.length / width;
  if (points.length !== n * width) throw new RangeError(`${points.length} values are not ${n} rows of width ${width}`);
  if (k < 2 || n === 0) return undefined;
  let total = 0;
  for (let i = 0; i < n; i++) {
    const own = clusters[i]!;
    const inside = rowDistance([points, i], [centres, own], width);
    let outside = Number.POSITIVE_INFINITY;
    for (let c = 0; c < k; c++) {
      if (c !== own) outside = Math.min(outside, rowDistance([points, i], [centres, c], width));
    }
    const larger = Math.max(inside, outside);
    if (larger > 0) total += (outside - inside) / larger;
  }
  return total / n;
}
