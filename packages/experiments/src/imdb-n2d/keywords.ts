import type { Table } from "@eddy/report/report";
import { clusterKeywords } from "@eddy/text/ctfidf";
import { table } from "../frame/blocks.ts";
import type { LabelledTexts } from "../frame/data.ts";
import { NOISE } from "./clusterings.ts";
import type { Reading } from "./readings.ts";

/** Reviews of a cluster that its words are taken from. */
const SAMPLE = 500;
const WORDS = 8;
/** Clusters of a table: DBSCAN may find any number. */
const MOST = 10;

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

/** The sizes of the clusters of which the network sees nothing in most reviews. */
export function blindClusters(seen: readonly (readonly string[])[], clusters: Int32Array): readonly number[] {
  const names = [...new Set(clusters)].filter((cluster) => cluster !== NOISE);
  const rows = names.map((cluster) => seen.filter((_, row) => clusters[row] === cluster));
  const blind = rows.filter((words) => words.filter(({ length }) => length === 0).length > words.length / 2);
  return blind.map(({ length }) => length);
}

/** The largest clusters, how many of their reviews are positive, and their words: of the whole reviews, and of what the network sees. */
export function keywordTable(
  title: string,
  { texts, labels }: Pick<LabelledTexts, "texts" | "labels">,
  clusters: ArrayLike<number>,
  seen?: readonly (readonly string[])[],
): Table {
  const rowsOf = new Map<number, number[]>();
  for (const row of labels.keys()) {
    const rows = rowsOf.get(clusters[row]!);
    if (rows === undefined) rowsOf.set(clusters[row]!, [row]);
    else rows.push(row);
  }
  rowsOf.delete(NOISE);
  const largest = [...rowsOf].sort(([a, some], [b, others]) => others.length - some.length || a - b).slice(0, MOST);
  const inTexts = wordsOf(
    texts.map((text) => [text]),
    clusters,
  );
  const inSeen = seen && wordsOf(seen, clusters);
  const share = (rows: readonly number[], of: (row: number) => boolean) => ({
    mean: rows.filter(of).length / rows.length,
    percent: true,
  });
  return table(
    title,
    ["cluster", "reviews", "positive", ...(seen ? ["no input", "words of its inputs"] : []), "words of its reviews"],
    largest.map(([cluster, rows]) => [
      `${cluster}`,
      { mean: rows.length, digits: 0 },
      share(rows, (row) => labels[row] === "pos"),
      ...(seen ? [share(rows, (row) => seen[row]!.length === 0), inSeen?.get(cluster) ?? null] : []),
      inTexts.get(cluster) ?? null,
    ]),
    `By class-based TF-IDF on at most ${SAMPLE} reviews of each cluster.${seen ? ' "No input": the share of its reviews that have none of the words that the network sees; these all have one code.' : ""}`,
  );
}
