import { join, resolve } from "node:path";
import type { Embedder, ModelProgress } from "@eddy/embedding/port";
import { openEmbedder } from "@eddy/pipeline/open-embedder";
import { openEmbeddedLog, openKafka } from "@eddy/pipeline/open-log";
import type { ConfigDefinition, ConfigOf } from "@eddy/runtime/config";
import { refuseExposure } from "@eddy/runtime/exposure";
import { lockHome } from "@eddy/runtime/home-lock";
import type { Logger } from "@eddy/runtime/logger";
import type { Metrics } from "@eddy/runtime/metrics";
import { openTls } from "@eddy/runtime/tls-files";
import type { Retention } from "@eddy/streams/embedded/retention";
import type { Streams } from "@eddy/streams/port";
import { openEngine } from "@eddy/vectors/engine/engine";
import { createInProcessApi } from "@eddy/vectors/in-process";
import type { VectorStore } from "@eddy/vectors/port";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import type { QdrantApi } from "@eddy/vectors/qdrant-api";
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
  /** The store, by Qdrant's operations. */
  readonly api: QdrantApi;
  readonly store: VectorStore;
  readonly qdrantUrl: string;
  readonly embedder: Embedder;
}

export async function openParts(
  options: UpOptions,
  disposers: Disposers,
  logger: Logger,
  metrics: Metrics,
  onProgress: (progress: ModelProgress) => void,
  signal: AbortSignal,
): Promise<Parts> {
  const home = resolve(options.home);
  const lock = lockHome(home, "EDDY_HOME");
  disposers.add(() => lock.release());
  const { api, qdrantUrl } = await openVectors(options, home, disposers, logger);
  const store = createQdrantStore(api, options.pipeline);
  const { streams, retention } = openLog(options, home, logger);
  disposers.add(() => streams.close());
  const embedder = await openEmbedder(options, metrics, signal, onProgress);
  disposers.add(() => embedder.close());
  return { home, streams, retention, api, store, qdrantUrl, embedder };
}

/** A real Kafka where one is named, else the embedded log. */
function openLog(options: UpOptions, home: string, logger: Logger): Pick<Parts, "streams" | "retention"> {
  const { kafka } = options;
  if (kafka === undefined) return openEmbeddedLog(home);
  return { streams: openKafka({ ...options, kafka }, `${options.pipeline}-eddy`, logger), retention: undefined };
}

/** A real Qdrant where one is named, else the embedded one: called in process by the workers, served by REST to everyone else. */
async function openVectors(
  options: UpOptions,
  home: string,
  disposers: Disposers,
  logger: Logger,
): Promise<{ api: QdrantApi; qdrantUrl: string }> {
  const { qdrant, qdrantApiKey: apiKey, qdrantHost: host, insecure } = options;
  const keyed = apiKey !== undefined && { apiKey };
  if (qdrant !== undefined) {
    const api = createRestApi({ url: qdrant, ...keyed });
    disposers.add(() => api.close());
    return { api, qdrantUrl: qdrant };
  }
  const remedy = "have them bring a key (QDRANT_API_KEY)";
  refuseExposure({ host, setting: "EDDY_QDRANT_HOST", keyed: apiKey !== undefined, insecure, remedy });
  const tls = openTls(options, logger);
  if (tls) disposers.add(async () => tls.close());
  const engine = openEngine({ dir: join(home, "qdrant") });
  disposers.add(() => engine.close());
  const server = await createQdrantServer({
    engine,
    host,
    tls,
    port: options.qdrantPort,
    ...keyed,
  });
  disposers.add(() => server.close());
  return { api: createInProcessApi(engine), qdrantUrl: server.url };
}
