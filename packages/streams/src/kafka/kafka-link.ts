import { RetryableError } from "@eddy/contracts/errors";
import {
  asCoordinator,
  type Cluster,
  type Coordinator,
  type FetchedPartition,
  type KafkaClient,
} from "./kafka-client.ts";
import { kafkaFault } from "./kafka-errors.ts";

export interface FetchRequest {
  readonly partition: number;
  readonly offset: number;
  readonly maxBytes: number;
  /** How long the broker waits for a first byte. */
  readonly waitMs: number;
}

/**
 * Connections of one user (a broker answers the requests of a connection one after the other, so a reader that waits must not
 * share them). After a failure that may pass they are dropped, and made anew at the next call, with fresh metadata.
 * Errors are kafkajs's own.
 */
export class KafkaLink {
  readonly #client: KafkaClient;
  readonly #topic: string;
  #cluster: Cluster | undefined;
  #closed = false;

  constructor(client: KafkaClient, topic: string) {
    this.#client = client;
    this.#topic = topic;
  }

  partitions(): Promise<number> {
    return this.#use(async (cluster) => {
      await cluster.refreshMetadata();
      return cluster.findTopicPartitionMetadata(this.#topic).length;
    });
  }

  fetch({ partition, offset, maxBytes, waitMs }: FetchRequest): Promise<FetchedPartition> {
    return this.#use(async (cluster) => {
      const [leader] = Object.keys(cluster.findLeaderForPartitions(this.#topic, [partition]));
      if (leader === undefined)
        throw new RetryableError("STREAM_UNAVAILABLE", `${this.#topic}/${partition} has no leader`);
      const broker = await cluster.findBroker({ nodeId: leader });
      const { responses } = (await broker.fetch({
        maxWaitTime: waitMs,
        maxBytes,
        isolationLevel: 1,
        topics: [{ topic: this.#topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes }] }],
      })) as { responses: { partitions: FetchedPartition[] }[] };
      return responses[0]?.partitions[0] ?? { messages: [] };
    });
  }

  /** First offset that is kept, and the one after the last record (of a transaction under way: before its first). */
  bounds(partition: number): Promise<{ start: number; end: number }> {
    return this.#use(async (cluster) => {
      const one = async (fromBeginning: boolean) => {
        const topics = [{ topic: this.#topic, partitions: [{ partition }], fromBeginning }];
        return Number((await cluster.fetchTopicsOffset(topics))[0]?.partitions[0]?.offset);
      };
      const [start, end] = await Promise.all([one(true), one(false)]);
      if (Number.isNaN(start) || Number.isNaN(end))
        throw new RetryableError("STREAM_UNAVAILABLE", `${this.#topic}/${partition} has no leader`);
      return { start, end };
    });
  }

  coordinator<T>(groupId: string, work: (coordinator: Coordinator) => Promise<T>): Promise<T> {
    return this.#use(async (cluster) => work(asCoordinator(await cluster.findGroupCoordinator({ groupId }))));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#drop();
  }

  async #use<T>(work: (cluster: Cluster) => Promise<T>): Promise<T> {
    if (this.#closed) throw new RetryableError("STREAM_UNAVAILABLE", "the connection was closed");
    const cluster = (this.#cluster ??= this.#client.cluster());
    try {
      await cluster.connect();
      await cluster.addTargetTopic(this.#topic);
      await cluster.refreshMetadataIfNecessary();
      return await work(cluster);
    } catch (error) {
      if (this.#cluster === cluster && kafkaFault(error) instanceof RetryableError) await this.#drop();
      throw error;
    }
  }

  async #drop(): Promise<void> {
    const cluster = this.#cluster;
    this.#cluster = undefined;
    await cluster?.disconnect().catch(() => {});
  }
}
