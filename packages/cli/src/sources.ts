import { join, resolve } from "node:path";
import { openEmbeddedLog, openKafka } from "@eddy/pipeline/open-log";
import { lockHome } from "@eddy/runtime/home-lock";
import type { Logger } from "@eddy/runtime/logger";
import type { Streams } from "@eddy/streams/port";
import { openEngine } from "@eddy/vectors/engine/engine";
import { createInProcessApi } from "@eddy/vectors/in-process";
import type { QdrantApi } from "@eddy/vectors/qdrant-api";
import { createRestApi } from "@eddy/vectors/rest-client";
import type { SourceConfig } from "./source-settings.ts";
import { Disposers } from "./up/disposers.ts";

export interface Sources {
  readonly streams: Streams;
  readonly api: QdrantApi;
  /** The log is this machine's: nobody else uses it now. */
  readonly embedded: boolean;
  close(): Promise<void>;
}

export interface OpenSourcesOptions {
  /** What the brokers call this process, behind the pipeline's name. */
  readonly client: string;
  readonly logger: Logger;
  /** The caller has the folder's lock. */
  readonly locked?: boolean;
}

/** The log and the store: those of a folder that no process uses, but for what is named. */
export async function openSources(config: SourceConfig, options: OpenSourcesOptions): Promise<Sources> {
  const { kafka, qdrant: url, qdrantApiKey: apiKey, pipeline } = config;
  const { client, logger, locked = false } = options;
  const disposers = new Disposers();
  const home = resolve(config.home);
  try {
    if (!locked && (kafka === undefined || url === undefined)) {
      const lock = lockHome(home, "EDDY_HOME");
      disposers.add(() => lock.release());
    }
    const streams =
      kafka === undefined
        ? openEmbeddedLog(home).streams
        : openKafka({ ...config, kafka }, `${pipeline}-${client}`, logger);
    disposers.add(() => streams.close());
    const api = url === undefined ? openEmbedded() : createRestApi({ url, ...(apiKey !== undefined && { apiKey }) });
    disposers.add(() => api.close());
    return { streams, api, embedded: kafka === undefined, close: () => disposers.dispose() };
  } catch (error) {
    await disposers.dispose();
    throw error;
  }

  function openEmbedded(): QdrantApi {
    const engine = openEngine({ dir: join(home, "qdrant") });
    disposers.add(() => engine.close());
    return createInProcessApi(engine);
  }
}
