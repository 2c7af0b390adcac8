/** Counts of values in intervals of equal width. */

export interface Bin {
  readonly from: number;
  readonly to: number;
  /** One for each series. */
  readonly counts: readonly number[];
}

/** All series share the intervals, which reach from the least value to the greatest (that one is in the last); what is not finite is left out. */
export function binValues(series: readonly ArrayLike<number>[], bins: number): Bin[] {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const values of series) {
    for (let at = 0; at < values.length; at++) {
      const value = values[at]!;
      if (!Number.isFinite(value)) continue;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  if (least > most) return [];
  const width = (most - least) / bins || 1 / bins;
  const counts = series.map((values) => {
    const counted = new Array<number>(bins).fill(0);
    for (let at = 0; at < values.length; at++) {
      if (Number.isFinite(values[at]!)) counted[Math.min(bins - 1, Math.floor((values[at]! - least) / width))]! += 1;
    }
    return counted;
  });
  return Array.from({ length: bins }, (_, bin) => ({
    from: least + bin * width,
    to: least + (bin + 1) * width,
    counts: counts.map((counted) => counted[bin]!),
  }));
}
