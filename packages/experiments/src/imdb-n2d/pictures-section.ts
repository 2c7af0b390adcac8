import type { Picture, Section } from "@eddy/report/report";
import { choice } from "../frame/blocks.ts";
import { TSNE_COLUMNS } from "./maps.ts";

/** Clusters that a picture tells apart; the rest share a colour. */
const MOST = 8;

/** Two columns a review, row by row. */
type Plane = Float32Array;

export interface Planes {
  readonly counts: Plane;
  readonly encoded: Plane;
  readonly umap: Plane;
}

/** A cluster for each review, by the clusterings of seed 0. */
export interface Colours {
  readonly raw: Int32Array;
  readonly byDensity: Int32Array;
  readonly onUmap: Int32Array;
  readonly encoded: Int32Array;
  readonly labels: readonly string[];
}

export function picturesSection(planes: Planes, { raw, byDensity, onUmap, encoded, labels }: Colours): Section {
  const [ofCounts, ofCodes, ofUmap] = ["t-SNE of the counts", "t-SNE of the codes", "UMAP of the codes"];
  const sentiments = { groups: ["neg", "pos"], group: Int32Array.from(labels, (label) => Number(label === "pos")) };
  return {
    title: "The pictures",
    blocks: [
      scatter("tsne-counts", ofCounts, "K-Means on the counts, k = 3", planes.counts, groupsOf(raw)),
      scatter("tsne-codes-dbscan", ofCodes, "DBSCAN on the UMAP", planes.encoded, groupsOf(byDensity)),
      scatter("tsne-codes-umap", ofCodes, "K-Means on the UMAP, k = 5", planes.encoded, groupsOf(onUmap)),
      scatter("tsne-codes-codes", ofCodes, "K-Means on the codes, k = 5", planes.encoded, groupsOf(encoded)),
      scatter("umap-codes-umap", ofUmap, "K-Means on the UMAP, k = 5", planes.umap, groupsOf(onUmap)),
      scatter("tsne-codes-labels", ofCodes, "sentiment", planes.encoded, sentiments),
      choice(
        `t-SNE gets the leading ${TSNE_COLUMNS} principal components of the counts, not the counts themselves, as scikit-learn advises for wide data. The UMAP picture is a map to 2 components of its own (the same neighbours); its colours are those of the 5 components.`,
      ),
    ],
  };
}

interface Groups {
  readonly groups: readonly string[];
  readonly group: Int32Array;
}

/** The largest clusters in the order of their sizes, all others as one; noise stays −1. */
export function groupsOf(clusters: Int32Array): Groups {
  const sizes = new Map<number, number>();
  for (const cluster of clusters) if (cluster >= 0) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  const bySize = [...sizes].sort(([a, many], [b, more]) => more - many || a - b).map(([cluster]) => cluster);
  const shown = bySize.length <= MOST ? bySize : bySize.slice(0, MOST - 1);
  const rest = bySize.length - shown.length;
  const place = new Map(shown.map((cluster, at) => [cluster, at]));
  return {
    groups: [...shown.map((cluster) => `cluster ${cluster}`), ...(rest > 0 ? [`${rest} smaller ones`] : [])],
    group: clusters.map((cluster) => (cluster < 0 ? -1 : (place.get(cluster) ?? shown.length))),
  };
}

function scatter(name: string, of: string, by: string, plane: Plane, { groups, group }: Groups): Picture {
  return {
    kind: "picture",
    name,
    title: `${of}, by ${by}`,
    caption: `${of}, seed 0, coloured by ${by}. The axes mean nothing.`,
    alt: `A cloud of ${group.length.toLocaleString("en")} points in ${groups.length} colours.`,
    chart: {
      kind: "scatter",
      x: Float32Array.from(group, (_, row) => plane[2 * row]!),
      y: Float32Array.from(group, (_, row) => plane[2 * row + 1]!),
      ...{ groups, group },
    },
  };
}
