import { embedderSettings } from "@eddy/pipeline/embedder-settings";
import { setting } from "@eddy/runtime/config";
import { bool, integer } from "@eddy/runtime/setting-values";
import { z } from "zod";

/** What every command that runs experiments can be told. */
export const experimentSettings = {
  data: setting(z.string().min(1).optional(), {
    env: "EDDY_DATA",
    flag: "--data <folder>",
    description:
      "Folder with ag_news.jsonl.gz, twenty_newsgroups.jsonl.gz and imdb.jsonl.gz; by default the shared data beside the checkout.",
  }),
  seeds: setting(integer(1, 100), {
    env: "EDDY_SEEDS",
    flag: "--seeds <n>",
    default: "5",
    description: "Runs of everything that is random; figures are mean ± standard deviation over them.",
  }),
  quick: setting(bool(), {
    env: "EDDY_QUICK",
    flag: "--quick",
    default: "false",
    description: "Small samples: shows within minutes that all works. Its figures are not to be compared.",
  }),
  full: setting(bool(), {
    env: "EDDY_FULL",
    flag: "--full",
    default: "false",
    description: "Also what takes an hour by itself: the 5,000 counts of IMDB, all of its reviews streamed.",
  }),
  model: embedderSettings.model,
  modelSource: embedderSettings.modelSource,
  cache: embedderSettings.cache,
  features: setting(z.enum(["minilm", "tfidf", "hybrid"]), {
    env: "EDDY_FEATURES",
    flag: "--features <kind>",
    default: "minilm",
    description: "What texts become: minilm (the embedding model), tfidf (words), or hybrid: both side by side.",
  }),
  fresh: setting(bool(), {
    env: "EDDY_FRESH",
    flag: "--fresh",
    default: "false",
    description: "Compute everything anew, and keep nothing for a later run.",
  }),
  json: setting(bool(), {
    env: "EDDY_JSON",
    flag: "--json",
    default: "false",
    description: "Reports as JSON on standard output, one a line, instead of tables for people.",
  }),
  out: setting(z.string().min(1), {
    env: "EDDY_OUT",
    flag: "--out <folder>",
    default: "eddy-reports",
    description: "Where the reports are written: a page, its JSON and its pictures for each experiment.",
  }),
} as const;
