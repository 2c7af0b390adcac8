import type { Table } from "@eddy/report/report";
import { clusterKeywords } from "@eddy/text/ctfidf";
import { table } from "../frame/blocks.ts";
import type { LabelledTexts } from "../frame/data.ts";
import type { Reading } from "./readings.ts";

/** Reviews of a cluster that its words are taken from. */
const SAMPLE = 500;
const WORDS = 8;

/** The words of each cluster's reviews that tell it from the others, by class-based TF-IDF. */
export function wordsOf(texts: readonly string[], clusters: ArrayLike<number>): ReadonlyMap<number, string> {
  const samples = new Map<number, string[]>();
  for (const [row, text] of texts.entries()) {
    const cluster = clusters[row]!;
    const sample = samples.get(cluster) ?? [];
    if (sample.length < SAMPLE) samples.set(cluster, [...sample, text]);
  }
  const keywords = clusterKeywords(samples, { top: WORDS });
  return new Map([...keywords].map(([cluster, words]) => [cluster, words.map(({ word }) => word).join(", ")]));
}

/** What of each review the network saw. */
export function seenTexts({ words, train: { sparse } }: Reading): readonly string[] {
  return Array.from({ length: sparse.count }, (_, row) => {
    const seen: string[] = [];
    for (let at = sparse.starts[row]!; at < sparse.starts[row + 1]!; at++) {
      for (let times = sparse.values[at]!; times > 0; times--) seen.push(words[sparse.columns[at]!]!);
    }
    return seen.join(" ");
  });
}

export function keywordTable(
  title: string,
  { texts, labels }: Pick<LabelledTexts, "texts" | "labels">,
  clusters: ArrayLike<number>,
  seen?: readonly string[],
): Table {
  const names = [...new Set(Array.from(clusters))].filter((cluster) => cluster >= 0).sort((a, b) => a - b);
  const [inTexts, inSeen] = [wordsOf(texts, clusters), seen && wordsOf(seen, clusters)];
  return table(
    title,
    ["cluster", "reviews", "positive", ...(seen ? ["words of its inputs"] : []), "words of its reviews"],
    names.map((cluster) => {
      const rows = labels.filter((_, row) => clusters[row] === cluster);
      return [
        `${cluster}`,
        { mean: rows.length, digits: 0 },
        { mean: rows.filter((label) => label === "pos").length / rows.length, percent: true },
        ...(inSeen ? [inSeen.get(cluster)!] : []),
        inTexts.get(cluster)!,
      ];
    }),
    `By class-based TF-IDF on at most ${SAMPLE} reviews of each cluster.`,
  );
}
