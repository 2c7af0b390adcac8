import type { TopicSpec } from "@eddy/contracts/topics";
import type { Bounds, Commit, LogRecord, StoredRecord } from "../port.ts";

/**
 * Where the embedded log keeps its bytes. One process owns it, so the ends of the partitions are kept by the log above;
 * reads are synchronous (memory or a memory map), writes resolve when they are durable.
 */
export interface LogStorage {
  topics(): ReadonlyMap<string, TopicSpec>;
  putTopic(spec: TopicSpec): Promise<void>;
  /** What is there at opening. */
  bounds(topic: string, partition: number): Bounds;
  append(topic: string, partition: number, offset: number, records: readonly Required<LogRecord>[]): Promise<void>;
  /** From `offset` on, while `maxRecords` and `maxBytes` (of values; at least one record) allow. */
  read(
    topic: string,
    partition: number,
    offset: number,
    end: number,
    maxRecords: number,
    maxBytes: number,
  ): StoredRecord[];
  /** Removes the records in [start, before). */
  cut(topic: string, partition: number, start: number, before: number): Promise<void>;
  /** Removes the given records (compaction). */
  drop(topic: string, partition: number, offsets: readonly number[]): Promise<void>;
  commits(group: string, topic: string): Map<number, Commit>;
  groups(topic: string): string[];
  putCommit(group: string, topic: string, partition: number, commit: Commit): Promise<void>;
  close(): Promise<void>;
}
