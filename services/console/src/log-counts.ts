import type { Streams } from "@eddy/streams/port";

/** Records ever written to a topic, those that are no longer kept too. */
export async function written(streams: Streams, topic: string): Promise<number> {
  const partitions = await streams.partitions(topic);
  const bounds = await Promise.all(
    Array.from({ length: partitions }, (_, partition) => streams.bounds(topic, partition)),
  );
  return bounds.reduce((sum, { end }) => sum + end, 0);
}

/** Records of a topic that a group has still to read. */
export async function lag(streams: Streams, group: string, topic: string): Promise<number> {
  return [...(await streams.lag(group, topic)).values()].reduce((sum, records) => sum + records, 0);
}
