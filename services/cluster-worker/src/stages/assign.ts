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
  const assigned: Assigned = {
    clusters: items.map(() => 0),
    distances: items.map(() => 0),
    margins: items.map(() => 0),
  };
  const rows = items.flatMap(({ vector }, index) => (vector ? [index] : []));
  if (rows.length === 0) return assigned;
  const vectors = rows.map((index) => items[index]!.vector!);
  const { nearest, distance, margin } = await assigner.assign(
    vectors,
    centres.values,
    rows.length,
    centres.clusters.length,
  );
  for (const [row, index] of rows.entries()) {
    assigned.clusters[index] = centres.clusters[nearest[row]!]!;
    assigned.distances[index] = distance[row]!;
    assigned.margins[index] = margin[row]!;
  }
  return assigned;
}
