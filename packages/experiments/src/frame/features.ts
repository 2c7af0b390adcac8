import { fitCounts } from "@eddy/text/count-vectors";
import { fillDense, type SparseRows } from "@eddy/text/sparse-rows";
import { scikitLearnStopWords } from "@eddy/text/stop-words";
import { fitTfidf } from "@eddy/text/tfidf";
import { digestOf } from "./cache.ts";
import { embedTexts } from "./embeddings.ts";
import { besides, type Matrix, unitRows } from "./matrix.ts";
import type { Features, Run } from "./run.ts";

/** Words of a TF-IDF space; a choice of ours, as are the stop words. */
export const TFIDF_WORDS = 5_000;
/** Of the squared length of a hybrid row, the share of the words. */
export const HYBRID_SHARE = 0.2;

/** TF-IDF rows of length 1 over the most frequent words, English stop words left out. */
export function tfidfRows(texts: readonly string[]): SparseRows {
  const counts = fitCounts(texts, { stopWords: scikitLearnStopWords, maxFeatures: TFIDF_WORDS });
  const raw = counts.transform(texts);
  return fitTfidf(raw).transform(raw);
}

/** The same, dense. */
export function tfidfFeatures(texts: readonly string[]): Matrix {
  const rows = tfidfRows(texts);
  const values = new Float32Array(rows.count * rows.width);
  fillDense(
    rows,
    Int32Array.from({ length: rows.count }, (_, row) => row),
    values,
  );
  return { values, count: rows.count, width: rows.width, key: `tfidf-${digestOf(JSON.stringify(texts))}` };
}

/** Meaning and words side by side: K-Means then sees (1 − s)·(meaning) + s·(words) of the squared distances. */
export async function features(
  run: Run,
  texts: readonly string[],
  kind: Features = run.options.features,
): Promise<Matrix> {
  if (kind === "tfidf") return tfidfFeatures(texts);
  const embedded = await embedTexts(run, texts);
  if (kind === "minilm") return embedded;
  const weights = [Math.sqrt(1 - HYBRID_SHARE), Math.sqrt(HYBRID_SHARE)] as const;
  return besides(embedded, unitRows(tfidfFeatures(texts)), weights);
}
