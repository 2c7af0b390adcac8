import type { StoredRecord, Streams } from "@eddy/streams/port";

export interface MergedRecord {
  readonly partition: number;
  readonly record: StoredRecord;
}

const FETCH = { maxRecords: 256, maxBytes: 4 * 1024 * 1024, waitMs: 500 };

/**
 * The partitions of a topic as one: records in the order of their timestamps as far as they are kept in order within their
 * partitions, so that versions of a document that were written to different ones come in the order of their time.
 */
export interface MergedLog {
  /** The next records up to `ends` (an offset a partition); none: that is reached, or `signal` is aborted. */
  next(ends: readonly number[], signal: AbortSignal): Promise<MergedRecord[]>;
  close(): Promise<void>;
}

/** Throws what a reader throws: FatalError LOG_GAP where the next record of a partition is no longer kept. */
export function createMergedLog(streams: Streams, topic: string, from: readonly number[]): MergedLog {
  const partitions = from.map((offset, partition) => ({
    partition,
    reader: streams.reader(topic, partition, offset),
    buffer: [] as StoredRecord[],
  }));

  return {
    async next(ends, signal) {
      const isBehind = ({ partition, reader, buffer }: (typeof partitions)[number]) =>
        buffer.length === 0 && reader.position < ends[partition]!;
      const merged: MergedRecord[] = [];
      while (merged.length === 0) {
        const behind = partitions.filter(isBehind);
        await Promise.all(
          behind.map(async (one) => void one.buffer.push(...(await one.reader.fetch({ ...FETCH, signal })))),
        );
        if (signal.aborted) return [];
        if (partitions.some(isBehind)) continue;
        // Until one of them runs out and has more: its next record may be older than what the others hold.
        for (;;) {
          let first: (typeof partitions)[number] | undefined;
          for (const one of partitions)
            if (one.buffer[0] && (!first || one.buffer[0].timestampMs < first.buffer[0]!.timestampMs)) first = one;
          if (!first) return merged;
          merged.push({ partition: first.partition, record: first.buffer.shift()! });
          if (isBehind(first)) break;
        }
      }
      return merged;
    },
    async close() {
      await Promise.all(partitions.map(({ reader }) => reader.close()));
    },
  };
}
