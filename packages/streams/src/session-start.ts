/**
 * Where a session of a partition begins, and whether it may.
 *
 * 1. A commit outside of what is kept stops the worker: unread records were lost, or the topic was made anew.
 * 2. A commit without a note (expired, or set by a tool): the first record met is the start; said aloud where it isn't the
 *    first start of all.
 * 3. An emitter without a note looks at what it last wrote: `previous` comes from there, and an input that does not reach so
 *    far, or has another record there, was made anew; its records would be taken for duplicates downstream, in silence.
 */
import { FatalError } from "@eddy/contracts/errors";
import type { Clock } from "@eddy/runtime/clock";
import { type ChainNote, ChainReader, chainLink, parseNote } from "./chain.ts";
import { type Emitted, lastEmitted } from "./last-emitted.ts";
import type { Bounds, Cursor, StoredRecord, Streams } from "./port.ts";
import { readRange } from "./read-range.ts";

export interface SessionStart {
  readonly offset: number;
  /** undefined: nothing is known of the chain. */
  readonly note: ChainNote | undefined;
}

/** The end may be told too low for a moment after a change of leader: it is asked for again before that stops a worker. */
const END_TRIES = 4;
const END_WAIT_MS = 1_000;
/** A record can't be younger than what was made of it, but for clocks that differ: this much, in milliseconds. */
const CLOCK_SKEW_MS = 10 * 60_000;

/** Where the group's commit lies within what is kept of the partition. Throws FatalError LOG_GAP (1). */
export async function sessionStart(
  streams: Streams,
  cursor: Pick<Cursor, "topic" | "partition" | "committed" | "revoked">,
  group: string,
  clock: Clock,
): Promise<SessionStart> {
  const { topic, partition, committed, revoked } = cursor;
  let bounds = await streams.bounds(topic, partition);
  if (!committed) return { offset: bounds.start, note: undefined };
  const { offset } = committed;
  for (let tries = 1; offset > bounds.end && tries < END_TRIES; tries++) {
    await clock.sleep(END_WAIT_MS, revoked);
    bounds = await streams.bounds(topic, partition);
  }
  if (offset > bounds.end)
    throw new FatalError(
      "LOG_GAP",
      `${topic}/${partition} ends at ${bounds.end}, but ${group} has read up to ${offset}: the topic was made anew, or lost records. \`eddy repair\` says what can be done`,
    );
  if (offset < bounds.start) throw headCut(cursor, group, offset, bounds);
  return { offset, note: parseNote(committed.metadata) };
}

/** Throws FatalError LOG_GAP where the records between `expected` and those fetched are no longer kept: a reader too slow. */
export async function checkHead(
  streams: Streams,
  cursor: Cursor,
  group: string,
  expected: number,
  fetched: readonly StoredRecord[],
): Promise<void> {
  // Most holes are none: markers of transactions, or compaction of a topic that is people's.
  if ((fetched[0]?.offset ?? expected) <= expected) return;
  const bounds = await streams.bounds(cursor.topic, cursor.partition);
  if (bounds.start > expected) throw headCut(cursor, group, expected, bounds);
}

function headCut(
  { topic, partition }: Pick<Cursor, "topic" | "partition">,
  group: string,
  offset: number,
  { start }: Bounds,
): FatalError {
  return new FatalError(
    "LOG_GAP",
    `${topic}/${partition} starts at ${start}, but ${group} has read only up to ${offset}: retention took records that were not read. \`eddy repair\` says whether they can be had again`,
  );
}

/** What a reader of a chained topic has applied that read all before `offset`, as far as it is kept. */
export async function appliedBefore(
  streams: Streams,
  topic: string,
  partition: number,
  offset: number,
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  const chain = new ChainReader();
  const { start } = await streams.bounds(topic, partition);
  for await (const records of readRange(streams, topic, partition, start, offset, { signal }))
    for (const { headers } of records) {
      const link = chainLink(headers);
      if (link) chain.accept(link);
    }
  return chain.snapshot();
}

export interface EmitterStart {
  /** By output partition: the last source before the session's offset. */
  readonly previous: ReadonlyMap<number, number>;
  /** Greatest source found in the output; undefined: nothing was ever emitted, this is the first start. */
  readonly emitted: number | undefined;
}

export interface EmitterPlace {
  readonly streams: Streams;
  readonly cursor: Cursor;
  readonly group: string;
  readonly output: string;
  readonly offset: number;
  /** The key that the stage gives to a record of the input; undefined: it emits none. */
  readonly keyOf: (record: StoredRecord) => Promise<Uint8Array | undefined>;
}

/** What an emitter without a note can know from its outputs (3). Throws FatalError LOG_GAP. */
export async function recoverEmitter(place: EmitterPlace): Promise<EmitterStart> {
  const { streams, cursor, group, output, offset } = place;
  const { topic, partition, committed, revoked: signal } = cursor;
  const previous = new Map<number, number>();
  let last: Emitted | undefined;
  for (let out = 0, count = await streams.partitions(output); out < count; out++) {
    const emitted = await lastEmitted(streams, output, out, partition, { signal });
    if (!emitted) continue;
    if (emitted.source > (last?.source ?? -1)) last = emitted;
    const before =
      emitted.source < offset ? emitted : await lastEmitted(streams, output, out, partition, { below: offset, signal });
    if (before) previous.set(out, before.source);
  }
  if (last === undefined) return { previous, emitted: undefined };
  // Asked for after the outputs: a replaced worker may still read and emit.
  const bounds = await streams.bounds(topic, partition);
  if (bounds.end <= last.source || (await isAnother(place, last, bounds)))
    throw new FatalError(
      "LOG_GAP",
      `${output} has what ${group} made of ${topic}/${partition}@${last.source}, but ${
        bounds.end <= last.source ? `that ends at ${bounds.end}` : "there is another record now"
      }: the topic was made anew, and what is in it would be passed over as read. \`eddy repair\` says what can be done`,
    );
  if (!committed && bounds.start > last.source + 1)
    throw new FatalError(
      "LOG_GAP",
      `${group} has no commit in ${topic}/${partition}, which starts at ${bounds.start}; its last record in ${output} is of ${last.source}: whether what was between was read, nobody knows. \`eddy repair\` says what can be done`,
    );
  return { previous, emitted: last.source };
}

/** Whether the input's record at the source of an emitted one is evidently not what that was made of. */
async function isAnother({ streams, cursor, keyOf }: EmitterPlace, { source, record }: Emitted, { start }: Bounds) {
  if (source < start) return false;
  for await (const [input] of readRange(streams, cursor.topic, cursor.partition, source, source + 1)) {
    if (!input) continue;
    if (input.timestampMs > record.timestampMs + CLOCK_SKEW_MS) return true;
    const key = await keyOf(input);
    return key === undefined || !Buffer.from(key).equals(record.key ?? new Uint8Array());
  }
  // Compacted away, or dropped with a transaction: nothing can be said.
  return false;
}
