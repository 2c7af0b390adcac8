/** One labelled document and the cluster that it was given. */
export interface LabelledPair {
  readonly label: string;
  readonly cluster: string;
}

/** The contingency table: `counts[i][j]` documents carry `labels[i]` and lie in `clusters[j]`. */
export interface Confusion {
  readonly labels: readonly string[];
  readonly clusters: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** Counts the pairs; labels and clusters are sorted, `c2` before `c10`. */
export function confusion(pairs: Iterable<LabelledPair>): Confusion {
  const byLabel = new Map<string, Map<string, number>>();
  const seen = new Set<string>();
  for (const { label, cluster } of pairs) {
    let row = byLabel.get(label);
    if (!row) byLabel.set(label, (row = new Map()));
    row.set(cluster, (row.get(cluster) ?? 0) + 1);
    seen.add(cluster);
  }
  const { compare } = new Intl.Collator("en", { numeric: true });
  const labels = [...byLabel.keys()].sort(compare);
  const clusters = [...seen].sort(compare);
  const counts = labels.map((label) => clusters.map((cluster) => byLabel.get(label)?.get(cluster) ?? 0));
  return { labels, clusters, counts };
}

/** The documents of each label, of each cluster, and of all. */
export function margins({ clusters, counts }: Confusion): {
  readonly labels: readonly number[];
  readonly clusters: readonly number[];
  readonly total: number;
} {
  const byLabel = counts.map((row) => row.reduce((sum, n) => sum + n, 0));
  const byCluster = clusters.map((_, j) => counts.reduce((sum, row) => sum + row[j]!, 0));
  return { labels: byLabel, clusters: byCluster, total: byLabel.reduce((sum, n) => sum + n, 0) };
}
