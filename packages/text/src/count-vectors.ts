import { type SparseRows, sparseRows } from "./sparse-rows.ts";

/** Two or more letters, digits or underscores, as Python's `\w` has them: `(?u)\b\w\w+\b`. Marks part words there. */
const token = /[\p{L}\p{N}_]{2,}/gu;

export interface CountOptions {
  /** Left out of the vocabulary. */
  readonly stopWords?: ReadonlySet<string>;
  /** Only the most frequent words, by occurrences in all texts; of equals the first in the alphabet. Default: all. */
  readonly maxFeatures?: number;
}

export interface CountVectors {
  /** The word of each column, in the order of code points. */
  readonly vocabulary: readonly string[];
  /** A row for each text. */
  transform(texts: Iterable<string>): SparseRows;
}

/** The words of a text, lower-case, as scikit-learn's CountVectorizer finds them; single characters are none. */
export function countedWords(text: string): readonly string[] {
  return text.toLowerCase().match(token) ?? [];
}

/**
 * Learns a vocabulary as scikit-learn's `CountVectorizer(stop_words=…, max_features=…)` does: same words, same columns, same
 * counts. One difference: which of several words of one frequency is kept at the limit is left by scikit-learn to an unstable
 * sort, whose order depends on the machine.
 */
export function fitCounts(texts: Iterable<string>, options: CountOptions = {}): CountVectors {
  const { stopWords, maxFeatures = Number.POSITIVE_INFINITY } = options;
  const occurrences = new Map<string, number>();
  for (const text of texts) {
    for (const word of countedWords(text)) {
      if (!stopWords?.has(word)) occurrences.set(word, (occurrences.get(word) ?? 0) + 1);
    }
  }
  const sorted = [...occurrences].sort(([a], [b]) => compareCodePoints(a, b));
  // The sort is stable: words of one frequency stay in the order of the alphabet.
  const frequent = sorted.toSorted(([, a], [, b]) => b - a).slice(0, maxFeatures);
  const kept = new Set(frequent.map(([word]) => word));
  const vocabulary = sorted.flatMap(([word]) => (kept.has(word) ? [word] : []));
  const columns = new Map(vocabulary.map((word, column) => [word, column]));
  return {
    vocabulary,
    transform(given) {
      const rows = Array.from(given, (text) => {
        const cells = new Map<number, number>();
        for (const word of countedWords(text)) {
          const column = columns.get(word);
          if (column !== undefined) cells.set(column, (cells.get(column) ?? 0) + 1);
        }
        return cells;
      });
      return sparseRows(vocabulary.length, rows);
    },
  };
}

/** Python's order of strings. JavaScript's own puts what needs two code units before the last of those that need one. */
function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (one === other) continue;
    const [high, otherHigh] = [isSurrogate(one), isSurrogate(other)];
    return high === otherHigh ? one - other : high ? 1 : -1;
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number) => unit >= 0xd800 && unit < 0xe000;
