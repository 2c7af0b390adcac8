import { kmeans } from "ml-kmeans";

/** n points of d numbers, row after row. */
export interface Points {
  readonly values: Float32Array;
  readonly count: number;
  readonly dimensions: number;
}

export interface Partitioning {
  /** Means, k × d. */
  readonly centres: number[][];
  readonly sizes: number[];
  /** Cluster of each point. */
  readonly clusters: number[];
  /** Σ of squared distances to the own centre. */
  readonly inertia: number;
}

export interface KMeansOptions {
  /** Starts from k-means++ seeds, beside those given. */
  readonly starts: number;
  readonly seed: number;
  /** A further start: these centres. */
  readonly warm?: readonly (readonly number[])[];
  readonly maxIterations?: number;
}

export function rowsOf({ values, count, dimensions }: Points): number[][] {
  return Array.from({ length: count }, (_, row) =>
    Array.from(values.subarray(row * dimensions, (row + 1) * dimensions)),
  );
}

/** Lloyd's K-Means, the best of several starts by inertia. k must not exceed the number of points. */
export function bestKMeans(rows: number[][], k: number, options: KMeansOptions): Partitioning {
  const runs: Partitioning[] = [];
  const settings = { maxIterations: options.maxIterations ?? 50, tolerance: 1e-5 };
  if (options.warm?.length === k)
    runs.push(run(rows, k, { ...settings, initialization: options.warm.map((row) => [...row]) }));
  for (let start = 0; start < options.starts; start++)
    runs.push(run(rows, k, { ...settings, seed: options.seed + start }));
  return runs.reduce((best, next) => (next.inertia < best.inertia ? next : best));
}

function run(rows: number[][], k: number, options: Parameters<typeof kmeans>[2]): Partitioning {
  if (k === 1) return single(rows);
  const { clusters, centroids } = kmeans(rows, k, options);
  const sizes = Array.from({ length: k }, () => 0);
  let inertia = 0;
  for (const [index, cluster] of clusters.entries()) {
    sizes[cluster]! += 1;
    inertia += squaredDistance(rows[index]!, centroids[cluster]!);
  }
  return { centres: centroids, sizes, clusters: [...clusters], inertia };
}

function single(rows: number[][]): Partitioning {
  const centre = rows[0]!.map((_, column) => rows.reduce((sum, row) => sum + row[column]!, 0) / rows.length);
  return {
    centres: [centre],
    sizes: [rows.length],
    clusters: rows.map(() => 0),
    inertia: rows.reduce((sum, row) => sum + squaredDistance(row, centre), 0),
  };
}

export function squaredDistance(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = a[i]! - b[i]!;
    sum += difference * difference;
  }
  return sum;
}
