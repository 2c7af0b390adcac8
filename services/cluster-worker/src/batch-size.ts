import { livingClusters, type ModelState } from "@eddy/clustering/state";

/** Sums of the clusters that a Delta touches: well under a broker's record limit of 1 MiB, with the rest of the event. */
const MAX_DELTA_BYTES = 480_000;

/** Documents of a batch while the model is very young. */
const LEAST = 64;

/**
 * Documents of the next batch. Small while the model is young, so that it learns from what it has just seen; never over the
 * next re-seeding; and so that its Delta stays under MAX_DELTA_BYTES, though each document may touch two clusters: its new one
 * and its old one.
 */
export function batchSize(state: ModelState, maxBatch: number): number {
  const { documents, nextRefit, founded } = state;
  const touchable = Math.floor(MAX_DELTA_BYTES / (4 * founded!.dimensions));
  const most = livingClusters(state).length <= touchable ? maxBatch : Math.max(1, Math.min(maxBatch, touchable >> 1));
  const grown = Math.min(most, Math.max(LEAST, documents >> 3));
  return nextRefit > documents ? Math.min(grown, nextRefit - documents) : grown;
}
