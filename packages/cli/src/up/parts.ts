import { join, resolve } from "node:path";
import { FatalError } from "@eddy/contracts/errors";
import { createEmbedder } from "@eddy/embedding/create-embedder";
import type { Embedder, ModelProgress } from "@eddy/embedding/port";
import type { ConfigDefinition, ConfigOf } from "@eddy/runtime/config";
import { lockHome } from "@eddy/runtime/home-lock";
import type { Logger } from "@eddy/runtime/logger";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createLmdbStorage } from "@eddy/streams/embedded/lmdb-storage";
import { createRetention, type Retention } from "@eddy/streams/embedded/retention";
import { KafkaStreams } from "@eddy/streams/kafka/kafka-streams";
import type { Streams } from "@eddy/streams/port";
import { openEngine } from "@eddy/vectors/engine/engine";
import { createInProcessApi } from "@eddy/vectors/in-process";
import type { VectorStore } from "@eddy/vectors/port";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { createRestApi } from "@eddy/vectors/rest-client";
import { createQdrantServer } from "@eddy/vectors/server/server";
import type { Disposers } from "./disposers.ts";
import type { upSettings } from "./settings.ts";

export type UpOptions = ConfigOf<ConfigDefinition<typeof upSettings>>;

/** What the workers stand on, opened in an order that fails early: folder, ports, then the model. */
export interface Parts {
  readonly home: string;
  readonly streams: Streams;
  /** Of the embedded log; a Kafka keeps its own house. */
  readonly retention: Retention | undefined;
  readonly store: VectorStore;
  readonly qdrantUrl: string;
  readonly embedder: Embedder;
}

export async function openParts(
  options: UpOptions,
  disposers: Disposers,
  logger: Logger,
  onProgress: (progress: ModelProgress) => void,
  signal: AbortSignal,
): Promise<Parts> {
  const home = resolve(options.home);
  const lock = lockHome(home, "EDDY_HOME");
  disposers.add(() => lock.release());
  const { store, qdrantUrl } = await openStore(options, home, disposers);
  const { streams, retention } = openStreams(options, home, logger);
  disposers.add(() => streams.close());
  const embedder = await createEmbedder({
    embedder: options.embedder,
    model: options.model,
    dtype: options.dtype,
    device: options.device,
    long: options.long,
    source: options.modelSource,
    onProgress,
    signal,
    ...(options.modelPath !== undefined && { modelPath: options.modelPath }),
    ...(options.cache !== undefined && { cacheDir: options.cache }),
  });
  disposers.add(() => embedder.close());
  return { home, streams, retention, store, qdrantUrl, embedder };
}

/** A real Kafka where one is named, else the embedded log. */
function openStreams(options: UpOptions, home: string, logger: Logger): Pick<Parts, "streams" | "retention"> {
  const { kafka, kafkaSaslMechanism: mechanism, kafkaSaslUsername: username, kafkaSaslPassword: password } = options;
  if (kafka === undefined) {
    const storage = createLmdbStorage(join(home, "log"));
    const streams = new EmbeddedStreams({ storage, now: Date.now });
    return { streams, retention: createRetention(streams, storage) };
  }
  if (mechanism !== undefined && (username === undefined || password === undefined))
    throw new FatalError("CONFIG_INVALID", "KAFKA_SASL_MECHANISM needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD");
  const streams = new KafkaStreams({
    brokers: kafka,
    clientId: `${options.pipeline}-eddy`,
    ssl: options.kafkaSsl,
    compression: options.kafkaCompression,
    replicationFactor: options.kafkaReplication,
    logger: logger.child({ service: "kafka" }),
    ...(mechanism && username && password && { sasl: { mechanism, username, password } }),
  });
  return { streams, retention: undefined };
}

/** A real Qdrant where one is named, else the embedded one: called in process by the workers, served by REST to everyone else. */
async function openStore(
  options: UpOptions,
  home: string,
  disposers: Disposers,
): Promise<{ store: VectorStore; qdrantUrl: string }> {
  const { qdrant, qdrantApiKey: apiKey, pipeline } = options;
  const key = apiKey !== undefined && { apiKey };
  if (qdrant !== undefined) {
    const store = createQdrantStore(createRestApi({ url: qdrant, ...key }), pipeline);
    disposers.add(() => store.close());
    return { store, qdrantUrl: qdrant };
  }
  const engine = openEngine({ dir: join(home, "qdrant") });
  disposers.add(() => engine.close());
  const server = await createQdrantServer({ engine, host: options.qdrantHost, port: options.qdrantPort, ...key });
  disposers.add(() => server.close());
  return { store: createQdrantStore(createInProcessApi(engine), pipeline), qdrantUrl: server.url };
}
