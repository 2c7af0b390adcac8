import type { CentreMatrix } from "@eddy/clustering/centres";
import type { Item } from "../batch.ts";
import type { Assigner } from "../ports.ts";

/** Cluster, distance and margin of each item; 0 for deletions. */
export interface Assigned {
  readonly clusters: number[];
  readonly distances: number[];
  readonly margins: number[];
}

export async function assign(assigner: Assigner, centres: CentreMatrix, items: readonly Item[]): Promise<Assigned> {
  const none = () => new Array<number>(items.length).fill(0);
  const assigned: Assigned = { clusters: none(), distances: none(), margins: none() };
  const rows: number[] = [];
  const vectors: Float32Array[] = [];
  for (const [index, { vector }] of items.entries()) {
    if (!vector) continue;
    rows.push(index);
    vectors.push(vector);
  }
  if (rows.length === 0) return assigned;
  const { clusters, values } = centres;
  const { nearest, distance, margin } = await assigner.assign(vectors, values, rows.length, clusters.length);
  for (const [row, index] of rows.entries()) {
    assigned.clusters[index] = clusters[nearest[row]!]!;
    assigned.distances[index] = distance[row]!;
    assigned.margins[index] = margin[row]!;
  }
  return assigned;
}
