import { type ConfigDefinition, type ConfigOf, setting } from "@eddy/runtime/config";
import { bool, integer } from "@eddy/runtime/setting-values";
import { z } from "zod";
import { apiSettings, querySettings, textSetting } from "../client-settings.ts";
import { count } from "../figures.ts";

/** Documents that a shuffle holds. */
export const WINDOW = 10_000;

const column = (name: string, what: string) =>
  textSetting(`EDDY_PUBLISH_${name.replace("-", "_").toUpperCase()}`, `--${name} <column>`, what);

export const publishSettings = {
  text: column("text", "Column or field that holds the text; by default `text`."),
  id: column("id", "Column that holds the id; by default `id`. A document published again under its id is replaced."),
  title: column("title", "Column that holds the title; by default `title`."),
  label: column("label", "Column that holds what it is known to be about, for `eddy evaluate`; by default `label`."),
  source: column("source", "Column that holds where it comes from; by default `source`."),
  published_at: column("published-at", "Column that holds its date; by default `published_at`."),
  labelFromFolder: setting(bool(), {
    env: "EDDY_PUBLISH_LABEL_FROM_FOLDER",
    flag: "--label-from-folder",
    default: "false",
    description: "Of a folder: what has no label takes the name of the folder that it is in.",
  }),
  whole: setting(bool(), {
    env: "EDDY_PUBLISH_WHOLE",
    flag: "--whole",
    default: "false",
    description: "A text file is one document, not one a line.",
  }),
  format: setting(z.enum(["jsonl", "csv", "tsv", "text", "whole"]).optional(), {
    env: "EDDY_PUBLISH_FORMAT",
    flag: "--format <format>",
    description: "jsonl, csv, tsv, text or whole; by default told by the name, else by the first bytes.",
  }),
  limit: setting(integer(1).optional(), {
    env: "EDDY_PUBLISH_LIMIT",
    flag: "--limit <n>",
    description: "Send the first n readable documents only.",
  }),
  shuffle: setting(integer(0).optional(), {
    env: "EDDY_PUBLISH_SHUFFLE",
    flag: "--shuffle <seed>",
    description: `Shuffle within a window of ${count(WINDOW)} documents by this seed, which also holds back a stream's until the window is full.`,
  }),
  inOrder: setting(bool(), {
    env: "EDDY_PUBLISH_IN_ORDER",
    flag: "--in-order",
    default: "false",
    description: "Send in the order of the file.",
  }),
  rate: setting(z.coerce.number().positive().optional(), {
    env: "EDDY_PUBLISH_RATE",
    flag: "--rate <n>",
    description: "At most n documents a second, in order.",
  }),
  wait: setting(bool(), {
    env: "EDDY_PUBLISH_WAIT",
    flag: "--wait",
    default: "false",
    description: "End only when all that was published is clustered.",
  }),
  ...apiSettings,
  json: setting(bool(), { ...querySettings.json, description: "The summary as JSON." }),
} as const;

export type PublishOptions = ConfigOf<ConfigDefinition<typeof publishSettings>>;
