import { join } from "node:path";
import { FatalError } from "@eddy/contracts/errors";
import { type Topics, topicSpecs } from "@eddy/contracts/topics";
import type { ConfigDefinition, ConfigOf } from "@eddy/runtime/config";
import type { Logger } from "@eddy/runtime/logger";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createLmdbStorage } from "@eddy/streams/embedded/lmdb-storage";
import { createRetention, type Retention } from "@eddy/streams/embedded/retention";
import type { KafkaTls } from "@eddy/streams/kafka/kafka-options";
import { KafkaStreams } from "@eddy/streams/kafka/kafka-streams";
import type { Streams } from "@eddy/streams/port";
import type { fleetKafkaSettings } from "./log-settings.ts";
import type { layoutSettings } from "./pipeline-settings.ts";

export type KafkaConfig = ConfigOf<ConfigDefinition<typeof fleetKafkaSettings>>;
export type LayoutConfig = ConfigOf<ConfigDefinition<typeof layoutSettings>>;

/** The log in a Kafka. `clientId` is what its brokers call this process. Throws FatalError CONFIG_INVALID. */
export function openKafka(config: KafkaConfig, clientId: string, logger: Logger): Streams {
  const { kafkaSaslMechanism: mechanism, kafkaSaslUsername: username, kafkaSaslPassword: password } = config;
  if (mechanism !== undefined && (username === undefined || password === undefined))
    throw new FatalError("CONFIG_INVALID", "KAFKA_SASL_MECHANISM needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD");
  return new KafkaStreams({
    brokers: config.kafka,
    clientId,
    compression: config.kafkaCompression,
    replicationFactor: config.kafkaReplication,
    logger: logger.child({ service: "kafka" }),
    ...tlsOf(config),
    ...(mechanism && username && password && { sasl: { mechanism, username, password } }),
  });
}

function tlsOf({
  kafkaSsl,
  kafkaSslCa: ca,
  kafkaSslCert: cert,
  kafkaSslKey: key,
  kafkaSslKeyPassphrase: passphrase,
}: KafkaConfig): { readonly tls?: KafkaTls } {
  if ((cert === undefined) !== (key === undefined))
    throw new FatalError("CONFIG_INVALID", "KAFKA_SSL_CERT and KAFKA_SSL_KEY belong together: set both");
  const given = { ca, cert, key, passphrase };
  if (!kafkaSsl && ca === undefined && cert === undefined) return {};
  return { tls: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}

/** The embedded log of a folder (EDDY_HOME), which must be locked by the caller. */
export function openEmbeddedLog(home: string): { readonly streams: Streams; readonly retention: Retention } {
  const storage = createLmdbStorage(join(home, "log"));
  const streams = new EmbeddedStreams({ storage, now: Date.now });
  return { streams, retention: createRetention(streams, storage) };
}

export interface Layout {
  /** Of `documents`. */
  readonly documentPartitions: number;
  /** Of the inner topics. */
  readonly partitions: number;
}

/**
 * Makes the pipeline's topics where they are missing and checks them where they are there; throws FatalError TOPIC_SHAPE
 * where they don't fit. `documents` is people's: where they have made it, its partitions are their choice.
 */
export async function openTopics(
  streams: Streams,
  topics: Topics,
  config: Pick<LayoutConfig, "partitions" | "retentionBytes">,
): Promise<Layout> {
  // Of none: says within seconds where nobody answers, which other questions wait out.
  await streams.createTopics([]);
  const partitions = config.partitions ?? (await partitionsOf(streams, topics.texts)) ?? 1;
  const documentPartitions = (await partitionsOf(streams, topics.documents)) ?? partitions;
  await streams.createTopics(
    topicSpecs(topics, { partitions, documentPartitions, retentionBytes: config.retentionBytes }),
  );
  return { partitions, documentPartitions };
}

/** undefined: there is no such topic. */
async function partitionsOf(streams: Streams, topic: string): Promise<number | undefined> {
  try {
    return await streams.partitions(topic);
  } catch (error) {
    if (error instanceof FatalError && error.code === "TOPIC_SHAPE") return undefined;
    throw error;
  }
}
