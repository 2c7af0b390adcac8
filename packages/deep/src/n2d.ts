import type { TensorValues } from "@eddy/compute/forward-graph";
import { type CodeClusters, clusterCodes } from "./code-clusters.ts";
import { encodeRows } from "./encoder.ts";
import { BOTTLENECK } from "./layers.ts";
import type { Network } from "./network.ts";
import type { Rows } from "./rows.ts";

/** Points in few dimensions. */
export interface Projected {
  /** n × width, row by row. */
  readonly values: Float32Array;
  readonly width: number;
}

/** UMAP, Isomap or another map of the manifold; `values` is n × width. */
export type Project = (values: Float32Array, width: number) => Promise<Projected>;

export interface N2dOptions {
  readonly rows: Rows;
  readonly weights: TensorValues;
  readonly project: Project;
  readonly k: number;
  readonly seed: number;
}

export interface N2d extends CodeClusters {
  /** n × code. */
  readonly codes: Float32Array;
  readonly projected: Projected;
}

/**
 * Not too deep clustering: the autoencoder's codes, a manifold of them, K-Means on that (R. McConville et al., ICPR 2020,
 * with K-Means in place of the Gaussian mixture, as the published experiment has it). Codes of all rows are in memory, as a
 * projection needs them.
 */
export async function clusterManifold(network: Network, { rows, weights, project, k, seed }: N2dOptions): Promise<N2d> {
  const code = network.layers.find(({ name }) => name === BOTTLENECK)!.units;
  const codes = await encodeRows(network, weights, BOTTLENECK, rows);
  const projected = await project(codes, code);
  return { codes, projected, ...(await clusterCodes(projected.values, projected.width, { k, seed })) };
}
