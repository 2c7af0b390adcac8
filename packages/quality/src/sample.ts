import { createRandom } from "@eddy/runtime/random";

/**
 * A sample of `most` row numbers of 0 … `count − 1` without replacement, ascending; all of them where there are no more.
 * The same for the same arguments: a figure taken on it can be compared from run to run.
 */
export function fixedSample(count: number, most: number, seed = 0): Int32Array {
  const rows = Int32Array.from({ length: count }, (_, row) => row);
  if (count <= most) return rows;
  const random = createRandom(seed);
  // The first `most` steps of a shuffle by Fisher and Yates.
  for (let i = 0; i < most; i++) {
    const j = i + random.below(count - i);
    [rows[i], rows[j]] = [rows[j]!, rows[i]!];
  }
  return rows.slice(0, most).sort();
}

/** The rows named by `sample`, one after the other. */
export function takeRows(points: Float32Array, width: number, sample: ArrayLike<number>): Float32Array {
  const taken = new Float32Array(sample.length * width);
  for (let i = 0; i < sample.length; i++) {
    const from = sample[i]! * width;
    taken.set(points.subarray(from, from + width), i * width);
  }
  return taken;
}
