import { clusterCodes } from "@eddy/deep/code-clusters";
import type { Matrix } from "./matrix.ts";
import { integers, remember } from "./remember.ts";
import type { Run } from "./run.ts";

/** Starts of K-Means from k-means++ seeds, of which the best by inertia counts; scikit-learn's `n_init`. */
export const STARTS = 10;
const QUICK_STARTS = 2;

export const startsOf = ({ options }: Pick<Run, "options">): number => (options.quick ? QUICK_STARTS : STARTS);

/** The cluster of each row: K-Means, Euclidean. */
export function kMeans(run: Run, points: Matrix, k: number, seed: number, starts = startsOf(run)): Promise<Int32Array> {
  return remember(
    run,
    {
      what: "k-means",
      inputs: { points: points.key, k, seed, starts },
      step: `K-Means, k = ${k}, seed ${seed}`,
      codec: integers,
    },
    async () => (await clusterCodes(points.values, points.width, { k, seed, starts })).clusters,
  );
}
