import { kafkaSettings } from "@eddy/pipeline/log-settings";
import { flowSettings, layoutSettings } from "@eddy/pipeline/pipeline-settings";
import { storeSettings } from "@eddy/pipeline/store-settings";
import { setting } from "@eddy/runtime/config";
import { processSettings } from "@eddy/runtime/process-settings";
import { bool } from "@eddy/runtime/setting-values";
import { z } from "zod";
import { querySettings } from "../client-settings.ts";
import { upSettings } from "../up/settings.ts";
import { parsePlace } from "./place.ts";

const place = z.string().transform((text, context) => {
  const parsed = parsePlace(text);
  if (parsed !== undefined) return parsed;
  const message = "expected start, now, a time such as 2026-11-22T10:00:00Z, an offset, or offsets such as 0:17,1:20";
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

/** A switch. */
const given = (env: string, flag: string, description: string) =>
  setting(bool(), { env, flag, default: "false", description });

export const replaySettings = {
  to: setting(layoutSettings.pipeline.schema, {
    env: "EDDY_REPLAY_TO",
    flag: "--to <name>",
    example: "eddy2",
    description: "Name of the new pipeline.",
  }),
  from: setting(place, {
    env: "EDDY_REPLAY_FROM",
    flag: "--from <place>",
    default: "start",
    description:
      "From where on the log is copied: start, now, a time (RFC 3339), an offset of each partition, or PARTITION:OFFSET with commas. What came before is taken from the collection.",
  }),
  pipeline: { ...layoutSettings.pipeline, description: "Name of the old pipeline." },
  follow: given("EDDY_REPLAY_FOLLOW", "--follow", "Go on with what comes, until stopped. Not with the embedded log."),
  embedAnew: given("EDDY_REPLAY_RE_EMBED", "--re-embed", "Leave the vectors behind, also where the model is the same."),
  partitions: {
    ...layoutSettings.partitions,
    description: "Partitions of the new pipeline's topics; not set: as many as the old one has.",
  },
  retentionBytes: layoutSettings.retentionBytes,
  ...flowSettings,
  home: upSettings.home,
  ...storeSettings,
  ...kafkaSettings,
  json: querySettings.json,
  logLevel: processSettings.logLevel,
} as const;
