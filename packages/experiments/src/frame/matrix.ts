/** Rows of numbers, and what names them. */
export interface Matrix {
  /** count × width, row by row. */
  readonly values: Float32Array;
  readonly count: number;
  readonly width: number;
  /** A digest of what it was made from: the same key means the same values. */
  readonly key: string;
}

/** Each row scaled to length 1; a row of zeros stays. */
export function unitRows({ values, count, width, key }: Matrix): Matrix {
  const scaled = new Float32Array(values.length);
  for (let row = 0; row < count; row++) {
    let sum = 0;
    for (let at = row * width; at < (row + 1) * width; at++) sum += values[at]! * values[at]!;
    const factor = sum > 0 ? 1 / Math.sqrt(sum) : 0;
    for (let at = row * width; at < (row + 1) * width; at++) scaled[at] = values[at]! * factor;
  }
  return { values: scaled, count, width, key: `${key}-unit` };
}

/** Some rows, in the order of `chosen`. `name` tells this choice from others in the key. */
export function chosenRows({ values, width, key }: Matrix, chosen: ArrayLike<number>, name: string): Matrix {
  const rows = new Float32Array(chosen.length * width);
  for (let at = 0; at < chosen.length; at++) {
    rows.set(values.subarray(chosen[at]! * width, (chosen[at]! + 1) * width), at * width);
  }
  return { values: rows, count: chosen.length, width, key: `${key}-${name}` };
}

/** Columns of both side by side, each side times its weight. */
export function besides(left: Matrix, right: Matrix, weights: readonly [number, number]): Matrix {
  if (left.count !== right.count) throw new RangeError(`${left.count} rows beside ${right.count}`);
  const width = left.width + right.width;
  const values = new Float32Array(left.count * width);
  for (let row = 0; row < left.count; row++) {
    const at = row * width;
    for (let i = 0; i < left.width; i++) values[at + i] = weights[0] * left.values[row * left.width + i]!;
    for (let i = 0; i < right.width; i++)
      values[at + left.width + i] = weights[1] * right.values[row * right.width + i]!;
  }
  return { values, count: left.count, width, key: `${left.key}+${right.key}-${weights.join("-")}` };
}
