import { type Confusion, margins } from "./confusion.ts";

export interface Information {
  /** Each cluster holds one label only: 0…1. */
  readonly homogeneity: number;
  /** Each label lies in one cluster only: 0…1. */
  readonly completeness: number;
  /** The harmonic mean of both = mutual information normalised by the arithmetic mean of the entropies. */
  readonly nmi: number;
}

/** Rosenberg and Hirschberg, "V-Measure", EMNLP 2007. Natural logarithms; the base cancels. */
export function nmi(table: Confusion): Information {
  const { labels, clusters, total } = margins(table);
  const entropy = (values: readonly number[]) =>
    values.reduce((sum, n) => (n === 0 ? sum : sum - (n / total) * Math.log(n / total)), 0);
  let mutual = 0;
  table.counts.forEach((row, i) => {
    row.forEach((n, j) => {
      if (n > 0) mutual += (n / total) * Math.log((n * total) / (labels[i]! * clusters[j]!));
    });
  });
  mutual = Math.max(0, mutual);
  const ofLabels = entropy(labels);
  const ofClusters = entropy(clusters);
  const homogeneity = ofLabels === 0 ? 1 : Math.min(1, mutual / ofLabels);
  const completeness = ofClusters === 0 ? 1 : Math.min(1, mutual / ofClusters);
  const sum = homogeneity + completeness;
  return { homogeneity, completeness, nmi: sum === 0 ? 0 : (2 * homogeneity * completeness) / sum };
}
