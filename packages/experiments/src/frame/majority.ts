/** The most frequent label of each of k clusters, the first in the alphabet of equals; "" where a cluster is empty. */
export function majorityLabels(labels: readonly string[], clusters: ArrayLike<number>, k: number): readonly string[] {
  const names = [...new Set(labels)].sort();
  const counts = Array.from({ length: k }, () => new Array<number>(names.length).fill(0));
  for (const [row, label] of labels.entries()) counts[clusters[row]!]![names.indexOf(label)]! += 1;
  return counts.map((count) => (count.some((n) => n > 0) ? names[count.indexOf(Math.max(...count))]! : ""));
}

/** Clusters by their majority: "2 · Sports". */
export const clusterNames = (majority: readonly string[]): readonly string[] =>
  majority.map((label, cluster) => `${cluster} · ${label || "empty"}`);

export interface ConfusedPair {
  readonly labels: readonly [string, string];
  /** Documents of one in a cluster of the other. */
  readonly documents: number;
}

/** How often each two labels are taken for each other, the most often first. */
export function confusedPairs(
  labels: readonly string[],
  clusters: ArrayLike<number>,
  k: number,
): readonly ConfusedPair[] {
  const names = [...new Set(labels)].sort();
  const majority = majorityLabels(labels, clusters, k);
  const pairs = names.flatMap((one, at) => names.slice(at + 1).map((other) => [one, other] as const));
  return pairs
    .map((pair) => ({
      labels: pair,
      documents: labels.filter((label, row) => {
        const given = majority[clusters[row]!]!;
        return label !== given && pair.includes(label) && pair.includes(given);
      }).length,
    }))
    .sort((a, b) => b.documents - a.documents);
}
