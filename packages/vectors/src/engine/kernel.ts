import type { Distance } from "../protocol.ts";

/** Compares `query` with the row of `rows` that starts at `at`; sums in f64, so the result is at least as exact as Qdrant's. */
export type Kernel = (rows: Float32Array, at: number, query: Float32Array) => number;

const dot: Kernel = (rows, at, query) => {
  const width = query.length;
  const even = width - (width % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0; i < even; i += 4) {
    a += rows[at + i]! * query[i]!;
    b += rows[at + i + 1]! * query[i + 1]!;
    c += rows[at + i + 2]! * query[i + 2]!;
    d += rows[at + i + 3]! * query[i + 3]!;
  }
  for (let i = even; i < width; i += 1) a += rows[at + i]! * query[i]!;
  return a + b + (c + d);
};

const euclid: Kernel = (rows, at, query) => {
  let sum = 0;
  for (let i = 0; i < query.length; i += 1) {
    const difference = rows[at + i]! - query[i]!;
    sum += difference * difference;
  }
  return Math.sqrt(sum);
};

const manhattan: Kernel = (rows, at, query) => {
  let sum = 0;
  for (let i = 0; i < query.length; i += 1) sum += Math.abs(rows[at + i]! - query[i]!);
  return sum;
};

/** `nearer` = +1 where a greater score is nearer, −1 where a smaller one is. Cosine rows are unit vectors. */
export const kernels: Readonly<Record<Distance, { readonly score: Kernel; readonly nearer: 1 | -1 }>> = {
  Cosine: { score: dot, nearer: 1 },
  Dot: { score: dot, nearer: 1 },
  Euclid: { score: euclid, nearer: -1 },
  Manhattan: { score: manhattan, nearer: -1 },
};

/** A vector of no length, or of length 1 to within 1e-6, is given back as it is (so that a unit vector reads back bit for bit). */
export function normalise(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, 0, vector));
  if (length < 1.2e-7 || Math.abs(length - 1) <= 1e-6) return vector;
  return vector.map((value) => value / length);
}
