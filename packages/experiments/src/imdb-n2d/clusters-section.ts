import type { Cell, Row, Section, Table } from "@eddy/report/report";
import { choice, table, wrong } from "../frame/blocks.ts";
import { figureOf } from "../frame/scores.ts";
import type { Clustering, IsomapClustering } from "./clusterings.ts";
import { DBSCAN, LANDMARKS, MAP_SEED, manifold } from "./maps.ts";
import { published } from "./published.ts";

/** One clustering by each seed. */
export type Repeated = readonly Clustering[];

/** Of the main reading, in the write-up's order. */
export interface Clusterings {
  readonly raw: Repeated;
  readonly byDensity: Repeated;
  readonly onUmap: Repeated;
  readonly encoded: Repeated;
  readonly onIsomap: readonly IsomapClustering[];
}

/** The same on other readings, by their titles. */
export type OtherClusterings = ReadonlyMap<string, Pick<Clusterings, "byDensity" | "onUmap" | "encoded">>;

export function clustersSection(main: Clusterings, others: OtherClusterings): Section {
  const { raw, byDensity, onUmap, encoded, onIsomap } = main;
  const [isomap] = onIsomap;
  return {
    title: "The clusters",
    blocks: [
      clusterTable("Clusters on the last 500 words", [raw, byDensity, onUmap, encoded, onIsomap], ABOUT),
      densityTable(byDensity),
      ...[...others].map(([title, { byDensity: density, onUmap: umap, encoded: codes }]) =>
        clusterTable(`The same on the ${title}, seed 0`, [density, umap, codes]),
      ),
      wrong(
        'It calls the clusters "well separated" by the look of a t-SNE picture of the codes, coloured by a clustering of the same codes. No measure is given; in the counts, where the reviews are, the same clusters touch each other: the column "silhouette in the counts".',
      ),
      choice(
        `UMAP, t-SNE and Isomap's landmarks have its seed, ${MAP_SEED}; the network and K-Means have the seeds 0, 1, …. UMAP and Isomap take ${manifold.neighbours} neighbours, as it does, UMAP min_dist 0.`,
      ),
      choice(
        `Isomap measures from ${LANDMARKS.toLocaleString("en")} landmarks instead of from all reviews to all: 25,000 × 25,000 distances are 5 GB. On 2,000 points it is held against scikit-learn's by a test.${isomap && isomap.joined > 0 ? ` Parts of the neighbour graph that had to be joined: ${isomap.joined}.` : ""}${onIsomap.length < onUmap.length ? ` It is done for ${onIsomap.length === 1 ? "the first seed" : `${onIsomap.length} seeds`} only.` : ""}`,
      ),
    ],
  };
}

const ABOUT =
  "Mean ± standard deviation over seeds. Purity, ARI and NMI against positive and negative: half of the reviews are each, so a purity near 0.5 and an ARI near 0 mean that the clusters have nothing to do with the sentiment. Silhouettes are Euclidean, on at most 5,000 reviews (seed 0), without DBSCAN's noise; those of different spaces can't be compared.";

function clusterTable(title: string, repeated: readonly Repeated[], caption?: string): Table {
  const columns = [
    "clusters",
    "space",
    "found",
    "silhouette there",
    "silhouette in the counts",
    "purity",
    "ARI",
    "NMI",
  ];
  const rows = repeated.filter((runs) => runs.length > 0).map(clusterCells);
  return table(title, columns, rows, caption);
}

function clusterCells(runs: Repeated): Row["cells"] {
  const { name, spaceName } = runs[0]!;
  const score = (of: (one: Clustering) => number | null): Cell => {
    const values = runs.map(of).filter((value) => value !== null);
    return values.length > 0 ? figureOf(values) : null;
  };
  return [
    name,
    spaceName,
    runs.every(({ found }) => found === runs[0]!.found)
      ? { mean: runs[0]!.found, digits: 0 }
      : figureOf(
          runs.map(({ found }) => found),
          1,
        ),
    score(({ silhouette }) => silhouette),
    score(({ inCounts }) => inCounts),
    score(({ scores }) => scores.purity),
    score(({ scores }) => scores.ari),
    score(({ scores }) => scores.nmi),
  ];
}

function densityTable(runs: Repeated): Table {
  return table(
    "DBSCAN on the UMAP",
    ["seed", "clusters", "clusters, published", "noise", "share of the largest"],
    runs.map(({ found, noise, clusters }, seed) => [
      `${seed}`,
      { mean: found, digits: 0 },
      { mean: published.dbscanClusters, digits: 0 },
      { mean: noise, percent: true },
      { mean: largestShare(clusters), percent: true },
    ]),
    `eps ${DBSCAN.eps}, at least ${DBSCAN.minSamples} points. What it finds rests on the scale of the map, which UMAP does not fix: each training gives other islands.`,
  );
}

function largestShare(clusters: Int32Array): number {
  const sizes = new Map<number, number>();
  for (const cluster of clusters) if (cluster >= 0) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  return Math.max(0, ...sizes.values()) / clusters.length;
}
