import type { ModelState } from "@eddy/clustering/state";
import type { Topics } from "@eddy/contracts/topics";
import { modelLink } from "@eddy/model/model-link";
import type { Link } from "@eddy/streams/repair";
import type { Groups } from "./groups.ts";

/** The chained links of a pipeline, in the order of the river, for `eddy repair`. */
export function linksOf(topics: Topics, groups: Groups, state: ModelState): Link[] {
  return [
    { topic: topics.texts, reader: groups.embed, emitter: groups.ingest, input: topics.documents, chained: false },
    {
      topic: topics.embeddings,
      reader: groups.cluster,
      emitter: groups.embed,
      input: topics.texts,
      chained: true,
      ...modelLink(state),
    },
  ];
}
