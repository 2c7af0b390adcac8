import type { TopicSpec } from "@eddy/contracts/topics";

/**
 * Topics as ordered logs, as the services use them; Kafka and the embedded log stand behind it.
 *
 * 1. Records of a partition have ascending offsets; a reader gets them in that order, without a hole but for what retention took.
 * 2. `append` returns once its records are durable, in their order; after an error they may be there or not, or twice.
 * 3. A commit of a cursor that has lost its partition is refused.
 */
export interface Streams {
  /** Idempotent; throws FatalError TOPIC_SHAPE where a topic is there with another partition count. */
  createTopics(specs: readonly TopicSpec[]): Promise<void>;
  partitions(topic: string): Promise<number>;
  /** First offset that is kept and the offset that the next record gets. */
  bounds(topic: string, partition: number): Promise<Bounds>;
  /** When the first record that is kept at `offset` or after it was written, in milliseconds since 1970; undefined: there is none. */
  timestamp(topic: string, partition: number, offset: number): Promise<number | undefined>;
  append(topic: string, partition: number, records: readonly LogRecord[]): Promise<void>;
  consumer(options: ConsumerOptions): Consumer;
  reader(topic: string, partition: number, from: number): LogReader;
  /** What the group committed, by partition. */
  committed(group: string, topic: string): Promise<Map<number, Commit>>;
  /** Records after the group's commits, by partition: what it still has to read. */
  lag(group: string, topic: string): Promise<Map<number, number>>;
  /** Sets a stopped group's offset by hand (`eddy repair`). */
  rewind(group: string, topic: string, partition: number, commit: Commit): Promise<void>;
  /** Forgets the records before `offset`. */
  truncate(topic: string, partition: number, offset: number): Promise<void>;
  close(): Promise<void>;
}

export type Headers = Readonly<Record<string, Uint8Array | string>>;

export interface LogRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: Headers;
  /** Milliseconds since 1970; absent: when it is appended. */
  readonly timestampMs?: number;
}

export interface StoredRecord extends LogRecord {
  readonly offset: number;
  readonly timestampMs: number;
}

export interface Bounds {
  readonly start: number;
  readonly end: number;
}

export interface Commit {
  /** Next offset to read. */
  readonly offset: number;
  /** The committer's own note, at most 4 kB. */
  readonly metadata: string;
}

export interface ConsumerOptions {
  readonly group: string;
  readonly topic: string;
}

/** A member of a consumer group: gets partitions, and loses them. */
export interface Consumer {
  /**
   * Joins the group. `run` is called for each partition that it gets and should go on until `cursor.revoked` is aborted;
   * what it throws otherwise is given to `failed`. Called again when the partition comes back.
   */
  start(run: (cursor: Cursor) => Promise<void>, failed: (error: unknown) => void): Promise<void>;
  /** Leaves the group once every `run` has ended; `revoked` is aborted first. */
  stop(): Promise<void>;
  assigned(): readonly number[];
}

/** One partition, while this member owns it. */
export interface Cursor {
  readonly topic: string;
  readonly partition: number;
  readonly committed: Commit | undefined;
  /** Aborted when the partition is lost or the consumer stops. */
  readonly revoked: AbortSignal;
  /** The next records: at least one unless `waitMs` passes or the cursor is revoked (then none). */
  fetch(options: FetchOptions): Promise<StoredRecord[]>;
  seek(offset: number): void;
  /** Resolves once durable; rejects (Revoked) when the partition belongs to another member by now. */
  commit(commit: Commit): Promise<void>;
}

export interface FetchOptions {
  readonly maxRecords: number;
  readonly maxBytes?: number;
  readonly waitMs: number;
}

/** Reads a partition without a group. */
export interface LogReader {
  /** As Cursor.fetch; throws FatalError LOG_GAP when the next record is no longer kept. */
  fetch(options: FetchOptions & { readonly signal?: AbortSignal }): Promise<StoredRecord[]>;
  seek(offset: number): void;
  readonly position: number;
  close(): Promise<void>;
}

/** The partition was given to another member: drop what is in hand. */
export class Revoked extends Error {
  constructor(topic: string, partition: number) {
    super(`${topic}/${partition} belongs to another member now`);
    this.name = "Revoked";
  }
}

export function headerText(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return value === undefined || typeof value === "string" ? value : Buffer.from(value).toString("utf8");
}
