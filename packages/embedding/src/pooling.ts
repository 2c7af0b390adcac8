import type { Pooling } from "./port.ts";
import type { HiddenStates } from "./session.ts";

/**
 * One unit vector a row.
 * - mean: Σ over the row's tokens, padding left out, divided by the L2 norm (dividing by their number first changes nothing)
 * - cls: the vector of the first token
 * - where the graph itself pools ([rows, dimensions]), its vector as it is
 *
 * Tokens come first in each row and padding after.
 * @param lengths tokens of each row
 */
export function poolRows(
  states: HiddenStates,
  lengths: readonly number[],
  pooling: Pooling,
): Float32Array<ArrayBuffer>[] {
  const { data, dims } = states;
  const dimensions = dims.at(-1)!;
  const width = dims.length === 3 ? dims[1]! : 1;
  return lengths.map((length, row) => {
    const start = row * width * dimensions;
    const tokens = dims.length === 3 && pooling === "mean" ? length : 1;
    return unitLength(sumRows(data.subarray(start, start + tokens * dimensions), dimensions));
  });
}

/** The mean of unit vectors, brought back to unit length. */
export function meanVector(vectors: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const sum = new Float32Array(vectors[0]!.length);
  for (const vector of vectors) addTo(sum, vector);
  return unitLength(sum);
}

/** In place. A vector of zeros stays. */
export function unitLength(vector: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  let squares = 0;
  for (let i = 0; i < vector.length; i++) squares += vector[i]! * vector[i]!;
  if (squares === 0) return vector;
  const scale = 1 / Math.sqrt(squares);
  for (let i = 0; i < vector.length; i++) vector[i]! *= scale;
  return vector;
}

function sumRows(rows: Float32Array, dimensions: number): Float32Array<ArrayBuffer> {
  const sum = new Float32Array(dimensions);
  for (let at = 0; at < rows.length; at += dimensions) {
    for (let i = 0; i < dimensions; i++) sum[i]! += rows[at + i]!;
  }
  return sum;
}

function addTo(sum: Float32Array, vector: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += vector[i]!;
}
