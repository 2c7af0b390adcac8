import { centredRows, squaredDistances } from "./squared-distances.ts";

/** Above this the exact figure takes too long: n² distances in both spaces. Take a sample (`fixedSample`). */
export const trustworthinessLimit = 5_000;

const strip = 64;

/**
 * How far neighbours on a map are neighbours in truth, 0 … 1: each of a row's `neighbours` nearest on the map costs as
 * many ranks as it is beyond the `neighbours` nearest in the space the map was made of. Euclidean in both, exact; equal
 * distances rank by row number. Venna and Kaski, "Neighborhood preservation in nonlinear projection methods", ICANN 2001;
 * equals scikit-learn's.
 * @throws RangeError above `trustworthinessLimit` rows, where the two differ in rows, or for `neighbours` ≥ rows / 2.
 */
export function trustworthiness(
  original: { readonly points: ArrayLike<number>; readonly width: number },
  map: { readonly points: ArrayLike<number>; readonly width: number },
  neighbours = 5,
): number {
  const truth = centredRows(original.points, original.width);
  const drawn = centredRows(map.points, map.width);
  const n = truth.count;
  if (!Number.isInteger(n) || drawn.count !== n) throw new RangeError(`${n} rows, but ${drawn.count} on the map`);
  if (n > trustworthinessLimit)
    throw new RangeError(`trustworthiness: ${n} rows are over ${trustworthinessLimit}; take a sample`);
  if (neighbours < 1 || neighbours >= n / 2)
    throw new RangeError(`trustworthiness: ${neighbours} neighbours of ${n} rows: below half of them`);
  const near = new Int32Array(neighbours);
  const there = new Float64Array(strip * truth.padded);
  const here = new Float64Array(strip * truth.padded);
  let cost = 0;
  for (let from = 0; from < n; from += strip) {
    const height = Math.min(strip, truth.padded - from);
    squaredDistances(truth, { from, height }, there);
    squaredDistances(drawn, { from, height }, here);
    for (let row = from; row < Math.min(from + height, n); row++) {
      const start = (row - from) * truth.padded;
      const distances = there.subarray(start, start + n);
      nearest(here.subarray(start, start + n), row, near);
      for (const other of near) cost += Math.max(rank(distances, row, other) - neighbours, 0);
    }
  }
  return 1 - (cost * 2) / (n * neighbours * (2 * n - 3 * neighbours - 1));
}

/** Fills `near` with the rows of the least distances, `self` left out. */
function nearest(distances: Float64Array, self: number, near: Int32Array): void {
  let held = 0;
  for (let other = 0; other < distances.length; other++) {
    if (other === self) continue;
    const distance = distances[other]!;
    if (held === near.length && distance >= distances[near[held - 1]!]!) continue;
    let place = held < near.length ? held++ : held - 1;
    for (; place > 0 && distances[near[place - 1]!]! > distance; place--) near[place] = near[place - 1]!;
    near[place] = other;
  }
}

/** Which nearest `other` is to `self`: 1 = the nearest. */
function rank(distances: Float64Array, self: number, other: number): number {
  const distance = distances[other]!;
  let before = 1;
  for (let i = 0; i < distances.length; i++) {
    const d = distances[i]!;
    if ((d < distance || (d === distance && i < other)) && i !== self) before++;
  }
  return before;
}
