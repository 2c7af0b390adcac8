import type { SparseRows } from "./sparse-rows.ts";

export interface Tfidf {
  /** The weight of each column: ln((1 + n) / (1 + df)) + 1, df of the n fitted rows having the word. */
  readonly idf: Float64Array;
  /** Counts times weights, each row then of Euclidean length 1, or 0 where it has no known word. */
  transform(counts: SparseRows): SparseRows;
}

/**
 * Term frequency times inverse document frequency, as scikit-learn's `TfidfTransformer()` has it (smooth, L2), which differs
 * from the textbook's idf (K. Spärck Jones, Journal of Documentation 28, 1972) by the ones added.
 */
export function fitTfidf(counts: SparseRows): Tfidf {
  const documents = new Float64Array(counts.width);
  for (const column of counts.columns) documents[column]! += 1;
  const idf = documents.map((df) => Math.log((1 + counts.count) / (1 + df)) + 1);
  return {
    idf,
    transform(given) {
      if (given.width !== idf.length) throw new RangeError(`rows of ${given.width} words, fitted on ${idf.length}`);
      const values = given.values.map((count, at) => count * idf[given.columns[at]!]!);
      for (let row = 0; row < given.count; row++) {
        const cells = values.subarray(given.starts[row]!, given.starts[row + 1]!);
        const norm = Math.sqrt(cells.reduce((sum, value) => sum + value * value, 0));
        if (norm > 0) for (let at = 0; at < cells.length; at++) cells[at] = cells[at]! / norm;
      }
      return { ...given, values };
    },
  };
}
