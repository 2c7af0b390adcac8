/** Three Kafka nodes of the tests' own, whatever KAFKA_BROKERS says: they are killed one at a time, with -9, and started again. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import kafkajs from "kafkajs";
import { until } from "../support/until.ts";
import { createKafkaNode, freePorts, type KafkaNode } from "./kafka-node.ts";

const NODES = [1, 2, 3];
const SETTLED_MS = 60_000;

export interface KafkaCluster {
  readonly brokers: readonly string[];
  readonly nodes: readonly KafkaNode[];
  /** Of a partition: its leader; undefined while it has none. */
  leader(topic: string, partition: number): Promise<KafkaNode | undefined>;
  /** Until every copy of every partition is in sync: the next node may be killed. */
  whole(): Promise<void>;
  stop(): Promise<void>;
}

export async function startKafkaCluster(): Promise<KafkaCluster> {
  const dir = await mkdtemp(join(tmpdir(), "eddy-kafka-"));
  const voters = await Promise.all(NODES.map(freePorts));
  const nodes = await Promise.all(
    voters.map(async (own) => {
      const ownDir = join(dir, String(own.id));
      await mkdir(ownDir);
      return createKafkaNode(own, voters, ownDir);
    }),
  );
  const brokers = nodes.map(({ address }) => address);
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.kill()));
    await rm(dir, { recursive: true, force: true });
  };
  await Promise.all(nodes.map((node) => node.start())).catch(async (error) => {
    await stop();
    throw error;
  });

  async function partitionsOf(topics?: readonly string[]) {
    const { Kafka, logLevel } = kafkajs;
    const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { retries: 1 } }).admin();
    try {
      await admin.connect();
      const { topics: found } = await admin.fetchTopicMetadata(topics && { topics: [...topics] });
      return found.flatMap(({ name, partitions }) => partitions.map((partition) => ({ name, ...partition })));
    } finally {
      await admin.disconnect().catch(() => {});
    }
  }

  return {
    brokers,
    nodes,
    stop,
    async leader(topic, partition) {
      const found = (await partitionsOf([topic])).find(({ partitionId }) => partitionId === partition);
      return nodes.find(({ id }) => id === found?.leader);
    },
    async whole() {
      await until("copies in sync", SETTLED_MS, () =>
        partitionsOf().then(
          (all) => all.every(({ replicas, isr }) => isr.length === replicas.length),
          () => false,
        ),
      );
    },
  };
}
