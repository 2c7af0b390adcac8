import { chainLink } from "./chain.ts";
import type { StoredRecord, Streams } from "./port.ts";
import { readRange } from "./read-range.ts";

/** More than a replaced worker may still have written of what was there before: the last source is not always the greatest. */
const CHUNK = 4_096;
/** Records of a partition that are searched at most, from its end. */
const REACH = 100_000;

export interface Emitted {
  readonly source: number;
  readonly record: StoredRecord;
}

/**
 * The greatest source below `below` that `origin` stamped, among the last 100,000 records of an output partition; undefined:
 * there is none.
 */
export async function lastEmitted(
  streams: Streams,
  topic: string,
  partition: number,
  origin: number,
  { below = Number.POSITIVE_INFINITY, signal }: { readonly below?: number; readonly signal?: AbortSignal } = {},
): Promise<Emitted | undefined> {
  const { start, end } = await streams.bounds(topic, partition);
  const least = Math.max(start, end - REACH);
  for (let to = end; to > least; to -= CHUNK) {
    let found: Emitted | undefined;
    for await (const records of readRange(streams, topic, partition, Math.max(least, to - CHUNK), to, { signal })) {
      for (const record of records) {
        const link = chainLink(record.headers);
        if (link?.origin === origin && link.source < below && link.source > (found?.source ?? -1))
          found = { source: link.source, record };
      }
    }
    if (found) return found;
  }
  return undefined;
}
