import { embedderSettings } from "@eddy/pipeline/embedder-settings";
import { kafkaSettings } from "@eddy/pipeline/log-settings";
import {
  clusterSettings,
  documentSettings,
  flowSettings,
  foundationSettings,
  httpSettings,
  layoutSettings,
} from "@eddy/pipeline/pipeline-settings";
import { storeSettings } from "@eddy/pipeline/store-settings";
import { setting } from "@eddy/runtime/config";
import { processSettings } from "@eddy/runtime/process-settings";
import { bool, integer, port } from "@eddy/runtime/setting-values";
import { z } from "zod";

/** What `eddy up` can be told. */
export const upSettings = {
  home: setting(z.string().min(1), {
    env: "EDDY_HOME",
    flag: "--home <folder>",
    default: ".eddy",
    description: "Folder that everything is kept in.",
  }),
  demo: setting(bool(), {
    env: "EDDY_DEMO",
    flag: "--demo",
    default: "false",
    description: "Publish an endless stream of made-up news on a dozen themes.",
  }),
  demoRate: setting(integer(1, 10_000), {
    env: "EDDY_DEMO_RATE",
    flag: "--demo-rate <n>",
    default: "20",
    unit: "documents/s",
    description: "Pace of the demo, after a burst for the first seed.",
  }),
  ...layoutSettings,
  ...clusterSettings,
  ...foundationSettings,
  ...embedderSettings,
  ...documentSettings,
  ...flowSettings,
  ...httpSettings,
  qdrantHost: setting(z.string().min(1), {
    env: "EDDY_QDRANT_HOST",
    default: "127.0.0.1",
    description: "Address that the embedded Qdrant server listens on.",
  }),
  qdrantPort: setting(port(), {
    env: "EDDY_QDRANT_PORT",
    flag: "--qdrant-port <n>",
    default: "6333",
    description: "Port of the embedded Qdrant server; 0 = any free one.",
  }),
  ...storeSettings,
  ...kafkaSettings,
  ...processSettings,
} as const;
