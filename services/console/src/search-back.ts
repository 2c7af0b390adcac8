import { FatalError } from "@eddy/contracts/errors";
import type { Clock } from "@eddy/runtime/clock";
import type { LogReader, StoredRecord, Streams } from "@eddy/streams/port";

export interface Searched {
  /** The newest first. */
  readonly records: readonly StoredRecord[];
  /** All that was ever written was searched. */
  readonly whole: boolean;
  /** When the oldest record that was searched was written, in milliseconds since 1970; undefined: there was none. */
  readonly fromMs: number | undefined;
}

export interface SearchBounds {
  readonly mostRecords: number;
  readonly mostMs: number;
  readonly clock: Clock;
}

const STRETCH = 5_000;
const FETCH = { maxRecords: 2_000, waitMs: 500 };

/** The records of a partition with a key, searched from its end backwards, a stretch at a time, as far as the bounds allow. */
export async function searchBack(
  streams: Streams,
  { topic, partition, key }: { readonly topic: string; readonly partition: number; readonly key: Buffer },
  { mostRecords, mostMs, clock }: SearchBounds,
): Promise<Searched> {
  const deadline = clock.now() + mostMs;
  const { start, end } = await streams.bounds(topic, partition);
  const oldest = Math.max(start, end - mostRecords);
  const reader = streams.reader(topic, partition, end);
  const found: StoredRecord[] = [];
  let fromMs: number | undefined;
  let reached = end;
  try {
    while (reached > oldest && clock.now() < deadline) {
      const from = Math.max(oldest, reached - STRETCH);
      const stretch = await readStretch(reader, from, reached, () => clock.now() >= deadline);
      // Its newest part was not read: what is older would leave a hole.
      if (!stretch) break;
      fromMs = stretch[0]?.timestampMs ?? fromMs;
      found.push(...stretch.filter((record) => record.key !== null && key.equals(record.key)).reverse());
      reached = from;
    }
  } finally {
    await reader.close();
  }
  return { records: found, whole: reached === 0, fromMs };
}

/** Undefined: it took too long, or retention came by. */
async function readStretch(
  reader: LogReader,
  from: number,
  to: number,
  isLate: () => boolean,
): Promise<StoredRecord[] | undefined> {
  const records: StoredRecord[] = [];
  reader.seek(from);
  while (reader.position < to) {
    if (isLate()) return undefined;
    const before = reader.position;
    const fetched = await reader.fetch(FETCH).catch((error: unknown) => {
      if (error instanceof FatalError && error.code === "LOG_GAP") return undefined;
      throw error;
    });
    if (!fetched || reader.position === before) return undefined;
    for (const record of fetched) if (record.offset < to) records.push(record);
  }
  return records;
}
