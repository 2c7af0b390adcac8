import { parseDate } from "@eddy/contracts/document";
import { FatalError } from "@eddy/contracts/errors";
import type { Streams } from "@eddy/streams/port";

/** Where in the log of `documents` to begin. */
export type Place =
  | { readonly kind: "start" }
  /** Its end. */
  | { readonly kind: "now" }
  | { readonly kind: "time"; readonly ms: number }
  /** By partition; a number alone is meant for all. */
  | { readonly kind: "offsets"; readonly all?: number; readonly offsets: ReadonlyMap<number, number> };

/** `start`, `now`, `2026-11-22T10:00:00Z`, `1000` (of each partition), `0:17,1:20`. */
export function parsePlace(text: string): Place | undefined {
  if (text === "start" || text === "now") return { kind: text };
  if (/^\d{1,15}$/.test(text)) return { kind: "offsets", all: Number(text), offsets: new Map() };
  if (/^\d{1,9}:\d{1,15}(,\d{1,9}:\d{1,15})*$/.test(text)) {
    const pairs = text.split(",").map((pair) => pair.split(":").map(Number) as [number, number]);
    return { kind: "offsets", offsets: new Map(pairs) };
  }
  const ms = parseDate(text);
  return ms === undefined ? undefined : { kind: "time", ms };
}

/**
 * The offset to begin at, by partition: within what is kept. A time is looked for by bisection, so it is exact where the
 * timestamps of a partition ascend.
 */
export async function offsetsOf(place: Place, streams: Streams, topic: string): Promise<number[]> {
  const partitions = await streams.partitions(topic);
  if (place.kind === "offsets" && [...place.offsets.keys()].some((partition) => partition >= partitions))
    throw new FatalError("CONFIG_INVALID", `${topic} has the partitions 0 to ${partitions - 1}`);
  return Promise.all(
    Array.from({ length: partitions }, async (_, partition) => {
      const { start, end } = await streams.bounds(topic, partition);
      if (place.kind === "start" || place.kind === "now") return place.kind === "start" ? start : end;
      if (place.kind === "time") return offsetAt(streams, topic, partition, place.ms, start, end);
      return Math.min(end, Math.max(start, place.offsets.get(partition) ?? place.all ?? start));
    }),
  );
}

/** The first offset in [low, high) whose record is of that time or later; `high` where there is none. */
async function offsetAt(
  streams: Streams,
  topic: string,
  partition: number,
  ms: number,
  low: number,
  high: number,
): Promise<number> {
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const at = await streams.timestamp(topic, partition, middle);
    if (at !== undefined && at < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
