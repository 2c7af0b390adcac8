/** Rows made ready for the distances of all to all. */
export interface CentredRows {
  /** Moved to their mean, and four rows interleaved: value d of row 4·g + r stands at (g · width + d) · 4 + r. */
  readonly values: Float64Array;
  /** Squared length of each row. */
  readonly norms: Float64Array;
  readonly count: number;
  /** `count`, rounded up to a multiple of four; the rows past it are zeros. */
  readonly padded: number;
  readonly width: number;
}

/** `points`: rows of `width`. Moving them leaves distances as they are, and less is lost where they cancel. */
export function centredRows(points: ArrayLike<number>, width: number): CentredRows {
  const count = points.length / width;
  const padded = Math.ceil(count / 4) * 4;
  const mean = new Float64Array(width);
  for (let i = 0; i < points.length; i++) mean[i % width] = mean[i % width]! + points[i]! / count;
  const values = new Float64Array(padded * width);
  const norms = new Float64Array(padded);
  for (let row = 0, from = 0; row < count; row++) {
    let norm = 0;
    for (let d = 0, to = (row & ~3) * width + (row & 3); d < width; d++, from++, to += 4) {
      const value = points[from]! - mean[d]!;
      values[to] = value;
      norm += value * value;
    }
    norms[row] = norm;
  }
  return { values, norms, count, padded, width };
}

/**
 * Squared Euclidean distances of the rows `from` … `from + height − 1` to the rows `first` … `padded − 1`, as
 * ‖a‖² + ‖b‖² − 2ab, four rows by four at a time: each value that is read serves four products.
 * Equal rows have a distance of exactly 0, since all three sums are taken in one order.
 * @param range multiples of four
 * @param out height × `padded`; columns before `first` and past `count` mean nothing
 */
export function squaredDistances(
  { values, norms, padded, width }: CentredRows,
  range: { readonly from: number; readonly height: number; readonly first?: number },
  out: Float64Array,
): void {
  const { from, height, first = 0 } = range;
  for (let column = first; column < padded; column += 4) {
    for (let row = 0; row < height; row += 4) {
      let [aa, ab, ac, ad, ba, bb, bc, bd] = [0, 0, 0, 0, 0, 0, 0, 0];
      let [ca, cb, cc, cd, da, db, dc, dd] = [0, 0, 0, 0, 0, 0, 0, 0];
      let at = (from + row) * width;
      for (let to = column * width, end = at + 4 * width; at < end; at += 4, to += 4) {
        const a = values[at]!;
        const b = values[at + 1]!;
        const c = values[at + 2]!;
        const d = values[at + 3]!;
        const p = values[to]!;
        const q = values[to + 1]!;
        const r = values[to + 2]!;
        const s = values[to + 3]!;
        aa += a * p;
        ab += a * q;
        ac += a * r;
        ad += a * s;
        ba += b * p;
        bb += b * q;
        bc += b * r;
        bd += b * s;
        ca += c * p;
        cb += c * q;
        cc += c * r;
        cd += c * s;
        da += d * p;
        db += d * q;
        dc += d * r;
        dd += d * s;
      }
      const products = [aa, ab, ac, ad, ba, bb, bc, bd, ca, cb, cc, cd, da, db, dc, dd];
      for (let i = 0; i < 16; i++) {
        const y = row + (i >> 2);
        const x = column + (i & 3);
        out[y * padded + x] = Math.max(norms[from + y]! + norms[x]! - 2 * products[i]!, 0);
      }
    }
  }
}
