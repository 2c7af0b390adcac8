import { kMeans } from "../frame/k-means.ts";
import type { Matrix } from "../frame/matrix.ts";
import { manifold, umapOf } from "../frame/projected.ts";
import { type Run, seedsOf } from "../frame/run.ts";
import { type Scores, scoresOf } from "../frame/scores.ts";

/** Clusters, as many as there are groups. */
export const K = 4;

/** A clustering by each seed. */
export interface Clusterings {
  readonly clusters: readonly Int32Array[];
  readonly scores: readonly Scores[];
}

export async function clusterEach(run: Run, points: Matrix, labels: readonly string[]): Promise<Clusterings> {
  const clusters: Int32Array[] = [];
  for (const seed of seedsOf(run)) clusters.push(await kMeans(run, points, K, seed));
  return { clusters, scores: clusters.map((one) => scoresOf(labels, one)) };
}

export interface Mapped extends Clusterings {
  /** Of each seed: count × 5. */
  readonly spaces: readonly Matrix[];
}

export async function clusterOnManifold(run: Run, points: Matrix, labels: readonly string[]): Promise<Mapped> {
  const spaces: Matrix[] = [];
  const clusters: Int32Array[] = [];
  for (const seed of seedsOf(run)) {
    const space = await umapOf(run, points, manifold, seed);
    spaces.push(space);
    clusters.push(await kMeans(run, space, K, seed));
  }
  return { spaces, clusters, scores: clusters.map((one) => scoresOf(labels, one)) };
}
