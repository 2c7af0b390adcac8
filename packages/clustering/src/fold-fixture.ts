/** Events for tests of the fold: a model of two dimensions unless told otherwise. */
import type { Delta, EventBody, Founded, KChoice, ModelEvent, Refitted, Seeded } from "./events.ts";
import { applyEvent, type FoldOutcome } from "./fold.ts";
import { type BatchItem, makeDelta, type OldShare } from "./mini-batch.ts";
import { emptyState, type ModelState } from "./state.ts";

export const choice: KChoice = { automatic: false, chosen: 2, score: 0, runnerUp: 0, runnerUpScore: 0, clear: true };

export const founded: Founded = {
  type: "founded",
  uuid: "u",
  metric: "euclidean",
  dimensions: 2,
  model: "m",
  modelRevision: "1",
  halfLifeDocuments: 0,
  halfLifeMs: 0,
};

export function seeded(...centres: (readonly number[])[]): Seeded {
  return {
    type: "seeded",
    centres: centres.map((values) => ({ vector: Float32Array.from(values), weight: 16 })),
    sampleSize: 512,
    choice,
  };
}

export function refitted(
  ...clusters: { cluster: number; vector: readonly number[]; absorbs?: number[]; weight?: number }[]
): Refitted {
  return {
    type: "refitted",
    clusters: clusters.map(({ cluster, vector, absorbs = [], weight = 1 }) => ({
      cluster,
      absorbs,
      centre: { vector: Float32Array.from(vector), weight },
    })),
    sampleSize: 1024,
    choice,
  };
}

/** A Delta of one counted document. */
export function delta(from: number, to: number, more: Partial<Delta> = {}): Delta {
  return {
    type: "delta",
    partition: 0,
    from,
    to,
    done: -1,
    assignedWith: 1,
    sources: [to - from],
    clusters: [1],
    touched: [{ cluster: 1, added: 1, removed: 0, sum: Float32Array.of(1, 0), sumSquares: 1, removedWeight: 0 }],
    ...more,
  };
}

/** A fold that gives each event the next offset and, where it isn't told another, the epoch of the state. */
export function createLog(state: ModelState = emptyState()) {
  return {
    state,
    apply(body: EventBody, head: { epoch?: number; atMs?: number } = {}): FoldOutcome {
      const event = { worker: "w", sequence: state.version + 2, atMs: 0, epoch: state.epoch, ...head, ...body };
      return applyEvent(state, state.version + 1, event as ModelEvent);
    },
    /** Counts a batch as a worker does; throws where the fold refuses it. */
    count(
      items: readonly BatchItem[],
      clusterOf: (index: number) => number,
      shares: ReadonlyMap<string, OldShare> = new Map(),
      { partition = 0, atMs = 0 } = {},
    ): Delta {
      const from = state.partitions.get(partition)?.applied ?? -1;
      const range = { partition, from, done: -1, assignedWith: state.version };
      const made = makeDelta(range, items, clusterOf, shares);
      const outcome = this.apply(made, { atMs });
      if (!outcome.taken) throw new Error(`refused: ${outcome.why}`);
      return made;
    },
  };
}

export function seededLog(more: Partial<Founded> = {}, ...centres: (readonly number[])[]) {
  const log = createLog();
  log.apply({ ...founded, ...more });
  log.apply(
    seeded(
      ...(centres.length > 0
        ? centres
        : [
            [1, 0],
            [0, 1],
          ]),
    ),
  );
  return log;
}
