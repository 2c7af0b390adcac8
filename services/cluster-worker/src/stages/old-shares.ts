import { decayShare } from "@eddy/clustering/fold";
import { lastOfEach, type OldShare } from "@eddy/clustering/mini-batch";
import type { ModelState } from "@eddy/clustering/state";
import { parseClusterName } from "@eddy/contracts/collection";
import type { VectorStore } from "@eddy/vectors/port";
import type { CountedBatch, Item } from "../batch.ts";

/**
 * What the documents of a batch gave to the model before: looked up in the batches that are counted but not yet written, the
 * newest first, then in the store.
 */
export async function oldShares(
  items: readonly Item[],
  pending: readonly CountedBatch[],
  store: VectorStore,
  state: ModelState,
): Promise<Map<string, OldShare>> {
  const shares = new Map<string, OldShare>();
  const unknown = new Set<string>();
  const newestFirst = pending.map((batch) => ({ batch, last: lastOfEach(batch.items) })).reverse();
  for (const { documentId } of items) {
    const found = inPending(documentId, newestFirst);
    if (found === undefined) unknown.add(documentId);
    else if (found.vector)
      shares.set(documentId, { cluster: found.cluster, vector: found.vector, left: left(state, found.clock) });
  }
  const present = unknown.size === 0 ? new Map() : await store.lookup([...unknown]);
  const living = [...present.values()]
    .filter(({ payload }) => !payload.deleted)
    .map(({ payload }) => payload.document_id as string);
  if (living.length === 0) return shares;
  for (const { payload, vector } of (await store.lookup(living, { withVectors: true })).values()) {
    const cluster = parseClusterName(payload.counted_in ?? "");
    if (!vector || cluster === undefined || !state.clusters.has(cluster)) continue;
    shares.set(payload.document_id, { cluster, vector, left: left(state, payload.counted_at ?? state.clock) });
  }
  return shares;
}

interface Pending {
  readonly batch: CountedBatch;
  /** Index of the last item of each document. */
  readonly last: ReadonlyMap<string, number>;
}

function inPending(documentId: string, newestFirst: readonly Pending[]) {
  for (const { batch, last } of newestFirst) {
    const index = last.get(documentId);
    if (index !== undefined)
      return { cluster: batch.clusters[index]!, vector: batch.items[index]!.vector, clock: batch.clock };
  }
  return undefined;
}

function left(state: ModelState, countedAt: number): number {
  return decayShare(state.founded!, state.clock - countedAt);
}
