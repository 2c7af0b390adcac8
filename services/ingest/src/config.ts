import { fleetKafkaSettings } from "@eddy/pipeline/log-settings";
import { documentSettings, flowSettings, layoutSettings } from "@eddy/pipeline/pipeline-settings";
import type { ConfigDefinition, ConfigOf } from "@eddy/runtime/config";
import { processSettings } from "@eddy/runtime/process-settings";

export const ingestSettings = {
  ...layoutSettings,
  ...documentSettings,
  ...flowSettings,
  ...fleetKafkaSettings,
  ...processSettings,
} as const;

export type IngestConfig = ConfigOf<ConfigDefinition<typeof ingestSettings>>;
