import type { DeadLetter, LetterPlace } from "@eddy/contracts/api/dead-letter";
import { deadLetterTopic } from "@eddy/contracts/topics";
import { deadLetterNote } from "@eddy/streams/dead-letter";
import type { StoredRecord } from "@eddy/streams/port";
import { readRange } from "@eddy/streams/read-range";
import { excerpt } from "./excerpt.ts";
import { documentIdOf, inputTopics } from "./letter.ts";
import type { ConsolePorts } from "./ports.ts";

export interface DeadLetters {
  /** The newest first, each once: after a crash a letter may stand there twice. */
  list(limit: number): Promise<DeadLetter[]>;
}

const PREVIEW_CHARACTERS = 200;
/** Bytes that hold as many characters, and some. */
const PREVIEW_BYTES = 1_024;

export function replayGroup(pipeline: string): string {
  return `${pipeline}.replay`;
}

export function createDeadLetters({ streams, topics }: ConsolePorts, pipeline: string): DeadLetters {
  async function newest(topic: string, limit: number): Promise<DeadLetter[]> {
    const replayed = await streams.committed(replayGroup(pipeline), topic);
    const found: DeadLetter[] = [];
    const partitions = await streams.partitions(topic);
    for (let partition = 0; partition < partitions; partition++) {
      const { start, end } = await streams.bounds(topic, partition);
      const before = replayed.get(partition)?.offset ?? 0;
      const from = Math.max(start, end - limit);
      for await (const records of readRange(streams, topic, partition, from, end, { passOverCut: true })) {
        for (const record of records) {
          const letter = view(record, { topic, partition, offset: record.offset }, record.offset < before);
          if (letter) found.push(letter);
        }
      }
    }
    return found;
  }

  return {
    async list(limit) {
      const found: DeadLetter[] = [];
      for (const topic of inputTopics(topics)) found.push(...(await newest(deadLetterTopic(topic), limit)));
      found.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : b.dead_letter.offset - a.dead_letter.offset));
      const seen = new Set<string>();
      const once = found.filter(({ topic, partition, offset }) => {
        const origin = `${topic}/${partition}@${offset}`;
        return !seen.has(origin) && seen.add(origin);
      });
      return once.slice(0, limit);
    },
  };
}

function view(record: StoredRecord, place: LetterPlace, replayed: boolean): DeadLetter | undefined {
  const note = deadLetterNote(record.headers);
  if (!note) return undefined;
  const { topic, partition, offset, stage, code, message } = note;
  const id = documentIdOf(record);
  return {
    topic,
    partition,
    offset,
    dead_letter: place,
    stage,
    code,
    message,
    key: record.key === null ? null : Buffer.from(record.key).toString(),
    ...(id !== undefined && { document_id: id }),
    preview: excerpt(
      Buffer.from(record.value ?? [])
        .subarray(0, PREVIEW_BYTES)
        .toString(),
      PREVIEW_CHARACTERS,
    ),
    at: new Date(record.timestampMs).toISOString(),
    replayed,
  };
}
