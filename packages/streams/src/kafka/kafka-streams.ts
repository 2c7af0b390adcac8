import { setMaxListeners } from "node:events";
import { FatalError, RetryableError } from "@eddy/contracts/errors";
import type { TopicSpec } from "@eddy/contracts/topics";
import { type Clock, systemClock } from "@eddy/runtime/clock";
import { createRepeatedWarning, type WarnRepeated } from "@eddy/runtime/repeated-warning";
import { retry } from "@eddy/runtime/retry";
import type { Bounds, Commit, Consumer, ConsumerOptions, LogReader, LogRecord, Streams } from "../port.ts";
import { KafkaAppender } from "./kafka-appender.ts";
import { type Admin, createKafkaClient, type KafkaClient, type Producer } from "./kafka-client.ts";
import { KafkaConsumer } from "./kafka-consumer.ts";
import { kafkaErrorType, kafkaFault } from "./kafka-errors.ts";
import { KafkaFetcher } from "./kafka-fetcher.ts";
import { KafkaHandle } from "./kafka-handle.ts";
import { KafkaLink } from "./kafka-link.ts";
import { commitOf } from "./kafka-member.ts";
import type { KafkaOptions } from "./kafka-options.ts";
import { KafkaReader } from "./kafka-reader.ts";
import { toRecords } from "./kafka-records.ts";
import { createKafkaTopics } from "./kafka-topics.ts";

export interface KafkaStreamsOptions extends KafkaOptions {
  /** Copies of a new topic; -1 (the default): as the broker is set. */
  readonly replicationFactor?: number;
  /** 10 s by default: a member that doesn't beat for so long has lost its partitions. */
  readonly sessionMs?: number;
  /** 1 s by default: how soon a member notices that the group re-forms. */
  readonly heartbeatMs?: number;
  /** 60 s by default: how long the group waits for a member to give up its partitions. */
  readonly rebalanceMs?: number;
  /** 60 s by default: how long a question (bounds, commits, lag) waits for an answer. Workers ask again, for as long as it takes. */
  readonly patienceMs?: number;
  readonly clock?: Clock;
}

/** How long a lag may be old, in milliseconds: loops ask more often than brokers should be asked. */
const LAG_MS = 250;
/** How long a question waits for an answer, in milliseconds: a broker may start anew meanwhile. */
const PATIENCE_MS = 60_000;
/** The same at the start, where an address may be wrong. */
const START_MS = 10_000;
const RETRY = { baseMs: 100, maxMs: 2_000 };
/** Tries for a topic that may just have been made. */
const KNOWN_TRIES = 5;

/** Kafka behind the port, by kafkajs. Connects with the first call that needs it. */
export class KafkaStreams implements Streams {
  readonly #options: KafkaStreamsOptions;
  readonly #client: KafkaClient;
  readonly #clock: Clock;
  readonly #warn: WarnRepeated;
  readonly #appender: KafkaAppender;
  readonly #open = new Set<{ close(): Promise<void> }>();
  /** For questions: one a topic. */
  readonly #links = new Map<string, KafkaLink>();
  readonly #closed = new AbortController();
  readonly #lags = new Map<string, { readonly at: number; readonly lags: Promise<Map<number, number>> }>();
  readonly #producer: KafkaHandle<Producer>;
  readonly #admin: KafkaHandle<Admin>;

  constructor(options: KafkaStreamsOptions) {
    this.#options = options;
    // In an outage each question waits on it: a dozen are no leak.
    setMaxListeners(0, this.#closed.signal);
    this.#client = createKafkaClient(options);
    this.#clock = options.clock ?? systemClock;
    this.#warn = options.logger ? createRepeatedWarning(options.logger, this.#clock) : () => {};
    this.#producer = new KafkaHandle(() => this.#client.producer(), this.#clock);
    this.#admin = new KafkaHandle(() => this.#client.admin(), this.#clock);
    this.#appender = new KafkaAppender((topic, messages) =>
      this.#producer.use(async (producer) => {
        await producer.send({ topic, messages, acks: -1, compression: this.#client.compression });
      }, 0),
    );
  }

  createTopics(specs: readonly TopicSpec[]): Promise<void> {
    const { replicationFactor = -1, patienceMs = PATIENCE_MS, logger } = this.#options;
    const create = (admin: Admin) => createKafkaTopics(specs, { admin, replicationFactor, logger });
    return this.#admin.use(create, Math.min(START_MS, patienceMs));
  }

  partitions(topic: string): Promise<number> {
    return this.#ask(topic, (link) => link.partitions());
  }

  async bounds(topic: string, partition: number): Promise<Bounds> {
    const bounds = (await this.#ask(topic, (link) => link.bounds())).get(partition);
    if (!bounds) throw new FatalError("TOPIC_SHAPE", `${topic} has no partition ${partition}`);
    return bounds;
  }

  async timestamp(topic: string, partition: number, offset: number): Promise<number | undefined> {
    const fetched = await this.#ask(topic, (link) =>
      // Over the connection for questions: it must not wait there, and a broker gives one batch whatever the limit is.
      link.fetch({ partition, offset, maxBytes: 1, waitMs: 0 }).catch((error) => {
        if (kafkaErrorType(error) === "OFFSET_OUT_OF_RANGE") return { messages: [] };
        throw error;
      }),
    );
    return toRecords(fetched, offset).records[0]?.timestampMs;
  }

