import { FatalError } from "@eddy/contracts/errors";
import type { StoredRecord, Streams } from "@eddy/streams/port";

const FETCH = { maxRecords: 128, maxBytes: 4 * 1024 * 1024, waitMs: 1_000 };

/** The records of a partition in [from, to), in batches; passes over what retention takes meanwhile. */
export async function* readRange(
  streams: Streams,
  topic: string,
  partition: number,
  from: number,
  to: number,
): AsyncGenerator<StoredRecord[]> {
  const reader = streams.reader(topic, partition, from);
  try {
    while (reader.position < to) {
      const records = await reader.fetch(FETCH).catch(async (error: unknown) => {
        if (!(error instanceof FatalError && error.code === "LOG_GAP")) throw error;
        reader.seek((await streams.bounds(topic, partition)).start);
        return undefined;
      });
      if (records === undefined) continue;
      if (records.length === 0) return;
      yield records.filter(({ offset }) => offset < to);
    }
  } finally {
    await reader.close();
  }
}
