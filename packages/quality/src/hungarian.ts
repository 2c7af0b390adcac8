export interface Matching {
  /** `[row, column]`, each row and each column at most once, sorted by row; min(rows, columns) of them. */
  readonly pairs: readonly (readonly [row: number, column: number])[];
  /** The sum of the matched values. */
  readonly total: number;
}

/**
 * The one-to-one matching of rows to columns with the least sum (or the greatest, `maximise`), of a rectangular matrix.
 * Shortest augmenting paths with potentials, as in Jonker and Volgenant, "A shortest augmenting path algorithm for dense
 * and sparse linear assignment problems", Computing 38 (1987): O(min² · max) time. Of several best matchings it always
 * gives the same one.
 * @throws RangeError where rows differ in length or a value is not finite.
 */
export function hungarian(matrix: readonly ArrayLike<number>[], options: { maximise?: boolean } = {}): Matching {
  const rows = matrix.length;
  const columns = matrix[0]?.length ?? 0;
  for (const row of matrix) {
    if (row.length !== columns) throw new RangeError("hungarian: rows of different lengths");
    for (let j = 0; j < columns; j++) {
      if (!Number.isFinite(row[j])) throw new RangeError("hungarian: a value is not a finite number");
    }
  }
  const tall = rows > columns;
  const sign = options.maximise ? -1 : 1;
  const cost = tall ? (i: number, j: number) => sign * matrix[j]![i]! : (i: number, j: number) => sign * matrix[i]![j]!;
  const rowOf = augment(cost, Math.min(rows, columns), Math.max(rows, columns));
  const pairs: [number, number][] = [];
  rowOf.forEach((i, j) => {
    if (i >= 0) pairs.push(tall ? [j, i] : [i, j]);
  });
  pairs.sort((a, b) => a[0] - b[0]);
  return { pairs, total: pairs.reduce((sum, [i, j]) => sum + matrix[i]![j]!, 0) };
}

/** For n ≤ m: the row matched to each of the m columns, or −1. Column m is the root of each search. */
function augment(cost: (i: number, j: number) => number, n: number, m: number): Int32Array {
  const u = new Float64Array(n);
  const v = new Float64Array(m + 1);
  const rowOf = new Int32Array(m + 1).fill(-1);
  const reachedFrom = new Int32Array(m + 1);
  for (let row = 0; row < n; row++) {
    const slack = new Float64Array(m + 1).fill(Number.POSITIVE_INFINITY);
    const done = new Uint8Array(m + 1);
    let column = m;
    rowOf[m] = row;
    while (rowOf[column]! >= 0) {
      done[column] = 1;
      const i = rowOf[column]!;
      let nearest = -1;
      for (let j = 0; j < m; j++) {
        if (done[j]) continue;
        const reduced = cost(i, j) - u[i]! - v[j]!;
        if (reduced < slack[j]!) {
          slack[j] = reduced;
          reachedFrom[j] = column;
        }
        if (nearest < 0 || slack[j]! < slack[nearest]!) nearest = j;
      }
      const step = slack[nearest]!;
      for (let j = 0; j <= m; j++) {
        if (done[j]) {
          u[rowOf[j]!] = u[rowOf[j]!]! + step;
          v[j] = v[j]! - step;
        } else slack[j] = slack[j]! - step;
      }
      column = nearest;
    }
    while (column !== m) {
      const from = reachedFrom[column]!;
      rowOf[column] = rowOf[from]!;
      column = from;
    }
  }
  return rowOf.subarray(0, m);
}