  append(topic: string, partition: number, records: readonly LogRecord[]): Promise<void> {
    return this.#appender.append(topic, partition, records);
  }

  consumer({ group, topic }: ConsumerOptions): Consumer {
    const { sessionMs = 10_000, heartbeatMs = 1_000, rebalanceMs = 60_000 } = this.#options;
    const consumer = new KafkaConsumer({
      link: this.#link(topic),
      group,
      topic,
      sessionMs,
      heartbeatMs,
      rebalanceMs,
      clock: this.#clock,
      warn: this.#warn,
      committed: () => this.committed(group, topic),
      start: async (partition) => (await this.bounds(topic, partition)).start,
      fetcher: (partition, from) => this.#fetcher(topic, partition, from, "skip"),
      closed: () => this.#open.delete(entry),
    });
    const entry = { close: () => consumer.stop() };
    this.#open.add(entry);
    return consumer;
  }

  reader(topic: string, partition: number, from: number): LogReader {
    const { fetcher, close } = this.#fetcher(topic, partition, from, "throw");
    return new KafkaReader(fetcher, close);
  }

  committed(group: string, topic: string): Promise<Map<number, Commit>> {
    return this.#ask(topic, (link) => link.committed(group));
  }

  lag(group: string, topic: string): Promise<Map<number, number>> {
    const key = `${group} ${topic}`;
    const at = this.#clock.now();
    const known = this.#lags.get(key);
    if (known && at - known.at < LAG_MS) return known.lags;
    const lags = this.#lag(group, topic);
    this.#lags.set(key, { at, lags });
    lags.catch(() => this.#lags.delete(key));
    return lags;
  }

  async rewind(group: string, topic: string, partition: number, commit: Commit): Promise<void> {
    try {
      // Without a member's name a coordinator takes it only while the group has no members.
      await this.#ask(topic, (link) =>
        link.coordinator(group, (coordinator) =>
          coordinator.offsetCommit({
            groupId: group,
            groupGenerationId: -1,
            memberId: "",
            topics: [{ topic, partitions: [commitOf(partition, commit)] }],
          }),
        ),
      );
    } catch (error) {
      if (["UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION"].includes(kafkaErrorType(error) ?? ""))
        throw new FatalError("CONFIG_INVALID", `group ${group} is running: stop its workers first`, { cause: error });
      throw error;
    }
  }

  async truncate(topic: string, partition: number, offset: number): Promise<void> {
    const { start, end } = await this.bounds(topic, partition);
    const before = Math.min(offset, end);
    if (before <= start) return;
    await this.#ask(topic, (link) => link.truncate(partition, before));
  }

  async close(): Promise<void> {
    this.#closed.abort(new RetryableError("STREAM_UNAVAILABLE", "the connection was closed"));
    await Promise.all([...this.#open].map((entry) => entry.close()));
    await this.#producer.close();
    await this.#admin.close();
  }

  #link(topic: string): KafkaLink {
    const link = new KafkaLink(this.#client, topic);
    this.#open.add(link);
    return link;
  }

  #fetcher(topic: string, partition: number, from: number, gap: "throw" | "skip") {
    const link = this.#link(topic);
    const fetcher = new KafkaFetcher({ link, topic, partition, from, gap, clock: this.#clock, warn: this.#warn });
    return {
      fetcher,
      close: async () => {
        this.#open.delete(link);
        await link.close();
      },
    };
  }

  async #lag(group: string, topic: string): Promise<Map<number, number>> {
    const [commits, bounds] = await Promise.all([
      this.committed(group, topic),
      this.#ask(topic, (link) => link.bounds()),
    ]);
    return new Map(
      [...bounds].map(([partition, { start, end }]) => [
        partition,
        Math.max(0, end - Math.max(start, commits.get(partition)?.offset ?? start)),
      ]),
    );
  }

  /** Asks until there is an answer. A topic that a broker doesn't know may be new; one that it goes on not to know is not there. */
  #ask<T>(topic: string, work: (link: KafkaLink) => Promise<T>): Promise<T> {
    let link = this.#links.get(topic);
    if (!link) this.#links.set(topic, (link = this.#link(topic)));
    const asked = link;
    let unknown = 0;
    const ask = async () => {
      try {
        return await work(asked);
      } catch (error) {
        if (kafkaErrorType(error) === "UNKNOWN_TOPIC_OR_PARTITION" && ++unknown === KNOWN_TRIES)
          throw new FatalError("TOPIC_SHAPE", `there is no topic ${topic}`, { cause: error });
        throw kafkaFault(error);
      }
    };
    return retry(ask, {
      ...RETRY,
      deadlineMs: this.#options.patienceMs ?? PATIENCE_MS,
      clock: this.#clock,
      signal: this.#closed.signal,
      onRetry: ({ failures, error }) => {
        if (failures > 2) this.#warn("ask", `${error.message}; asking again`);
      },
    });
  }
}
