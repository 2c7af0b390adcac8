import { join, resolve } from "node:path";
import { openEmbeddedLog, openKafka } from "@eddy/pipeline/open-log";
import { openStore } from "@eddy/pipeline/open-store";
import type { ConfigDefinition, ConfigOf } from "@eddy/runtime/config";
import { lockHome } from "@eddy/runtime/home-lock";
import type { Logger } from "@eddy/runtime/logger";
import type { Streams } from "@eddy/streams/port";
import { openEngine } from "@eddy/vectors/engine/engine";
import { createInProcessApi } from "@eddy/vectors/in-process";
import type { VectorStore } from "@eddy/vectors/port";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { Disposers } from "../up/disposers.ts";
import type { replaySettings } from "./settings.ts";

export type ReplayConfig = ConfigOf<ConfigDefinition<typeof replaySettings>>;

export interface Sources {
  readonly streams: Streams;
  /** Of the old pipeline. */
  readonly store: VectorStore;
  /** The log is this machine's: nobody else uses it now. */
  readonly embedded: boolean;
  close(): Promise<void>;
}

/** The log and the store: those of a folder that no process uses, but for what is named. */
export async function openSources(config: ReplayConfig, logger: Logger): Promise<Sources> {
  const { kafka, qdrant, qdrantApiKey, pipeline } = config;
  const disposers = new Disposers();
  const home = resolve(config.home);
  try {
    if (kafka === undefined || qdrant === undefined) {
      const lock = lockHome(home, "EDDY_HOME");
      disposers.add(() => lock.release());
    }
    const streams =
      kafka === undefined
        ? openEmbeddedLog(home).streams
        : openKafka({ ...config, kafka }, `${pipeline}-replay`, logger);
    disposers.add(() => streams.close());
    const store = qdrant === undefined ? openEmbedded() : openStore({ qdrant, qdrantApiKey }, pipeline);
    disposers.add(() => store.close());
    return { streams, store, embedded: kafka === undefined, close: () => disposers.dispose() };
  } catch (error) {
    await disposers.dispose();
    throw error;
  }

  function openEmbedded(): VectorStore {
    const engine = openEngine({ dir: join(home, "qdrant") });
    disposers.add(() => engine.close());
    return createQdrantStore(createInProcessApi(engine), pipeline);
  }
}
