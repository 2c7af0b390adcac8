import { fleetKafkaSettings } from "@eddy/pipeline/log-settings";
import { clusterSettings, layoutSettings } from "@eddy/pipeline/pipeline-settings";
import { fleetStoreSettings } from "@eddy/pipeline/store-settings";
import type { ConfigDefinition, ConfigOf } from "@eddy/runtime/config";
import { processSettings } from "@eddy/runtime/process-settings";

export const clusterWorkerSettings = {
  ...layoutSettings,
  ...clusterSettings,
  ...fleetStoreSettings,
  ...fleetKafkaSettings,
  ...processSettings,
} as const;

export type ClusterWorkerConfig = ConfigOf<ConfigDefinition<typeof clusterWorkerSettings>>;
