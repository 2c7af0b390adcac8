// Steps of the stream's K-Means, one a batch: what a cluster-worker computes of it, without its codec, its log and its store.
import { assign } from "@eddy/cluster-worker/stages/assign";
import { centreMatrix } from "@eddy/clustering/centres";
import { applyEvent } from "@eddy/clustering/fold";
import { makeDelta } from "@eddy/clustering/mini-batch";
import { emptyState } from "@eddy/clustering/state";

/** A seed counts for nothing beside a batch, as with scikit-learn, where it has no weight at all. */
const SEED_WEIGHT = 1e-6;

/** @param points rows of `points.length / width` numbers, taken in batches, around and around */
export function openSteps({ assigner, points, batch, centres, k, metric }) {
  const width = centres.length / k;
  const batches = points.length / width / batch;
  const row = (values, index) => values.subarray(index * width, (index + 1) * width);
  const state = emptyState();
  const apply = (body) => {
    const head = { worker: "bench", sequence: state.version + 2, atMs: 0, epoch: state.epoch };
    const outcome = applyEvent(state, state.version + 1, { ...head, ...body });
    if (!outcome.taken) throw new Error(`refused: ${outcome.why}`);
  };
  const kind = { metric, dimensions: width, halfLifeDocuments: 0, halfLifeMs: 0 };
  apply({ type: "founded", uuid: "bench", model: "bench", modelRevision: "1", ...kind });
  const choice = { automatic: false, chosen: k, score: 0, runnerUp: 0, runnerUpScore: 0, clear: true };
  const seeds = Array.from({ length: k }, (_, index) => ({ vector: row(centres, index), weight: SEED_WEIGHT }));
  apply({ type: "seeded", centres: seeds, sampleSize: 512, choice });
  let [source, done] = [0, 0];
  return {
    state,
    /** The next batches, as records come out of the log. */
    next: (steps) =>
      Array.from({ length: steps }, () => {
        const first = batch * (done++ % batches);
        const from = source;
        const items = Array.from({ length: batch }, (_, index) => ({
          source: ++source,
          documentId: `d-${source}`,
          vector: row(points, first + index),
        }));
        return { from, items };
      }),
    async run(ready) {
      for (const { from, items } of ready) {
        const matrix = centreMatrix(state);
        const { clusters } = await assign(assigner, matrix, items);
        const range = { partition: 0, from, done: from, assignedWith: matrix.version };
        apply(makeDelta(range, items, (index) => clusters[index], new Map()));
      }
    },
  };
}
