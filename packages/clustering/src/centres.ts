import type { Metric } from "./events.ts";
import { livingClusters, type ModelState } from "./state.ts";

/** The centres of the living clusters as one matrix, for assignment. */
export interface CentreMatrix {
  /** Version of the model that they are of. */
  readonly version: number;
  readonly epoch: number;
  /** Cluster of each row. */
  readonly clusters: readonly number[];
  /** rows × dimensions; unit rows when spherical. */
  readonly values: Float32Array;
}

/** Spherical: S/‖S‖; Euclidean: S/v. A cluster with nothing left (‖S‖ = 0 or v = 0) has the zero row. */
export function centreMatrix(state: ModelState): CentreMatrix {
  const { founded } = state;
  const living = livingClusters(state);
  const dimensions = founded?.dimensions ?? 0;
  const values = new Float32Array(living.length * dimensions);
  for (const [row, { sum, weight }] of living.entries()) {
    const divisor = founded?.metric === "euclidean" ? weight : norm(sum);
    if (divisor > 0) for (let i = 0; i < dimensions; i++) values[row * dimensions + i] = sum[i]! / divisor;
  }
  return { version: state.version, epoch: state.epoch, clusters: living.map(({ id }) => id), values };
}

export function norm(vector: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < vector.length; i++) squares += vector[i]! * vector[i]!;
  return Math.sqrt(squares);
}

/** 1 − cosine for unit vectors, or the Euclidean distance. */
export function distanceTo(metric: Metric, point: Float32Array, centres: Float32Array, row: number): number {
  const offset = row * point.length;
  let sum = 0;
  if (metric === "spherical") {
    for (let i = 0; i < point.length; i++) sum += point[i]! * centres[offset + i]!;
    return 1 - sum;
  }
  for (let i = 0; i < point.length; i++) sum += (point[i]! - centres[offset + i]!) ** 2;
  return Math.sqrt(sum);
}
