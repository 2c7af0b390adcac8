import type { Delta } from "./events.ts";
import { beginSums } from "./sums.ts";

/** One record of a batch, in the order of the log. */
export interface BatchItem {
  readonly source: number;
  readonly documentId: string;
  /** Unit length when spherical; null: the document is deleted. */
  readonly vector: Float32Array | null;
}

/** What a document gave to the model before. */
export interface OldShare {
  readonly cluster: number;
  readonly vector: Float32Array;
  /** What decay has left of it, 0 to 1. */
  readonly left: number;
}

export interface DeltaRange {
  readonly partition: number;
  readonly from: number;
  readonly done: number;
  readonly assignedWith: number;
}

/** Index of the last record of each document in the batch: the one that counts. */
export function lastOfEach(items: readonly BatchItem[]): Map<string, number> {
  return new Map(items.map(({ documentId }, index) => [documentId, index]));
}

/**
 * The Delta of a batch: what its documents add to each cluster, less the old shares of the documents that it replaces or
 * deletes. `clusterOf(index)` is the cluster of a counted item. Sums are made in f64 and rounded to f32 once.
 */
export function makeDelta(
  range: DeltaRange,
  items: readonly BatchItem[],
  clusterOf: (index: number) => number,
  oldShares: ReadonlyMap<string, OldShare>,
): Delta {
  const last = lastOfEach(items);
  const tallies = new Map<number, Tally>();
  const clusters = items.map(() => 0);
  const dimensions =
    items.find(({ vector }) => vector)?.vector?.length ?? oldShares.values().next().value?.vector.length ?? 0;
  const sums = beginSums(dimensions);
  const tally = (cluster: number) => {
    let found = tallies.get(cluster);
    if (!found)
      tallies.set(cluster, (found = { row: tallies.size, added: 0, removed: 0, removedWeight: 0, squares: 0 }));
    return found;
  };
  for (const [documentId, index] of last) {
    const { vector } = items[index]!;
    if (vector) {
      const cluster = clusterOf(index);
      clusters[index] = cluster;
      const target = tally(cluster);
      target.added += 1;
      target.squares += sums.add(target.row, vector, 1);
    }
    const old = oldShares.get(documentId);
    if (old) {
      const target = tally(old.cluster);
      target.removed += 1;
      target.removedWeight += old.left;
      target.squares += sums.add(target.row, old.vector, -old.left);
    }
  }
  return {
    type: "delta",
    ...range,
    to: items.at(-1)!.source,
    sources: items.map(({ source }) => source - range.from),
    clusters,
    touched: [...tallies]
      .sort(([a], [b]) => a - b)
      .map(([cluster, { row, added, removed, squares, removedWeight }]) => ({
        cluster,
        added,
        removed,
        sum: sums.of(row),
        sumSquares: squares,
        removedWeight,
      })),
  };
}

interface Tally {
  /** Of its sum. */
  readonly row: number;
  added: number;
  removed: number;
  removedWeight: number;
  squares: number;
}
