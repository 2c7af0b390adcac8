import { tsne } from "@eddy/projection/tsne";
import { umap } from "@eddy/projection/umap";
import type { Matrix } from "./matrix.ts";
import { floats, remember } from "./remember.ts";
import type { Run } from "./run.ts";

export interface Manifold {
  readonly components: number;
  readonly neighbours: number;
  readonly minDist: number;
  readonly metric: "cosine" | "euclidean";
}

/** The one that brings the most before K-Means: 5 components of 50 neighbours. */
export const manifold: Manifold = { components: 5, neighbours: 50, minDist: 0, metric: "cosine" };

/** UMAP of the points. */
export async function umapOf(run: Run, points: Matrix, map: Manifold, seed: number): Promise<Matrix> {
  const { components, neighbours, minDist, metric } = map;
  const inputs = { points: points.key, components, neighbours, minDist, metric, seed };
  const step = `UMAP to ${components} components, seed ${seed}`;
  const values = await remember(run, { what: "umap", inputs, step, codec: floats }, (tell) =>
    umap(points, { ...map, seed, signal: run.signal, onProgress: ({ done }) => tell(done) }),
  );
  const key = `${points.key}-umap-${Object.values(map).join("-")}-${seed}`;
  return { values, count: points.count, width: components, key };
}

/** Of t-SNE: scikit-learn's, and what a small sample makes do with. */
const ITERATIONS = 1_000;
const QUICK_ITERATIONS = 500;

export const tsneIterations = ({ options }: Pick<Run, "options">): number =>
  options.quick ? QUICK_ITERATIONS : ITERATIONS;

/** t-SNE of the points to a plane, with its usual perplexity. */
export async function tsnePlane(run: Run, name: string, points: Matrix, seed = 0): Promise<Matrix> {
  const iterations = tsneIterations(run);
  const inputs = { points: points.key, iterations, seed };
  const step = `t-SNE of ${name}`;
  const values = await remember(
    run,
    { what: "tsne", inputs, step, codec: floats },
    async (tell) =>
      (await tsne(points, { iterations, seed, signal: run.signal, onProgress: ({ done }) => tell(done) })).values,
  );
  return { values, count: points.count, width: 2, key: `${points.key}-tsne-${seed}` };
}
