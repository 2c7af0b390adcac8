import type { Rows } from "@eddy/deep/rows";
import { fitCounts } from "@eddy/text/count-vectors";
import { columnSums, fillDense, type SparseRows } from "@eddy/text/sparse-rows";
import { scikitLearnStopWords } from "@eddy/text/stop-words";
import { digestOf } from "../frame/cache.ts";
import type { Matrix } from "../frame/matrix.ts";
import type { Reviews } from "./reviews.ts";

export const MAX_FEATURES = 5_000;
/** Inputs of the network whose summary it prints. */
export const INPUTS = 500;

export type ReadingName = "last-500" | "top-500" | "all-5000";

/** Counts that are read a batch at a time: dense, 25,000 rows of 5,000 are 500 MB. */
export interface CountRows extends Rows {
  readonly key: string;
  readonly sparse: SparseRows;
}

/** One way to understand what its network was given. */
export interface Reading {
  readonly name: ReadingName;
  readonly title: string;
  /** The word of each column. */
  readonly words: readonly string[];
  readonly train: CountRows;
  readonly validation: CountRows;
}

/** The vocabulary is that of the train half, and the last 500 columns are of the same 5,000. */
export function readingsOf({ cleaned, validation }: Reviews): Readonly<Record<ReadingName, Reading>> {
  const counts = fitCounts(cleaned, { stopWords: scikitLearnStopWords, maxFeatures: MAX_FEATURES });
  const [train, judged] = [counts.transform(cleaned), counts.transform(validation)];
  const { vocabulary } = counts;
  const reading = (name: ReadingName, title: string, columns: readonly number[]): Reading => ({
    ...{ name, title },
    words: columns.map((column) => vocabulary[column]!),
    train: countRows(selectColumns(train, columns)),
    validation: countRows(selectColumns(judged, columns)),
  });
  const all = [...vocabulary.keys()];
  return {
    "last-500": reading("last-500", "last 500 words", all.slice(-INPUTS)),
    "top-500": reading("top-500", "top 500 words", mostFrequent(train, INPUTS)),
    "all-5000": reading("all-5000", "5,000 words", all),
  };
}

/** The columns of the greatest sums, of equals the first, ascending: what `max_features` would have kept. */
function mostFrequent(rows: SparseRows, most: number): readonly number[] {
  const sums = columnSums(rows);
  const byFrequency = [...sums.keys()].sort((a, b) => sums[b]! - sums[a]!);
  return byFrequency.slice(0, most).sort((a, b) => a - b);
}

/** @param chosen ascending */
export function selectColumns(rows: SparseRows, chosen: readonly number[]): SparseRows {
  const place = new Map(chosen.map((column, at) => [column, at]));
  const starts = new Int32Array(rows.count + 1);
  const columns: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < rows.count; row++) {
    for (let at = rows.starts[row]!; at < rows.starts[row + 1]!; at++) {
      const column = place.get(rows.columns[at]!);
      if (column === undefined) continue;
      columns.push(column);
      values.push(rows.values[at]!);
    }
    starts[row + 1] = columns.length;
  }
  const { count } = rows;
  return { count, width: chosen.length, starts, columns: Int32Array.from(columns), values: Float64Array.from(values) };
}

function countRows(sparse: SparseRows): CountRows {
  const bytes = [sparse.starts, sparse.columns, sparse.values].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  return {
    count: sparse.count,
    width: sparse.width,
    key: `counts-${digestOf(`${sparse.width}`, ...bytes)}`,
    sparse,
    read: async (indices, into) => fillDense(sparse, indices, into),
  };
}

/** All rows at once, for what needs them so: 50 MB at 500 columns. */
export function denseRows({ sparse, count, width, key }: CountRows): Matrix {
  const values = new Float32Array(count * width);
  fillDense(
    sparse,
    Int32Array.from({ length: count }, (_, row) => row),
    values,
  );
  return { values, count, width, key };
}
