import { FatalError } from "@eddy/contracts/errors";
import type { TopicSpec } from "@eddy/contracts/topics";
import { type Clock, systemClock } from "@eddy/runtime/clock";
import { createRepeatedWarning, type WarnRepeated } from "@eddy/runtime/repeated-warning";
import type { Bounds, Commit, Consumer, ConsumerOptions, LogReader, LogRecord, Streams } from "../port.ts";
import { KafkaAppender } from "./kafka-appender.ts";
import { type Admin, createKafkaClient, type KafkaClient, type KafkaOptions, type Producer } from "./kafka-client.ts";
import { KafkaConsumer } from "./kafka-consumer.ts";
import { kafkaErrorType, kafkaFault } from "./kafka-errors.ts";
import { KafkaFetcher } from "./kafka-fetcher.ts";
import { KafkaHandle } from "./kafka-handle.ts";
import { KafkaLink } from "./kafka-link.ts";
import { commitOf } from "./kafka-member.ts";
import { KafkaReader } from "./kafka-reader.ts";
import { createKafkaTopics } from "./kafka-topics.ts";

export interface KafkaStreamsOptions extends KafkaOptions {
  /** Copies of a new topic; -1 (the default): as the broker is set. */
  readonly replicationFactor?: number;
  /** 30 s by default: a member that doesn't beat for so long has lost its partitions. */
  readonly sessionMs?: number;
  /** 1 s by default: how soon a member notices that the group re-forms. */
  readonly heartbeatMs?: number;
  /** 60 s by default: how long the group waits for a member to give up its partitions. */
  readonly rebalanceMs?: number;
  readonly clock?: Clock;
}

/** How long a lag may be old, in milliseconds: loops ask more often than brokers should be asked. */
const LAG_MS = 250;
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
  readonly #lags = new Map<string, { readonly at: number; readonly lags: Promise<Map<number, number>> }>();
  readonly #producer: KafkaHandle<Producer>;
  readonly #admin: KafkaHandle<Admin>;

  constructor(options: KafkaStreamsOptions) {
    this.#options = options;
    this.#client = createKafkaClient(options);
    this.#clock = options.clock ?? systemClock;
    this.#warn = options.logger ? createRepeatedWarning(options.logger, this.#clock) : () => {};
    this.#producer = new KafkaHandle(() => this.#client.producer());
    this.#admin = new KafkaHandle(() => this.#client.admin());
    this.#appender = new KafkaAppender((topic, messages) =>
      this.#producer.use(async (producer) => {
        await producer.send({ topic, messages, acks: -1, compression: this.#client.compression });
      }),
    );
  }

  createTopics(specs: readonly TopicSpec[]): Promise<void> {
    const { replicationFactor = -1, logger } = this.#options;
    return this.#admin.use((admin) => createKafkaTopics(specs, { admin, replicationFactor, logger }));
  }

  async partitions(topic: string): Promise<number> {
    const { topics } = await this.#known(topic, (admin) => admin.fetchTopicMetadata({ topics: [topic] }));
    return topics[0]!.partitions.length;
  }

  async bounds(topic: string, partition: number): Promise<Bounds> {
    const bounds = (await this.#bounds(topic)).get(partition);
    if (!bounds) throw new FatalError("TOPIC_SHAPE", `${topic} has no partition ${partition}`);
    return bounds;
  }

  append(topic: string, partition: number, records: readonly LogRecord[]): Promise<void> {
    return this.#appender.append(topic, partition, records);
  }

  consumer({ group, topic }: ConsumerOptions): Consumer {
    const { sessionMs = 30_000, heartbeatMs = 1_000, rebalanceMs = 60_000 } = this.#options;
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

  async committed(group: string, topic: string): Promise<Map<number, Commit>> {
    const [found] = await this.#known(topic, (admin) => admin.fetchOffsets({ groupId: group, topics: [topic] }));
    return new Map(
      (found?.partitions ?? [])
        .map(
          ({ partition, offset, metadata }) =>
            [partition, { offset: Number(offset), metadata: metadata ?? "" }] as const,
        )
        .filter(([, { offset }]) => offset >= 0),
    );
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
    const link = this.#link(topic);
    try {
      // Without a member's name a coordinator takes it only while the group has no members.
      await link.coordinator(group, (coordinator) =>
        coordinator.offsetCommit({
          groupId: group,
          groupGenerationId: -1,
          memberId: "",
          topics: [{ topic, partitions: [commitOf(partition, commit)] }],
        }),
      );
    } catch (error) {
      if (["UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION"].includes(kafkaErrorType(error) ?? ""))
        throw new FatalError("CONFIG_INVALID", `group ${group} is running: stop its workers first`, { cause: error });
      throw kafkaFault(error);
    } finally {
      this.#open.delete(link);
      await link.close();
    }
  }

  async truncate(topic: string, partition: number, offset: number): Promise<void> {
    const { start, end } = await this.bounds(topic, partition);
    const before = Math.min(offset, end);
    if (before <= start) return;
    await this.#admin.use((admin) =>
      admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(before) }] }),
    );
  }

  async close(): Promise<void> {
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
    const [commits, bounds] = await Promise.all([this.committed(group, topic), this.#bounds(topic)]);
    return new Map(
      [...bounds].map(([partition, { start, end }]) => [
        partition,
        Math.max(0, end - Math.max(start, commits.get(partition)?.offset ?? start)),
      ]),
    );
  }

  async #bounds(topic: string): Promise<Map<number, Bounds>> {
    const found = await this.#known(topic, (admin) => admin.fetchTopicOffsets(topic));
    return new Map(found.map(({ partition, low, high }) => [partition, { start: Number(low), end: Number(high) }]));
  }

  /** A topic that a broker doesn't know may be new; one that it goes on not to know is not there. */
  async #known<T>(topic: string, work: (admin: Admin) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#admin.use(work);
      } catch (error) {
        if (kafkaErrorType((error as Error).cause) !== "UNKNOWN_TOPIC_OR_PARTITION") throw error;
        if (tries === KNOWN_TRIES) throw new FatalError("TOPIC_SHAPE", `there is no topic ${topic}`, { cause: error });
        await this.#clock.sleep(100 * tries);
      }
    }
  }
}
