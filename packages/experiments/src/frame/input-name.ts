import { DEFAULT_MODEL, hubName } from "@eddy/embedding/model-source/model-name";
import type { RunOptions } from "./run.ts";

/** What is clustered, as people call it. */
export function featuresName({ features, model }: Pick<RunOptions, "features" | "model">): string {
  const meaning = hubName(model) === DEFAULT_MODEL ? "MiniLM" : model;
  return { minilm: meaning, tfidf: "TF-IDF", hybrid: `${meaning} and TF-IDF` }[features];
}

/** The write-ups' own input: only then can their figures be held beside ours. */
export const isPublishedInput = ({ features, model }: Pick<RunOptions, "features" | "model">): boolean =>
  features === "minilm" && hubName(model) === DEFAULT_MODEL;
