export interface BatchLimits {
  /** Most tokens of a batch, padding included: rows × longest row. A row that is longer by itself goes alone. */
  readonly maxTokens: number;
  readonly maxRows: number;
}

/**
 * Cuts texts into batches that waste little on padding: sorted by length, then cut before the padded size would pass
 * the budget. Pure, and the same for the same lengths: equal lengths keep their order.
 * @param lengths tokens of each text
 * @returns indices into `lengths`: each exactly once, the shortest batch first, rows ascending by length
 */
export function planBatches(lengths: readonly number[], { maxTokens, maxRows }: BatchLimits): number[][] {
  const order = lengths.map((_, index) => index).sort((a, b) => lengths[a]! - lengths[b]! || a - b);
  const batches: number[][] = [];
  let batch: number[] = [];
  for (const index of order) {
    const padded = (batch.length + 1) * lengths[index]!;
    if (batch.length > 0 && (padded > maxTokens || batch.length >= maxRows)) {
      batches.push(batch);
      batch = [];
    }
    batch.push(index);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
