import { bestKMeans } from "@eddy/clustering/k-means";
import { createAssigner } from "@eddy/compute/assigner";

export interface CodeClusters {
  /** k × width. */
  readonly centres: Float32Array;
  /** Of each row. */
  readonly clusters: Int32Array;
}

/** Starts of K-Means: DEC's own number. */
const STARTS = 20;

/**
 * K-Means, Euclidean, the best of `starts` starts.
 * @param values n × width, row by row
 * @throws RangeError where there are fewer rows than clusters
 */
export async function clusterCodes(
  values: Float32Array,
  width: number,
  { k, seed, starts = STARTS }: { readonly k: number; readonly seed: number; readonly starts?: number },
): Promise<CodeClusters> {
  const count = values.length / width;
  if (k > count) throw new RangeError(`${k} clusters of ${count} rows`);
  const assigner = await createAssigner({ metric: "euclidean", dimensions: width });
  try {
    const points = { values, count, dimensions: width };
    const { centres } = await bestKMeans(points, k, assigner.assign, { starts, seed });
    const { nearest } = await assigner.assign(values, centres, count, k);
    return { centres, clusters: nearest };
  } finally {
    await assigner.close();
  }
}
