import { type Confusion, confusion, margins } from "@eddy/quality/confusion";
import { hungarian } from "@eddy/quality/hungarian";
import type { Heatmap } from "@eddy/report/chart";
import type { Table } from "@eddy/report/report";
import { table } from "./blocks.ts";

/** Labels by clusters, the cluster that is matched to a label (Hungarian) in its place: what is right lies on the diagonal. */
export function matchedConfusion(labels: readonly string[], clusters: ArrayLike<number | string>): Confusion {
  return matched(confusion(labels.map((label, row) => ({ label, cluster: `${clusters[row]}` }))));
}

/** The same table, its columns in the order of the match. */
export function matched({ labels, clusters, counts }: Confusion): Confusion {
  const { pairs } = hungarian(counts, { maximise: true });
  const first = pairs.map(([, column]) => column);
  const rest = clusters.map((_, column) => column).filter((column) => !first.includes(column));
  const order = [...first, ...rest];
  return {
    labels,
    clusters: order.map((column) => clusters[column]!),
    counts: counts.map((row) => order.map((column) => row[column]!)),
  };
}

/** C[i, j], and the sum of each row. */
export function confusionTable(title: string, confused: Confusion, caption?: string): Table {
  const sums = margins(confused).labels;
  return table(
    title,
    ["", ...confused.clusters.map((cluster) => `cluster ${cluster}`), "all"],
    confused.labels.map((label, row) => [label, ...confused.counts[row]!, sums[row]!]),
    caption,
  );
}

export function confusionHeatmap({ labels, clusters, counts }: Confusion): Heatmap {
  return { kind: "heatmap", rowTitle: "label", columnTitle: "cluster", rows: labels, columns: clusters, counts };
}
