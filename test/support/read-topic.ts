import type { StoredRecord, Streams } from "@eddy/streams/port";

/** All records that a partition keeps. */
export async function readPartition(streams: Streams, topic: string, partition: number): Promise<StoredRecord[]> {
  const { start, end } = await streams.bounds(topic, partition);
  const reader = streams.reader(topic, partition, start);
  const records: StoredRecord[] = [];
  while (reader.position < end) {
    const fetched = await reader.fetch({ maxRecords: end - reader.position, waitMs: 0 });
    if (fetched.length === 0) break;
    records.push(...fetched);
  }
  await reader.close();
  return records;
}

/** The same of all partitions, with the partition of each. */
export async function readTopic(
  streams: Streams,
  topic: string,
): Promise<{ readonly partition: number; readonly record: StoredRecord }[]> {
  const found = [];
  for (let partition = 0; partition < (await streams.partitions(topic)); partition++)
    for (const record of await readPartition(streams, topic, partition)) found.push({ partition, record });
  return found;
}
