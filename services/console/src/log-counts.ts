import type { Status } from "@eddy/contracts/api/status";
import type { Streams } from "@eddy/streams/port";
import type { ConsoleOptions, ConsolePorts } from "./ports.ts";

/** Records ever written to a topic, those that are no longer kept too. */
export async function written(streams: Streams, topic: string): Promise<number> {
  const partitions = await streams.partitions(topic);
  const bounds = await Promise.all(
    Array.from({ length: partitions }, (_, partition) => streams.bounds(topic, partition)),
  );
  return bounds.reduce((sum, { end }) => sum + end, 0);
}

/** Records of a topic that a group has still to read. */
async function lag(streams: Streams, group: string, topic: string): Promise<number> {
  return [...(await streams.lag(group, topic)).values()].reduce((sum, records) => sum + records, 0);
}

/** Records that each worker has still to read, by the topic that they lie in. */
export async function waiting(
  { streams, topics }: Pick<ConsolePorts, "streams" | "topics">,
  groups: ConsoleOptions["groups"],
): Promise<Status["lag"]> {
  const [documents, texts, embeddings] = await Promise.all([
    lag(streams, groups.ingest, topics.documents),
    lag(streams, groups.embed, topics.texts),
    lag(streams, groups.cluster, topics.embeddings),
  ]);
  return { documents, texts, embeddings };
}
