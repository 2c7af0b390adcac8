import type { Picture, Prose, Section } from "@eddy/report/report";
import { prose } from "../frame/blocks.ts";
import { confusionHeatmap, confusionTable, matched, matchedConfusion } from "../frame/confusions.ts";
import { type Clusterings, K } from "./clusterings.ts";
import type { Posts } from "./posts.ts";
import { published } from "./published.ts";

export function groupsSection({ labels, filled }: Posts, batch: Clusterings): Section {
  const ours = matchedConfusion(labels, batch.clusters[0]!);
  const theirs = matched(published);
  const picture: Picture = {
    kind: "picture",
    name: "groups-by-clusters",
    title: "Groups by clusters",
    caption: "Posts of each group in each cluster, seed 0, shaded by their share of the group.",
    alt: "A table of shades: groups by clusters, with the counts of the table above.",
    chart: confusionHeatmap(ours),
  };
  return {
    title: "Groups by clusters",
    blocks: [
      confusionTable(
        "C[i, j], here",
        ours,
        "Seed 0. Columns are in the order of the best one-to-one match with the rows.",
      ),
      confusionTable("C[i, j], published", theirs, "As printed in the write-up, its columns in the same order."),
      picture,
      ...emptyCluster(batch.clusters[0]!, filled),
    ],
  };
}

/** A remark, where most of a cluster are posts without a word. */
function emptyCluster(clusters: Int32Array, filled: readonly number[]): readonly Prose[] {
  const kept = new Set(filled);
  const sizes = new Int32Array(K);
  const empty = new Int32Array(K);
  for (const [row, cluster] of clusters.entries()) {
    sizes[cluster]! += 1;
    if (!kept.has(row)) empty[cluster]! += 1;
  }
  const most = empty.indexOf(Math.max(...empty));
  if (empty[most]! * 2 <= sizes[most]!) return [];
  return [
    prose(
      `K-Means spends a cluster on the empty posts: ${empty[most]} of the ${sizes[most]} in cluster ${most} have no word left, and lie on one spot. The stream refuses them, and "without the empty posts" below leaves them out.`,
    ),
  ];
}
