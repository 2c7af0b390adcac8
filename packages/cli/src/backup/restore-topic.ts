/** A topic of a restored pipeline, record by record at the offsets that they had (restore-pipeline.ts, R2 and R4). */
import { ONLY_REVISION_HEADER } from "@eddy/contracts/chain-headers";
import { FatalError } from "@eddy/contracts/errors";
import type { LogRecord, StoredRecord, Streams } from "@eddy/streams/port";
import { readRange } from "@eddy/streams/read-range";
import { type CopiedTopic, DOCUMENTS } from "./pipeline-format.ts";

export interface TopicTarget {
  readonly streams: Streams;
  readonly pipeline: string;
  readonly signal: AbortSignal;
}

/** Empty records of one append. */
const FILL = 10_000;
const NOTHING: LogRecord = { key: null, value: null, headers: {} };
/** In the place of a hole in `documents`: a deletion that is meant for a revision that no document ever has. */
const HOLE: LogRecord = { key: Buffer.from("eddy-hole"), value: null, headers: { [ONLY_REVISION_HEADER]: "none" } };

/** So that the next record gets this offset, and nothing is before it (R2). */
export async function leadTo(
  { streams, pipeline, signal }: TopicTarget,
  topic: string,
  partition: number,
  first: number,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const { start, end } = await streams.bounds(topic, partition);
    if (end > first) {
      // Records follow only once what is before them is forgotten.
      if (start < first) throw notAt(pipeline, topic, partition, `ends at ${end}, not at ${first}`);
      return;
    }
    if (end === first) return streams.truncate(topic, partition, first);
    await streams.append(topic, partition, new Array<LogRecord>(Math.min(FILL, first - end)).fill(NOTHING));
  }
}

/** Appends what is not there yet; `unread`: from this offset on it is stamped anew (R4). */
export async function appendRecords(
  target: TopicTarget,
  topic: CopiedTopic,
  partition: number,
  records: readonly StoredRecord[],
  unread: number,
): Promise<void> {
  const { streams } = target;
  const { end } = await streams.bounds(topic.topic, partition);
  const there = records.filter(({ offset }) => offset < end);
  await checkThere(target, topic.topic, partition, there);
  const appended: LogRecord[] = [];
  for (const { offset, timestampMs, ...record } of records.slice(there.length)) {
    while (end + appended.length < offset) appended.push(holeOf(topic, partition, offset));
    appended.push(offset < unread ? { ...record, timestampMs } : record);
  }
  await streams.append(topic.topic, partition, appended);
  await checkEnd(target, topic.topic, partition, end + appended.length);
}

/** What an earlier run wrote, as far as it is kept: a client that died may have written something twice, and nobody heard of it. */
async function checkThere(
  { streams, pipeline, signal }: TopicTarget,
  topic: string,
  partition: number,
  records: readonly StoredRecord[],
): Promise<void> {
  const [first, last] = [records[0], records.at(-1)];
  if (!first || !last) return;
  const wanted = new Map(records.map((record) => [record.offset, record]));
  const { start } = await streams.bounds(topic, partition);
  const options = { signal, passOverCut: true };
  const from = Math.max(start, first.offset);
  for await (const found of readRange(streams, topic, partition, from, last.offset + 1, options))
    for (const { offset, key, value } of found) {
      const record = wanted.get(offset);
      if (record && !(isSame(record.key, key) && isSame(record.value, value)))
        throw notAt(pipeline, topic, partition, `has another record at ${offset} than the backup`);
    }
}

const isSame = (a: Uint8Array | null, b: Uint8Array | null) =>
  a === null || b === null ? a === b : Buffer.from(a).equals(b);

/** Holes behind the last record. */
export async function endTopic(target: TopicTarget, topic: CopiedTopic, partition: number, end: number): Promise<void> {
  const there = (await target.streams.bounds(topic.topic, partition)).end;
  const holes = Array.from({ length: Math.max(0, end - there) }, () => holeOf(topic, partition, end));
  await target.streams.append(topic.topic, partition, holes);
  await checkEnd(target, topic.topic, partition, end);
}

function holeOf({ name, topic }: CopiedTopic, partition: number, before: number): LogRecord {
  if (name === DOCUMENTS) return HOLE;
  throw new FatalError("BACKUP_DAMAGED", `the backup has a hole in ${topic}/${partition} before ${before}`);
}

/** An append whose acknowledgement was lost is tried again by the client, and may stand there twice: then all after it would be wrong. */
async function checkEnd(
  { streams, pipeline }: TopicTarget,
  topic: string,
  partition: number,
  end: number,
): Promise<void> {
  const found = (await streams.bounds(topic, partition)).end;
  if (found !== end) throw notAt(pipeline, topic, partition, `ends at ${found}, not at ${end}`);
}

function notAt(pipeline: string, topic: string, partition: number, what: string): FatalError {
  return new FatalError(
    "LOG_GAP",
    `${topic}/${partition} ${what}: something else writes to it, or records were written twice. Stop what does, delete the topics ${pipeline}.* and the collection ${pipeline}, and restore again`,
  );
}
