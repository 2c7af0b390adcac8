import { dbscan } from "@eddy/clustering/dbscan";
import { isomap } from "@eddy/projection/isomap";
import { pca } from "@eddy/projection/pca";
import type { Matrix } from "../frame/matrix.ts";
import type { Manifold } from "../frame/projected.ts";
import { headed, integers, remember } from "../frame/remember.ts";
import type { Run } from "../frame/run.ts";
import type { CountRows } from "./readings.ts";

/** Its `random_state`. */
export const MAP_SEED = 13;
/** UMAP as it has it: half as many components as the code. */
export const manifold: Manifold = { components: 5, neighbours: 50, minDist: 0, metric: "euclidean" };
/** The same for a picture. */
export const planeManifold: Manifold = { ...manifold, components: 2 };
/** Of Isomap, where the write-up goes from all points to all points. */
export const LANDMARKS = 1_000;
/** Columns that t-SNE gets of the counts. */
export const TSNE_COLUMNS = 50;
export const DBSCAN = { eps: 1, minSamples: 50 } as const;

export interface IsomapSpace extends Matrix {
  /** Parts of the neighbour graph that had to be joined. */
  readonly joined: number;
}

export async function isomapOf(run: Run, points: Matrix): Promise<IsomapSpace> {
  const { components, neighbours } = manifold;
  const options = { components, neighbours, landmarks: LANDMARKS, seed: MAP_SEED };
  const inputs = { points: points.key, ...options };
  const step = `Isomap to ${components} components`;
  const { header, values } = await remember(
    run,
    { what: "isomap", inputs, step, codec: headed<{ joined: number }>() },
    async (tell) => {
      const map = await isomap(points, { ...options, signal: run.signal, onProgress: ({ done }) => tell(done) });
      return { header: { joined: map.joined }, values: map.values };
    },
  );
  return { values, count: points.count, width: components, key: `${points.key}-isomap`, joined: header.joined };
}

/** The leading principal components of counts: what t-SNE gets of them. */
export function leadingOf({ sparse, count, width, key }: CountRows): Matrix {
  const columns = Math.min(TSNE_COLUMNS, width, count - 1);
  return { values: pca(sparse, columns).values, count, width: columns, key: `${key}-pca${columns}` };
}

/** The cluster of each point by density, −1 where there is none. */
export function dbscanOf(run: Run, points: Matrix): Promise<Int32Array> {
  const inputs = { points: points.key, ...DBSCAN };
  return remember(
    run,
    { what: "dbscan", inputs, step: "DBSCAN", codec: integers },
    async () => dbscan({ values: points.values, count: points.count, dimensions: points.width }, DBSCAN).clusters,
  );
}
