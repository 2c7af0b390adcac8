/**
 * The one file that knows kafkajs (as it is mended beside). Beside its producer and admin it hands out bare clusters (connections and metadata): kafkajs
 * gives one to whoever writes a partition assigner, and the consumer and the reader here stand on that, because its own consumer
 * pushes, resets positions in silence, drops commit metadata and can't read without a group.
 */
import { createSecureContext } from "node:tls";
import { FatalError } from "@eddy/contracts/errors";
import kafkajs, { type Admin, type Broker, type Cluster, type Producer, type SASLOptions } from "kafkajs";
import { lz4, snappy, zstd } from "./kafka-codecs.ts";
import type { KafkaOptions, KafkaTls } from "./kafka-options.ts";
import "./kafkajs-mended.ts";

export type { Admin, Cluster, Message, Producer } from "kafkajs";

export interface KafkaClient {
  readonly compression: number;
  producer(): Producer;
  admin(): Admin;
  /** Not yet connected, with connections of its own. */
  cluster(): Cluster;
}

/** The coordinator of a group; kafkajs has these methods, but doesn't type them all. */
export interface Coordinator extends Pick<Broker, "offsetCommit"> {
  readonly nodeId: number;
  joinGroup(request: {
    groupId: string;
    memberId: string;
    sessionTimeout: number;
    rebalanceTimeout: number;
    groupProtocols: { name: string; metadata: Buffer }[];
  }): Promise<{ generationId: number; memberId: string; leaderId: string; members: { memberId: string }[] }>;
  syncGroup(request: {
    groupId: string;
    memberId: string;
    generationId: number;
    groupAssignment: { memberId: string; memberAssignment: Buffer }[];
  }): Promise<{ memberAssignment: Buffer }>;
  heartbeat(request: { groupId: string; memberId: string; groupGenerationId: number }): Promise<unknown>;
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>;
  offsetFetch(request: { groupId: string; topics: { topic: string; partitions: { partition: number }[] }[] }): Promise<{
    responses: {
      topic: string;
      partitions: { partition: number; offset: string; metadata: string | null; errorCode: number }[];
    }[];
  }>;
}

export const asCoordinator = (broker: Broker): Coordinator => broker as unknown as Coordinator;

export interface Leader extends Pick<Broker, "fetch"> {
  deleteRecords(request: {
    topics: { topic: string; partitions: { partition: number; offset: string }[] }[];
  }): Promise<unknown>;
}

export const asLeader = (broker: Broker): Leader => broker as unknown as Leader;

/** What a fetch gives of one partition. */
export interface FetchedPartition {
  readonly abortedTransactions?: readonly { readonly producerId: string; readonly firstOffset: string }[];
  readonly messages: readonly FetchedMessage[];
}

export interface FetchedMessage {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[] | null | undefined>>;
  readonly isControlRecord?: boolean;
  readonly batchContext?: {
    readonly firstOffset: string;
    readonly lastOffsetDelta: number;
    readonly producerId: string;
    readonly inTransaction: boolean;
  };
}

const { AssignerProtocol, CompressionCodecs, CompressionTypes, Kafka, logLevel, PartitionAssigners, Partitioners } =
  kafkajs;

CompressionCodecs[CompressionTypes.LZ4] = () => lz4;
CompressionCodecs[CompressionTypes.Snappy] = () => snappy;
CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;

const COMPRESSION = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
} as const;

/** A few quick tries inside a call; whoever calls waits longer, and tells. */
const RETRY = { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 };

/** Throws FatalError CONFIG_INVALID where a certificate or key can't be read. */
export function createKafkaClient({ brokers, clientId, tls, sasl, compression, logger }: KafkaOptions): KafkaClient {
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId,
    ...(tls && { ssl: { secureContext: secureContextOf(tls) } }),
    ...(sasl && { sasl: { ...sasl } as SASLOptions }),
    connectionTimeout: 3_000,
    retry: RETRY,
    logLevel: logLevel.WARN,
    // It warns and errs on each try of its own; what matters is thrown, and told once there.
    logCreator:
      () =>
      ({ namespace, log: { message, timestamp: _, logger: __, stack: ___, ...fields } }) =>
        logger?.debug(`kafkajs ${namespace}: ${message}`, fields),
  });
  return {
    compression: COMPRESSION[compression ?? "none"],
    producer: () =>
      kafka.producer({ allowAutoTopicCreation: false, createPartitioner: Partitioners.DefaultPartitioner }),
    admin: () => kafka.admin(),
    cluster() {
      let cluster!: Cluster;
      kafka.consumer({
        groupId: clientId,
        allowAutoTopicCreation: false,
        retry: RETRY,
        partitionAssigners: [
          (config) => {
            cluster = config.cluster;
            return PartitionAssigners.roundRobin(config);
          },
        ],
      });
      return cluster;
    },
  };
}

function secureContextOf(tls: KafkaTls) {
  try {
    return createSecureContext({ ...tls });
  } catch (error) {
    const why = (error as Error).message;
    throw new FatalError("CONFIG_INVALID", `KAFKA_SSL_CA, _CERT or _KEY is not PEM that fits together: ${why}`, {
      cause: error,
    });
  }
}

/** What a member says of itself, and what it is given, in the form that Kafka's own tools can read. */
export const encodeSubscription = (topic: string): Buffer =>
  AssignerProtocol.MemberMetadata.encode({ version: 0, topics: [topic], userData: Buffer.alloc(0) });

export const encodeAssignment = (topic: string, partitions: readonly number[]): Buffer =>
  AssignerProtocol.MemberAssignment.encode({
    version: 0,
    assignment: { [topic]: [...partitions] },
    userData: Buffer.alloc(0),
  });

export const decodeAssignment = (topic: string, bytes: Buffer): readonly number[] =>
  AssignerProtocol.MemberAssignment.decode(bytes)?.assignment[topic] ?? [];
