import { FatalError, RetryableError } from "@eddy/contracts/errors";
import type { StoredRecord, Streams } from "./port.ts";

const FETCH = { maxRecords: 2_000, maxBytes: 4 * 1024 * 1024, waitMs: 1_000 };
/** Fetches in a row that brought nothing, of what must be there. */
const PATIENCE = 30;

export interface RangeOptions {
  readonly signal?: AbortSignal;
  /** What retention takes meanwhile is passed over; else a FatalError LOG_GAP. */
  readonly passOverCut?: boolean;
}

/** The records of a partition with offsets in [from, to), in order, a fetch at a time. What is there already is read, no more. Throws the signal's reason. */
export async function* readRange(
  streams: Streams,
  topic: string,
  partition: number,
  from: number,
  to: number,
  { signal, passOverCut = false }: RangeOptions = {},
): AsyncGenerator<readonly StoredRecord[]> {
  const reader = streams.reader(topic, partition, from);
  try {
    for (let empty = 0; reader.position < to; ) {
      const before = reader.position;
      const records = await reader.fetch({ ...FETCH, ...(signal && { signal }) }).catch(async (error: unknown) => {
        if (!passOverCut || !(error instanceof FatalError && error.code === "LOG_GAP")) throw error;
        reader.seek((await streams.bounds(topic, partition)).start);
        return [];
      });
      signal?.throwIfAborted();
      empty = reader.position > before ? 0 : empty + 1;
      if (empty >= PATIENCE)
        throw new RetryableError("STREAM_UNAVAILABLE", `${topic}/${partition} can't be read at ${before}`);
      const wanted = records.filter(({ offset }) => offset < to);
      if (wanted.length > 0) yield wanted;
    }
  } finally {
    await reader.close();
  }
}
