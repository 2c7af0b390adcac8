/**
 * Spearman's rank correlation, Pearson's of the ranks, equals sharing their mean rank (C. Spearman, Am. J. Psychology 15, 1904).
 * @returns −1 … 1; NaN where one side is constant or there are fewer than two
 */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const [left, right] = [ranks(a), ranks(b)];
  const mean = (a.length + 1) / 2;
  let [product, leftSquares, rightSquares] = [0, 0, 0];
  for (const [at, rank] of left.entries()) {
    const [x, y] = [rank - mean, right[at]! - mean];
    product += x * y;
    leftSquares += x * x;
    rightSquares += y * y;
  }
  return product / Math.sqrt(leftSquares * rightSquares);
}

/** From 1, the least first. */
export function ranks(values: readonly number[]): readonly number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}
