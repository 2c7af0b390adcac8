import type { Table } from "@eddy/report/report";
import { clusterKeywords } from "@eddy/text/ctfidf";
import { table } from "../frame/blocks.ts";
import type { LabelledTexts } from "../frame/data.ts";
import type { Reading } from "./readings.ts";

/** Reviews of a cluster that its words are taken from. */
const SAMPLE = 500;
const WORDS = 8;

/**
 * The words of each cluster's documents that tell it from the others, by class-based TF-IDF.
 * @param documents the parts of each; words of two parts make no pair
 */
export function wordsOf(
  documents: readonly (readonly string[])[],
  clusters: ArrayLike<number>,
): ReadonlyMap<number, string> {
  const samples = new Map<number, string[]>();
  const taken = new Map<number, number>();
  for (const [row, parts] of documents.entries()) {
    const cluster = clusters[row]!;
    const before = taken.get(cluster) ?? 0;
    if (before === SAMPLE) continue;
    taken.set(cluster, before + 1);
    const sample = samples.get(cluster) ?? [];
    sample.push(...parts);
    samples.set(cluster, sample);
  }
  const keywords = clusterKeywords(samples, { top: WORDS });
  return new Map([...keywords].map(([cluster, words]) => [cluster, words.map(({ word }) => word).join(", ")]));
}

/** What of each review the network sees: words of the vocabulary, as often as they stand there, in the alphabet's order. */
export function seenWords({ words, train: { sparse } }: Reading): readonly (readonly string[])[] {
  return Array.from({ length: sparse.count }, (_, row) => {
    const seen: string[] = [];
    for (let at = sparse.starts[row]!; at < sparse.starts[row + 1]!; at++) {
      for (let times = sparse.values[at]!; times > 0; times--) seen.push(words[sparse.columns[at]!]!);
    }
    return seen;
  });
}

/** Clusters, how many of their reviews are positive, and their words: of the whole reviews, and of what the network sees. */
export function keywordTable(
  title: string,
  { texts, labels }: Pick<LabelledTexts, "texts" | "labels">,
  clusters: ArrayLike<number>,
  seen?: readonly (readonly string[])[],
): Table {
  const names = [...new Set(Array.from(clusters))].filter((cluster) => cluster >= 0).sort((a, b) => a - b);
  const inTexts = wordsOf(
    texts.map((text) => [text]),
    clusters,
  );
  const inSeen = seen && wordsOf(seen, clusters);
  return table(
    title,
    ["cluster", "reviews", "positive", ...(seen ? ["words of its inputs"] : []), "words of its reviews"],
    names.map((cluster) => {
      const rows = labels.filter((_, row) => clusters[row] === cluster);
      return [
        `${cluster}`,
        { mean: rows.length, digits: 0 },
        { mean: rows.filter((label) => label === "pos").length / rows.length, percent: true },
        ...(inSeen ? [inSeen.get(cluster) ?? null] : []),
        inTexts.get(cluster) ?? null,
      ];
    }),
    `By class-based TF-IDF on at most ${SAMPLE} reviews of each cluster.`,
  );
}
