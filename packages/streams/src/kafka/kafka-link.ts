import { RetryableError } from "@eddy/contracts/errors";
import type { Bounds, Commit } from "../port.ts";
import {
  asCoordinator,
  asLeader,
  type Cluster,
  type Coordinator,
  type FetchedPartition,
  type KafkaClient,
  type Leader,
} from "./kafka-client.ts";
import { afterDrop, kafkaFault } from "./kafka-errors.ts";

export interface FetchRequest {
  readonly partition: number;
  readonly offset: number;
  readonly maxBytes: number;
  /** How long the broker waits for a first byte. */
  readonly waitMs: number;
}

interface Connections {
  readonly cluster: Cluster;
  /** The broker that coordinates a group, by group: one that no longer does says so, and all is dropped. */
  readonly coordinators: Map<string, string>;
  /** Under way over them. */
  calls: number;
}

/**
 * Connections of one user (a broker answers the requests of a connection one after the other, so a reader that waits must not
 * share them). After a failure that may pass they are dropped, and made anew at the next call, with fresh metadata.
 * Errors are kafkajs's own; a RetryableError where one call's failure dropped the connections under another.
 */
export class KafkaLink {
  readonly #client: KafkaClient;
  readonly #topic: string;
  #connections: Connections | undefined;
  #closed = false;

  constructor(client: KafkaClient, topic: string) {
    this.#client = client;
    this.#topic = topic;
  }

  partitions(): Promise<number> {
    return this.#use(async ({ cluster }) => {
      await cluster.refreshMetadata();
      return cluster.findTopicPartitionMetadata(this.#topic).length;
    });
  }

  fetch({ partition, offset, maxBytes, waitMs }: FetchRequest): Promise<FetchedPartition> {
    return this.#use(async ({ cluster }) => {
      const broker = await this.#leader(cluster, partition);
      const { responses } = (await broker.fetch({
        maxWaitTime: waitMs,
        maxBytes,
        isolationLevel: 1,
        topics: [{ topic: this.#topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes }] }],
      })) as { responses: { partitions: FetchedPartition[] }[] };
      return responses[0]?.partitions[0] ?? { messages: [] };
    });
  }

  /** By partition: the first offset that is kept, and the one after the last record (of an open transaction: its first). */
  bounds(): Promise<Map<number, Bounds>> {
    return this.#use(async ({ cluster }) => {
      const partitions = cluster
        .findTopicPartitionMetadata(this.#topic)
        .map(({ partitionId: partition }) => ({ partition }));
      const ask = async (fromBeginning: boolean) => {
        const [found] = await cluster.fetchTopicsOffset([{ topic: this.#topic, partitions, fromBeginning }]);
        return new Map(found?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
      };
      const [starts, ends] = await Promise.all([ask(true), ask(false)]);
      return new Map(
        partitions.map(({ partition }) => {
          const [start, end] = [starts.get(partition), ends.get(partition)];
          if (start === undefined || end === undefined)
            throw new RetryableError("STREAM_UNAVAILABLE", `${this.#topic}/${partition} has no leader`);
          return [partition, { start, end }];
        }),
      );
    });
  }

  committed(group: string): Promise<Map<number, Commit>> {
    return this.#use(async (connections) => {
      const partitions = connections.cluster
        .findTopicPartitionMetadata(this.#topic)
        .map(({ partitionId: partition }) => ({ partition }));
      const coordinator = await coordinatorOf(group, connections);
      const { responses } = await coordinator.offsetFetch({
        groupId: group,
        topics: [{ topic: this.#topic, partitions }],
      });
      const found = new Map<number, Commit>();
      for (const { partition, offset, metadata } of responses[0]?.partitions ?? [])
        if (Number(offset) >= 0) found.set(partition, { offset: Number(offset), metadata: metadata ?? "" });
      return found;
    });
  }

  async truncate(partition: number, offset: number): Promise<void> {
    await this.#use(async ({ cluster }) => {
      const broker = await this.#leader(cluster, partition);
      await broker.deleteRecords({
        topics: [{ topic: this.#topic, partitions: [{ partition, offset: String(offset) }] }],
      });
    });
  }

  coordinator<T>(groupId: string, work: (coordinator: Coordinator) => Promise<T>): Promise<T> {
    return this.#use(async (connections) => work(await coordinatorOf(groupId, connections)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#drop();
  }

  async #use<T>(work: (connections: Connections) => Promise<T>): Promise<T> {
    if (this.#closed) throw new RetryableError("STREAM_UNAVAILABLE", "the connection was closed");
    const connections = (this.#connections ??= { cluster: this.#client.cluster(), coordinators: new Map(), calls: 0 });
    const { cluster } = connections;
    connections.calls += 1;
    try {
      await cluster.connect();
      await cluster.addTargetTopic(this.#topic);
      await cluster.refreshMetadataIfNecessary();
      return await work(connections);
    } catch (error) {
      if (this.#connections !== connections) throw afterDrop(error);
      if (kafkaFault(error) instanceof RetryableError) await this.#drop();
      throw error;
    } finally {
      connections.calls -= 1;
      // A call that went on after the drop may have opened some anew.
      if (this.#connections !== connections && connections.calls === 0) await cluster.disconnect().catch(() => {});
    }
  }

  async #leader(cluster: Cluster, partition: number): Promise<Leader> {
    const [leader] = Object.keys(cluster.findLeaderForPartitions(this.#topic, [partition]));
    if (leader === undefined)
      throw new RetryableError("STREAM_UNAVAILABLE", `${this.#topic}/${partition} has no leader`);
    return asLeader(await cluster.findBroker({ nodeId: leader }));
  }

  async #drop(): Promise<void> {
    const connections = this.#connections;
    this.#connections = undefined;
    await connections?.cluster.disconnect().catch(() => {});
  }
}

/** kafkajs asks anew each time, which would double what heart-beats and commits cost. */
async function coordinatorOf(groupId: string, { cluster, coordinators }: Connections): Promise<Coordinator> {
  const nodeId = coordinators.get(groupId);
  if (nodeId !== undefined) return asCoordinator(await cluster.findBroker({ nodeId }));
  const coordinator = asCoordinator(await cluster.findGroupCoordinator({ groupId }));
  coordinators.set(groupId, String(coordinator.nodeId));
  return coordinator;
}
