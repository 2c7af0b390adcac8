import { foreignRevision } from "@eddy/contracts/replayed";
import type { Streams } from "@eddy/streams/port";
import type { VectorStore } from "@eddy/vectors/port";
import type { CopiedRecord } from "./copied-record.ts";

/**
 * A time that all came before that is in no partition at `offsets` or later, in milliseconds since 1970. Partitions are cut at
 * different times: an older version of a document may lie after the offset of one of them, and the newer one before that of
 * another, if two clients route it differently.
 */
export async function cutTime(
  streams: Streams,
  topic: string,
  offsets: readonly number[],
  now: number,
): Promise<number> {
  const times = offsets.map(async (offset, partition) => {
    const { start, end } = await streams.bounds(topic, partition);
    if (offset > start) return ((await streams.timestamp(topic, partition, offset - 1)) ?? now) + 1;
    if (start === 0) return 0;
    return start === end ? now : ((await streams.timestamp(topic, partition, start)) ?? now);
  });
  return Math.max(...(await Promise.all(times)));
}

/**
 * The time of the first record that the log still keeps, where the collection has nothing that came since, though the workers have read on
 * from there: then it was restored from an older snapshot, and what came between is in neither. `settled`: what they have read, by partition.
 */
export async function missingSince(
  streams: Streams,
  store: VectorStore,
  topic: string,
  settled: readonly number[],
): Promise<string | undefined> {
  const times: number[] = [];
  for (const [partition, offset] of settled.entries()) {
    const { start } = await streams.bounds(topic, partition);
    const time = start > 0 && offset > start ? await streams.timestamp(topic, partition, start) : undefined;
    if (time !== undefined) times.push(time);
  }
  if (times.length === 0) return undefined;
  const since = new Date(Math.min(...times)).toISOString();
  return (await store.count({ receivedFrom: since })) === 0 ? since : undefined;
}

/**
 * Without the versions that have been replaced or deleted by something that came later, as the old collection says: it may have
 * been copied already. Only for records that have come as far as the collection.
 */
export async function withoutReplaced(
  copies: readonly CopiedRecord[],
  store: VectorStore,
  pipeline: string,
): Promise<CopiedRecord[]> {
  const present = await store.lookup(copies.flatMap(({ id }) => id ?? []));
  return copies.filter(({ id, record, revision }) => {
    if (id === undefined) return true;
    const payload = present.get(id)?.payload;
    const living = payload && !payload.deleted ? foreignRevision(pipeline, payload.revision) : undefined;
    return record.value === null ? living === undefined : living === revision;
  });
}
