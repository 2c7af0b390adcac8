import { ChainReader, chainLink } from "./chain.ts";
import type { Streams } from "./port.ts";
import { readRange } from "./read-range.ts";

/** What a reader of a partition will have of one origin once it has read all that is there. */
export interface Reach {
  /** Reading on from its commit. */
  readonly fromCommit: number;
  /** Reading anew from the first record that is kept. */
  readonly fromStart: number;
  /** Offset of the first record that only a reader from the start would take. */
  readonly takenAt: number | undefined;
  /** The first record after the gap that even a reader from the start would meet. */
  readonly ahead: { readonly offset: number; readonly previous: number } | undefined;
}

/**
 * Plays the chain of a partition twice: from the commit on, and from the first record that is kept. Origins that the reader
 * knows nothing of start at the first record after its commit, and have no gap.
 */
export async function inspectReader(
  streams: Streams,
  topic: string,
  partition: number,
  applied: ReadonlyMap<number, number>,
  committed: number,
): Promise<ReadonlyMap<number, Reach>> {
  const { start, end } = await streams.bounds(topic, partition);
  const onward = new ChainReader(applied);
  const anew = new ChainReader(applied);
  const takenAt = new Map<number, number>();
  const ahead = new Map<number, { offset: number; previous: number }>();
  for await (const records of readRange(streams, topic, partition, start, end)) {
    for (const { offset, headers } of records) {
      const link = chainLink(headers);
      if (!link || (offset < committed && anew.applied(link.origin) === undefined)) continue;
      const { origin, previous } = link;
      if (offset >= committed) onward.accept(link);
      const verdict = anew.accept(link);
      if (verdict === "ahead" && !ahead.has(origin)) ahead.set(origin, { offset, previous });
      if (verdict !== "take" && verdict !== "start") continue;
      ahead.delete(origin);
      if (offset < committed && !takenAt.has(origin)) takenAt.set(origin, offset);
    }
  }
  return new Map(
    [...anew.snapshot()].map(([origin, fromStart]) => [
      origin,
      {
        fromCommit: onward.applied(origin) ?? fromStart,
        fromStart,
        takenAt: takenAt.get(origin),
        ahead: ahead.get(origin),
      },
    ]),
  );
}
