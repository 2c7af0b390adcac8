import { type ModelState, resumeAfter } from "@eddy/clustering/state";
import type { Topics } from "@eddy/contracts/topics";
import type { Link, Skip } from "@eddy/streams/repair";

/** The chained links of a pipeline, in the order of the river. */
export function linksOf(
  topics: Topics,
  groups: { readonly ingest: string; readonly embed: string; readonly cluster: string },
  state: ModelState,
): Link[] {
  const { documents, texts, embeddings } = topics;
  return [
    { topic: texts, reader: groups.embed, emitter: groups.ingest, input: documents, chained: false },
    {
      topic: embeddings,
      reader: groups.cluster,
      emitter: groups.embed,
      input: texts,
      chained: true,
      ...modelLink(state),
    },
  ];
}

/** What the model adds to the link before it: it knows what is counted, and goes on over what is gone by `Skipped` alone. */
function modelLink(state: ModelState): Required<Pick<Link, "applied" | "counted" | "skip">> {
  return {
    applied(partition, note) {
      const applied = resumeAfter(state, partition, note?.applied.get(partition));
      return new Map(applied === undefined ? [] : [[partition, applied]]);
    },
    counted: (partition) =>
      (state.partitions.get(partition)?.ranges ?? []).map(({ from, to, sources }) => ({
        from,
        to,
        sources: sources.map((source) => from + source),
      })),
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
