import { embedderSettings } from "@eddy/pipeline/embedder-settings";
import { fleetKafkaSettings } from "@eddy/pipeline/log-settings";
import { clusterSettings, documentSettings, httpSettings, layoutSettings } from "@eddy/pipeline/pipeline-settings";
import { fleetStoreSettings } from "@eddy/pipeline/store-settings";
import type { ConfigDefinition, ConfigOf } from "@eddy/runtime/config";
import { processSettings } from "@eddy/runtime/process-settings";

export const consoleSettings = {
  ...layoutSettings,
  ...embedderSettings,
  clusters: clusterSettings.clusters,
  ...documentSettings,
  ...httpSettings,
  ...fleetStoreSettings,
  ...fleetKafkaSettings,
  ...processSettings,
} as const;

export type ConsoleConfig = ConfigOf<ConfigDefinition<typeof consoleSettings>>;
