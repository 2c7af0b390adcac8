import { type ModelState, resumeAfter } from "@eddy/clustering/state";
import type { Link, Skip } from "@eddy/streams/repair";

/** What the model adds to the link before it: it knows what is counted, and goes on over what is gone by `Skipped` alone. */
export function modelLink(state: ModelState): Required<Pick<Link, "applied" | "skip">> {
  return {
    applied(partition, note) {
      const applied = resumeAfter(state, partition, note?.applied.get(partition));
      return new Map(applied === undefined ? [] : [[partition, applied]]);
    },
    skip(partition, after, to): Skip {
      const known = state.partitions.get(partition);
      const applied = known?.applied;
      if (known === undefined || applied === undefined || applied < after)
        return {
          to,
          steps: [],
          blocked: "the model has not counted what is before the gap: let the cluster-worker go on",
        };
      // What was counted but not written is skipped by whole Deltas: the model keeps counting documents that have no points.
      if (to < applied)
        return { to: known.ranges.find((range) => range.from < to && to <= range.to)?.to ?? to, steps: [] };
      return { to, steps: to === applied ? [] : [{ kind: "skip", partition, from: applied, to }] };
    },
  };
}
