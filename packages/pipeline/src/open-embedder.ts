import { join } from "node:path";
import { createCacheObserver } from "@eddy/embedding/cache-metrics";
import { createCachedEmbedder } from "@eddy/embedding/cached-embedder";
import { createEmbedder, defaultCacheDir } from "@eddy/embedding/create-embedder";
import { createEmbedderObserver, meterEmbedder } from "@eddy/embedding/embedder-metrics";
import { openEmbeddingStore } from "@eddy/embedding/embedding-store";
import type { Embedder, ModelProgress } from "@eddy/embedding/port";
import type { ConfigDefinition, ConfigOf } from "@eddy/runtime/config";
import type { Metrics } from "@eddy/runtime/metrics";
import type { embedderSettings } from "./embedder-settings.ts";

export type EmbedderConfig = ConfigOf<ConfigDefinition<typeof embedderSettings>>;

export interface OpenEmbedderOptions {
  /** Sessions of the model on the CPU; each holds the weights once more. */
  readonly sessions?: number;
}

/** Fetches the model where it must, and meters it; throws as createEmbedder does. */
export async function openEmbedder(
  config: EmbedderConfig,
  metrics: Metrics,
  signal: AbortSignal,
  onProgress: (progress: ModelProgress) => void,
  { sessions }: OpenEmbedderOptions = {},
): Promise<Embedder> {
  const embedder = await createEmbedder({
    embedder: config.embedder,
    model: config.model,
    dtype: config.dtype,
    device: config.device,
    long: config.long,
    source: config.modelSource,
    observer: createEmbedderObserver(metrics),
    onProgress,
    signal,
    ...(config.modelPath !== undefined && { modelPath: config.modelPath }),
    ...(config.cache !== undefined && { cacheDir: config.cache }),
    ...(config.batchTokens !== undefined && { batchMaxTokens: config.batchTokens }),
    ...(sessions !== undefined && { sessions }),
  });
  meterEmbedder(metrics, embedder.info, config.device);
  if (config.embedCacheBytes === 0) return embedder;
  try {
    const store = openEmbeddingStore(join(config.cache ?? defaultCacheDir(), "embeddings"), config.embedCacheBytes);
    return createCachedEmbedder(embedder, store, createCacheObserver(metrics));
  } catch (error) {
    await embedder.close();
    throw error;
  }
}
