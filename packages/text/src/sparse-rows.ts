/** A matrix whose rows are mostly zeros: row i holds `values[at]` in `columns[at]` for at = starts[i] … starts[i + 1] − 1. */
export interface SparseRows {
  readonly count: number;
  readonly width: number;
  /** count + 1 places. */
  readonly starts: Int32Array;
  /** Ascending within a row. */
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** @param rows the columns of each row and what stands there, in any order */
export function sparseRows(width: number, rows: readonly ReadonlyMap<number, number>[]): SparseRows {
  const starts = new Int32Array(rows.length + 1);
  for (const [row, cells] of rows.entries()) starts[row + 1] = starts[row]! + cells.size;
  const columns = new Int32Array(starts[rows.length]!);
  const values = new Float64Array(columns.length);
  for (const [row, cells] of rows.entries()) {
    let at = starts[row]!;
    for (const [column, value] of [...cells].sort(([a], [b]) => a - b)) {
      columns[at] = column;
      values[at++] = value;
    }
  }
  return { count: rows.length, width, starts, columns, values };
}

/** Writes the rows `indices` densely into `into`, which has room for `indices.length` × width. */
export function fillDense(rows: SparseRows, indices: ArrayLike<number>, into: Float32Array | Float64Array): void {
  const { width, starts, columns, values } = rows;
  into.fill(0);
  for (let place = 0; place < indices.length; place++) {
    const row = indices[place]!;
    for (let at = starts[row]!; at < starts[row + 1]!; at++) into[place * width + columns[at]!] = values[at]!;
  }
}

/** The sum of each column. */
export function columnSums({ width, columns, values }: SparseRows): Float64Array {
  const sums = new Float64Array(width);
  for (let at = 0; at < columns.length; at++) sums[columns[at]!]! += values[at]!;
  return sums;
}
