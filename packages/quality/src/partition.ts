/** Points in rows: `points` is n × `width`, row-major; `clusters[i]` names the cluster of row i, in any numbers. */
export interface Partition {
  readonly points: Float32Array | Float64Array;
  readonly width: number;
  readonly clusters: ArrayLike<number>;
}

/** The Euclidean distance between row i of `a` and row j of `b`. */
export function rowDistance(
  [a, i]: readonly [ArrayLike<number>, number],
  [b, j]: readonly [ArrayLike<number>, number],
  width: number,
): number {
  let sum = 0;
  for (let d = 0, p = i * width, q = j * width; d < width; d++, p++, q++) {
    const difference = a[p]! - b[q]!;
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}

/** Numbers the clusters 0…k−1 in order of first sight: `of[i]` for each row, and how many rows each has. */
export function denseClusters({ points, width, clusters }: Partition): { of: Int32Array; sizes: readonly number[] } {
  if (points.length !== clusters.length * width) {
    throw new RangeError(`${points.length} values are not ${clusters.length} rows of width ${width}`);
  }
  const numbers = new Map<number, number>();
  const sizes: number[] = [];
  const of = new Int32Array(clusters.length);
  for (let i = 0; i < of.length; i++) {
    const name = clusters[i]!;
    let number = numbers.get(name);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(name, number);
      sizes.push(0);
    }
    of[i] = number;
    sizes[number] = sizes[number]! + 1;
  }
  return { of, sizes };
}
