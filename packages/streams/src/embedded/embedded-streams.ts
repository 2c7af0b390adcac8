import { FatalError } from "@eddy/contracts/errors";
import type { TopicSpec } from "@eddy/contracts/topics";
import { createDeferred } from "@eddy/runtime/deferred";
import { createLatest } from "@eddy/runtime/latest";
import type { Bounds, LogRecord, StoredRecord, Streams } from "../port.ts";
import { EmbeddedConsumer } from "./embedded-consumer.ts";
import { EmbeddedReader } from "./embedded-reader.ts";
import { Group } from "./group.ts";
import type { PartitionLog } from "./partition-log.ts";
import type { LogStorage } from "./storage.ts";

const DEFAULT_FETCH_BYTES = 4 * 1024 * 1024;

export interface EmbeddedOptions {
  readonly storage: LogStorage;
  readonly now: () => number;
}

/** The embedded log: Kafka's contract in one process, over a LogStorage that this process owns. */
export class EmbeddedStreams implements Streams {
  readonly #storage: LogStorage;
  readonly #now: () => number;
  readonly #partitions = new Map<string, PartitionLog>();
  readonly #groups = new Map<string, Group>();

  constructor({ storage, now }: EmbeddedOptions) {
    this.#storage = storage;
    this.#now = now;
  }

  async createTopics(specs: readonly TopicSpec[]): Promise<void> {
    for (const spec of specs) {
      const present = this.#storage.topics().get(spec.name);
      if (present && present.partitions !== spec.partitions && !spec.elastic) {
        throw new FatalError(
          "TOPIC_SHAPE",
          `topic ${spec.name} has ${present.partitions} partition(s), not ${spec.partitions}: the count is fixed for the life of a pipeline. Keep it, or use a new pipeline name`,
        );
      }
      await this.#storage.putTopic({ ...spec, partitions: present?.partitions ?? spec.partitions });
    }
  }

  async partitions(topic: string): Promise<number> {
    return this.spec(topic).partitions;
  }

  async bounds(topic: string, partition: number): Promise<Bounds> {
    const log = this.log(topic, partition);
    return { start: log.start, end: log.end.value };
  }

  async timestamp(topic: string, partition: number, offset: number): Promise<number | undefined> {
    const { start, end } = await this.bounds(topic, partition);
    const from = Math.max(start, offset);
    if (from >= end) return undefined;
    const reader = this.reader(topic, partition, from);
    const [record] = await reader.fetch({ maxRecords: 1, waitMs: 0 });
    await reader.close();
    return record?.timestampMs;
  }

  append(topic: string, partition: number, records: readonly LogRecord[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    const log = this.log(topic, partition);
    const now = this.#now();
    const stamped = records.map((record) => ({ ...record, timestampMs: record.timestampMs ?? now }));
    const done = createDeferred();
    log.waiting.push({ records: stamped, done });
    if (!log.writing) void this.#write(log);
    return done.promise;
  }

  /** One write a partition at a time, of all that waits: offsets stay contiguous whatever fails. */
  async #write(log: PartitionLog): Promise<void> {
    log.writing = true;
    while (log.waiting.length > 0) {
      const appends = log.waiting.splice(0);
      const records = appends.flatMap((append) => append.records);
      const offset = log.end.value;
      try {
        await this.#storage.append(log.topic, log.partition, offset, records);
        log.end.set(offset + records.length);
        for (const { done } of appends) done.resolve();
      } catch (error) {
        for (const { done } of appends) done.reject(error);
      }
    }
    log.writing = false;
  }

  consumer({ group, topic }: { group: string; topic: string }): EmbeddedConsumer {
    return new EmbeddedConsumer({
      topic,
      group: this.#group(group, topic),
      log: (partition) => this.log(topic, partition),
      read: (log, offset, options) => this.read(log, offset, options),
      committed: (partition) => this.#storage.commits(group, topic).get(partition),
      putCommit: (partition, commit) => this.#storage.putCommit(group, topic, partition, commit),
    });
  }

  reader(topic: string, partition: number, from: number): EmbeddedReader {
    return new EmbeddedReader(this.log(topic, partition), from, (log, offset, options) =>
      this.read(log, offset, options),
    );
  }

  async committed(group: string, topic: string) {
    return this.#storage.commits(group, topic);
  }

  async lag(group: string, topic: string): Promise<Map<number, number>> {
    const commits = this.#storage.commits(group, topic);
    const lags = new Map<number, number>();
    for (let partition = 0; partition < this.spec(topic).partitions; partition++) {
      const { start, end } = this.log(topic, partition);
      lags.set(partition, end.value - Math.max(start, commits.get(partition)?.offset ?? start));
    }
    return lags;
  }

  async rewind(group: string, topic: string, partition: number, commit: { offset: number; metadata: string }) {
    await this.#storage.putCommit(group, topic, partition, commit);
  }

  async truncate(topic: string, partition: number, offset: number): Promise<void> {
    const log = this.log(topic, partition);
    const before = Math.min(offset, log.end.value);
    if (before <= log.start) return;
    const { start } = log;
    log.start = before;
    await this.#storage.cut(topic, partition, start, before);
  }

  async close(): Promise<void> {
    await this.#storage.close();
  }

  /** Takes away the partitions of a consumer as a broker does with one that stopped beating: it goes on, a zombie. */
  expel(consumer: EmbeddedConsumer): void {
    consumer.expelled();
  }

  spec(topic: string): TopicSpec {
    const spec = this.#storage.topics().get(topic);
    if (!spec) throw new FatalError("TOPIC_SHAPE", `there is no topic ${topic}`);
    return spec;
  }

  log(topic: string, partition: number): PartitionLog {
    const name = `${topic}/${partition}`;
    let log = this.#partitions.get(name);
    if (!log) {
      if (partition >= this.spec(topic).partitions)
        throw new FatalError("TOPIC_SHAPE", `${topic} has no partition ${partition}`);
      const { start, end } = this.#storage.bounds(topic, partition);
      log = { topic, partition, start, end: createLatest(end), waiting: [], writing: false };
      this.#partitions.set(name, log);
    }
    return log;
  }

  read(log: PartitionLog, offset: number, options: { maxRecords: number; maxBytes?: number }): StoredRecord[] {
    const { maxRecords, maxBytes = DEFAULT_FETCH_BYTES } = options;
    return this.#storage.read(log.topic, log.partition, offset, log.end.value, maxRecords, maxBytes);
  }

  #group(name: string, topic: string): Group {
    const key = `${name} ${topic}`;
    let group = this.#groups.get(key);
    if (!group) this.#groups.set(key, (group = new Group(topic, this.spec(topic).partitions)));
    return group;
  }
}
