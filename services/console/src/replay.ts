/**
 * Puts dead letters back where they came from.
 *
 * 1. Not over something newer: a letter is skipped where the store has its document, or the mark of its deletion, with a later
 *    `received_at` than the letter's, unless forced. (What is newer and still on its way is not seen.)
 * 2. A letter that stands there twice goes back once. The order of a partition is kept.
 * 3. A replay of all goes on where the last one ended: the commit of the group `<pipeline>.replay`, made page by page after
 *    the letters of the page are durable.
 * 4. A chained topic takes no record without its chain, so an accepted text goes back to `documents`, where it came from.
 */

import type { LetterPlace, ReplayResult } from "@eddy/contracts/api/dead-letter";
import { type AcceptedText, acceptedTextSchema } from "@eddy/contracts/document";
import { deadLetterTopic, type Topics } from "@eddy/contracts/topics";
import { floatsOfBase64 } from "@eddy/contracts/vector-bytes";
import { deadLetterNote, originalHeaders } from "@eddy/streams/dead-letter";
import { partitionOf } from "@eddy/streams/murmur2";
import type { LogRecord, StoredRecord } from "@eddy/streams/port";
import { readRange } from "@eddy/streams/read-range";
import type { StoredPoint } from "@eddy/vectors/port";
import { replayGroup } from "./dead-letters.ts";
import { documentIdOf, inputTopics, parse } from "./letter.ts";
import type { ConsolePorts } from "./ports.ts";

export interface Replay {
  letters(places: readonly LetterPlace[], force: boolean): Promise<ReplayResult>;
  all(force: boolean): Promise<ReplayResult>;
}

const MAX_SKIPPED = 1_000;

interface Letter {
  readonly place: LetterPlace;
  readonly record: StoredRecord;
}

export function createReplay(ports: ConsolePorts, pipeline: string): Replay {
  const { streams, topics, store } = ports;
  let turn: Promise<unknown> = Promise.resolve();

  /** One replay at a time: two at once would send letters twice. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  }

  async function send(letters: readonly Letter[], force: boolean, tally: Tally): Promise<void> {
    const ids = letters.flatMap(({ record }) => documentIdOf(record) ?? []);
    const present = force ? new Map<string, StoredPoint>() : await store.lookup(ids);
    const outputs = new Map<number, LogRecord[]>();
    for (const { place, record } of letters) {
      const origin = deadLetterNote(record.headers);
      if (!origin) tally.skip(place, "it is no dead letter");
      else if (tally.first(origin)) {
        const newer = present.get(documentIdOf(record) ?? "")?.payload;
        const output = returning(record, origin, topics, await streams.partitions(topics.documents));
        if (newer && Date.parse(newer.received_at) > record.timestampMs)
          tally.skip(
            place,
            `the store has a newer ${newer.deleted ? "deletion" : "version"} of ${newer.document_id}, of ${newer.received_at}`,
          );
        else if (!output) tally.skip(place, `a record of ${origin.topic} can't go back`);
        else outputs.set(output.partition, [...(outputs.get(output.partition) ?? []), output.record]);
      }
    }
    for (const [partition, records] of outputs) {
      await streams.append(topics.documents, partition, records);
      tally.replayed(records.length);
    }
  }

  async function one(place: LetterPlace): Promise<StoredRecord | undefined> {
    const { start, end } = await streams.bounds(place.topic, place.partition);
    if (place.offset < start || place.offset >= end) return undefined;
    const { topic, partition, offset } = place;
    for await (const [record] of readRange(streams, topic, partition, offset, offset + 1, { passOverCut: true }))
      return record;
    return undefined;
  }

  return {
    letters: (places, force) =>
      inTurn(async () => {
        const tally = createTally();
        for (const place of places) {
          const known = inputTopics(topics).some((topic) => deadLetterTopic(topic) === place.topic);
          const there = known && place.partition < (await streams.partitions(place.topic));
          const record = there ? await one(place) : undefined;
          if (record) await send([{ place, record }], force, tally);
          else tally.skip(place, "there is no such dead letter, or it is no longer kept");
        }
        return tally.result;
      }),
    all: (force) =>
      inTurn(async () => {
        const tally = createTally();
        for (const topic of inputTopics(topics).map(deadLetterTopic)) {
          const committed = await streams.committed(replayGroup(pipeline), topic);
          const partitions = await streams.partitions(topic);
          for (let partition = 0; partition < partitions; partition++) {
            const { start, end } = await streams.bounds(topic, partition);
            const from = Math.max(start, committed.get(partition)?.offset ?? start);
            for await (const records of readRange(streams, topic, partition, from, end, { passOverCut: true })) {
              const letters = records.map((record) => ({ place: { topic, partition, offset: record.offset }, record }));
              await send(letters, force, tally);
              const offset = records.at(-1)!.offset + 1;
              await streams.rewind(replayGroup(pipeline), topic, partition, { offset, metadata: "" });
            }
          }
        }
        return tally.result;
      }),
  };
}

/** What goes back to `documents`, and into which partition; undefined: nothing can. */
function returning(
  letter: StoredRecord,
  origin: { readonly topic: string; readonly partition: number },
  topics: Topics,
  partitions: number,
): { readonly partition: number; readonly record: LogRecord } | undefined {
  const { key, value } = letter;
  const headers = originalHeaders(letter.headers);
  if (origin.topic === topics.documents) {
    const byKey = key === null ? 0 : partitionOf(key, partitions);
    return { partition: origin.partition < partitions ? origin.partition : byKey, record: { key, value, headers } };
  }
  if (origin.topic !== topics.texts || key === null) return undefined;
  const partition = partitionOf(key, partitions);
  if (value === null) return { partition, record: { key, value, headers } };
  const text = acceptedTextSchema.safeParse(parse(value));
  return text.success ? { partition, record: { key, value: documentOf(text.data), headers } } : undefined;
}

function documentOf({ format: _, document_id, revision: __, received_at: ___, ...text }: AcceptedText): Uint8Array {
  const vector = text.vector && [...floatsOfBase64(text.vector)];
  return Buffer.from(JSON.stringify({ id: document_id, ...text, vector }));
}

function createTally() {
  const origins = new Set<string>();
  const skipped: ReplayResult["skipped"][number][] = [];
  let replayed = 0;
  let skippedTotal = 0;
  return {
    /** False where a letter of the same origin was met before. */
    first({ topic, partition, offset }: LetterPlace): boolean {
      const origin = `${topic}/${partition}@${offset}`;
      return !origins.has(origin) && Boolean(origins.add(origin));
    },
    skip(place: LetterPlace, reason: string): void {
      skippedTotal += 1;
      if (skipped.length < MAX_SKIPPED) skipped.push({ ...place, reason });
    },
    replayed(records: number): void {
      replayed += records;
    },
    get result(): ReplayResult {
      return { replayed, skipped, skipped_total: skippedTotal };
    },
  };
}

type Tally = ReturnType<typeof createTally>;
