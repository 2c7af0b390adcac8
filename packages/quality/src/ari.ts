import { type Confusion, margins } from "./confusion.ts";

/**
 * The adjusted Rand index: 1 = the same partition, 0 = what chance gives, −0.5 at worst.
 * Hubert and Arabie, "Comparing partitions", J. Classification 2 (1985), in the pair-counting form of scikit-learn.
 */
export function ari(table: Confusion): number {
  const { labels, clusters, total } = margins(table);
  const squares = (values: readonly number[]) => values.reduce((sum, n) => sum + n * n, 0);
  const both = squares(table.counts.flat()) - total;
  const onlyCluster = squares(clusters) - total - both;
  const onlyLabel = squares(labels) - total - both;
  const neither = total * total - total - both - onlyCluster - onlyLabel;
  if (onlyCluster === 0 && onlyLabel === 0) return 1;
  const expected = (both + onlyLabel) * (onlyLabel + neither) + (both + onlyCluster) * (onlyCluster + neither);
  return (2 * (both * neither - onlyLabel * onlyCluster)) / expected;
}
