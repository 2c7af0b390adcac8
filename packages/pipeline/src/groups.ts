import type { Topics } from "@eddy/contracts/topics";
import type { Streams } from "@eddy/streams/port";

/** The workers' consumer groups. */
export interface Groups {
  /** Reads `documents`. */
  readonly ingest: string;
  /** Reads `texts`. */
  readonly embed: string;
  /** Reads `embeddings`. */
  readonly cluster: string;
}

export function groupsOf(pipeline: string): Groups {
  return { ingest: `${pipeline}.ingest`, embed: `${pipeline}.embed-worker`, cluster: `${pipeline}.cluster-worker` };
}

/** Documents that are published but have not come as far as `embeddings`. */
export async function upstreamLag(streams: Streams, topics: Topics, groups: Groups): Promise<number> {
  const lags = await Promise.all([
    streams.lag(groups.ingest, topics.documents),
    streams.lag(groups.embed, topics.texts),
  ]);
  return lags.flatMap((byPartition) => [...byPartition.values()]).reduce((sum, records) => sum + records, 0);
}
