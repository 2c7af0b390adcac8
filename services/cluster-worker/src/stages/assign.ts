import type { CentreMatrix } from "@eddy/clustering/centres";
import { type Item, vectorsOf } from "../batch.ts";
import type { Assigner } from "../ports.ts";

/** Cluster, distance and margin of each item; 0 for deletions. */
export interface Assigned {
  readonly clusters: number[];
  readonly distances: number[];
  readonly margins: number[];
}

export async function assign(assigner: Assigner, centres: CentreMatrix, items: readonly Item[]): Promise<Assigned> {
  const k = centres.clusters.length;
  const dimensions = centres.values.length / k;
  const { values, rows } = vectorsOf(items, dimensions);
  const assigned: Assigned = {
    clusters: items.map(() => 0),
    distances: items.map(() => 0),
    margins: items.map(() => 0),
  };
  if (rows.length === 0) return assigned;
  const { nearest, distance, margin } = await assigner.assign(values, centres.values, rows.length, k);
  for (const [row, index] of rows.entries()) {
    assigned.clusters[index] = centres.clusters[nearest[row]!]!;
    assigned.distances[index] = distance[row]!;
    assigned.margins[index] = margin[row]!;
  }
  return assigned;
}
