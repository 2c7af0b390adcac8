import { embedderSettings } from "@eddy/pipeline/embedder-settings";
import { fleetKafkaSettings } from "@eddy/pipeline/log-settings";
import { flowSettings, foundationSettings, layoutSettings } from "@eddy/pipeline/pipeline-settings";
import type { ConfigDefinition, ConfigOf } from "@eddy/runtime/config";
import { processSettings } from "@eddy/runtime/process-settings";

export const embedWorkerSettings = {
  ...layoutSettings,
  ...foundationSettings,
  ...embedderSettings,
  ...flowSettings,
  ...fleetKafkaSettings,
  ...processSettings,
} as const;

export type EmbedWorkerConfig = ConfigOf<ConfigDefinition<typeof embedWorkerSettings>>;
