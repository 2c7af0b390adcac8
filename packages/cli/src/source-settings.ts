import { kafkaSettings } from "@eddy/pipeline/log-settings";
import { layoutSettings } from "@eddy/pipeline/pipeline-settings";
import { storeSettings } from "@eddy/pipeline/store-settings";
import type { ConfigDefinition, ConfigOf } from "@eddy/runtime/config";
import { upSettings } from "./up/settings.ts";

/** Where a pipeline's log and store are: a folder, but for what is named. */
export const sourceSettings = {
  pipeline: layoutSettings.pipeline,
  home: upSettings.home,
  ...storeSettings,
  ...kafkaSettings,
} as const;

export type SourceConfig = ConfigOf<ConfigDefinition<typeof sourceSettings>>;
