import { createEmbedder } from "@eddy/embedding/create-embedder";
import type { Embedder, ModelProgress } from "@eddy/embedding/port";
import type { ConfigDefinition, ConfigOf } from "@eddy/runtime/config";
import type { embedderSettings } from "./embedder-settings.ts";

export type EmbedderConfig = ConfigOf<ConfigDefinition<typeof embedderSettings>>;

/** Fetches the model where it must; throws as createEmbedder does. */
export function openEmbedder(
  config: EmbedderConfig,
  signal: AbortSignal,
  onProgress: (progress: ModelProgress) => void,
): Promise<Embedder> {
  return createEmbedder({
    embedder: config.embedder,
    model: config.model,
    dtype: config.dtype,
    device: config.device,
    long: config.long,
    source: config.modelSource,
    onProgress,
    signal,
    ...(config.modelPath !== undefined && { modelPath: config.modelPath }),
    ...(config.cache !== undefined && { cacheDir: config.cache }),
  });
}
