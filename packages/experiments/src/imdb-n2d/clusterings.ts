import { judgedIn } from "../frame/judged.ts";
import { kMeans } from "../frame/k-means.ts";
import { chosenRows, type Matrix } from "../frame/matrix.ts";
import { umapOf } from "../frame/projected.ts";
import type { Run } from "../frame/run.ts";
import { type Scores, scoresOf } from "../frame/scores.ts";
import { dbscanOf, isomapOf, MAP_SEED, manifold } from "./maps.ts";
import { CODE } from "./network.ts";

export const RAW_K = 3;
export const K = 5;
export const NOISE = -1;

/** One of the write-up's clusterings, of one training's codes. */
export interface Clustering {
  readonly name: string;
  /** The space that was clustered, in words. */
  readonly spaceName: string;
  readonly clusters: Int32Array;
  readonly found: number;
  /** Share of the reviews that are in no cluster. */
  readonly noise: number;
  /** In the space that was clustered; null where there is one cluster only. Noise is left out. */
  readonly silhouette: number | null;
  /** Of the same clusters in the counts, where they are dense. */
  readonly inCounts: number | null;
  /** Against the labels; noise is one more cluster. */
  readonly scores: Scores;
}

export interface Counted {
  readonly run: Run;
  /** Dense; none where that would be too much. */
  readonly counts?: Matrix;
  readonly labels: readonly string[];
}

type Named = Pick<Clustering, "name" | "spaceName" | "clusters">;

export interface CodeClusterings {
  readonly umap: Matrix;
  readonly encoded: Clustering;
  readonly onUmap: Clustering;
  readonly byDensity: Clustering;
}

export async function clusterCounts(counted: Counted & { readonly counts: Matrix }, seed: number): Promise<Clustering> {
  const { run, counts } = counted;
  const clusters = await kMeans(run, counts, RAW_K, seed);
  const named = { name: `K-Means, ${RAW_K}`, spaceName: `counts, ${counts.width} wide`, clusters };
  return measured(counted, counts, named);
}

/** K-Means on the codes and on their UMAP, and DBSCAN on that. */
export async function clusterCodes(counted: Counted, codes: Matrix, seed: number): Promise<CodeClusterings> {
  const { run } = counted;
  const umap = await umapOf(run, codes, manifold, MAP_SEED);
  const [spaceName, name] = [`UMAP, ${manifold.components} wide`, `K-Means, ${K}`];
  const encoded: Named = { name, spaceName: `codes, ${CODE} wide`, clusters: await kMeans(run, codes, K, seed) };
  const onUmap: Named = { name, spaceName, clusters: await kMeans(run, umap, K, seed) };
  const byDensity: Named = { name: "DBSCAN", spaceName, clusters: await dbscanOf(run, umap) };
  return {
    umap,
    encoded: await measured(counted, codes, encoded),
    onUmap: await measured(counted, umap, onUmap),
    byDensity: await measured(counted, umap, byDensity),
  };
}

export interface IsomapClustering extends Clustering {
  /** Parts of the neighbour graph that had to be joined. */
  readonly joined: number;
}

export async function clusterIsomap(counted: Counted, codes: Matrix, seed: number): Promise<IsomapClustering> {
  const space = await isomapOf(counted.run, codes);
  const clusters = await kMeans(counted.run, space, K, seed);
  const named = { name: `K-Means, ${K}`, spaceName: `Isomap, ${manifold.components} wide`, clusters };
  return { ...(await measured(counted, space, named)), joined: space.joined };
}

async function measured({ run, counts, labels }: Counted, space: Matrix, named: Named): Promise<Clustering> {
  const { clusters } = named;
  const within = Int32Array.from(clusters.keys()).filter((row) => clusters[row] !== NOISE);
  const ofWithin = within.map((row) => clusters[row]!);
  const judged = async (points: Matrix) => {
    if (within.length === 0) return null;
    const chosen = within.length === points.count ? points : chosenRows(points, within, `in-clusters-of-${space.key}`);
    return (await judgedIn(run, chosen, ofWithin)).silhouette;
  };
  return {
    ...named,
    found: new Set(ofWithin).size,
    noise: 1 - within.length / clusters.length,
    silhouette: await judged(space),
    inCounts: counts === undefined ? null : await judged(counts),
    scores: scoresOf(labels, clusters),
  };
}
