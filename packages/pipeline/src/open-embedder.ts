import { createEmbedder } from "@eddy/embedding/create-embedder";
import { createEmbedderObserver, meterEmbedder } from "@eddy/embedding/embedder-metrics";
import type { Embedder, ModelProgress } from "@eddy/embedding/port";
import type { ConfigDefinition, ConfigOf } from "@eddy/runtime/config";
import type { Metrics } from "@eddy/runtime/metrics";
import type { embedderSettings } from "./embedder-settings.ts";

export type EmbedderConfig = ConfigOf<ConfigDefinition<typeof embedderSettings>>;

/** Fetches the model where it must, and meters it; throws as createEmbedder does. */
export async function openEmbedder(
  config: EmbedderConfig,
  metrics: Metrics,
  signal: AbortSignal,
  onProgress: (progress: ModelProgress) => void,
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
  });
  meterEmbedder(metrics, embedder.info, config.device);
  return embedder;
}
