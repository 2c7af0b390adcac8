import { FatalError } from "@eddy/contracts/errors";
import type { LogReader, StoredRecord, Streams } from "@eddy/streams/port";

/** Follows `assignments` from where it ends now, in all partitions: which documents have a new cluster, content, or are gone. */
export interface AssignmentTail {
  /** Ids of documents that changed: at once if there are any, else after `waitMs`. */
  read(waitMs: number, signal: AbortSignal): Promise<ReadonlySet<string>>;
  close(): Promise<void>;
}

const MAX_RECORDS = 1_000;

export async function openAssignmentTail(streams: Streams, topic: string): Promise<AssignmentTail> {
  const count = await streams.partitions(topic);
  const readers = await Promise.all(
    Array.from({ length: count }, async (_, partition) => {
      const { end } = await streams.bounds(topic, partition);
      return { partition, reader: streams.reader(topic, partition, end) };
    }),
  );

  async function fetch(partition: number, reader: LogReader, waitMs: number, signal: AbortSignal) {
    try {
      return await reader.fetch({ maxRecords: MAX_RECORDS, waitMs, signal });
    } catch (error) {
      if (!(error instanceof FatalError && error.code === "LOG_GAP")) throw error;
      // What was missed is found when the map is next held against the store.
      reader.seek((await streams.bounds(topic, partition)).end);
      return [] as StoredRecord[];
    }
  }

  return {
    async read(waitMs, signal) {
      const fetched = await Promise.all(
        readers.map(({ partition, reader }) => fetch(partition, reader, waitMs, signal)),
      );
      return new Set(fetched.flat().map(({ key }) => Buffer.from(key ?? []).toString("utf8")));
    },
    async close() {
      await Promise.all(readers.map(({ reader }) => reader.close()));
    },
  };
}
