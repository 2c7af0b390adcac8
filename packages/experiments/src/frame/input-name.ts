import { DEFAULT_MODEL, hubName } from "@eddy/embedding/model-source/model-name";
import type { Embeddings } from "./embeddings.ts";
import type { Matrix } from "./matrix.ts";
import type { RunOptions } from "./run.ts";

/** What is clustered, as people call it. */
export function featuresName({ features, model }: Pick<RunOptions, "features" | "model">): string {
  const meaning = hubName(model) === DEFAULT_MODEL ? "MiniLM" : model;
  return { minilm: meaning, tfidf: "TF-IDF", hybrid: `${meaning} and TF-IDF` }[features];
}

/** For a report's facts: the features, and the model with its revision where they are its vectors. */
export function inputFacts(options: Pick<RunOptions, "features" | "model">, input: Matrix | Embeddings) {
  return {
    features: `${featuresName(options)}, ${input.width} wide`,
    ...("revision" in input && {
      model: `${input.model}, weights ${input.revision}, fp32, ${input.maxTokens} tokens`,
    }),
  };
}

/** The write-ups' own input: only then can their figures be held beside ours. */
export const isPublishedInput = ({ features, model }: Pick<RunOptions, "features" | "model">): boolean =>
  features === "minilm" && hubName(model) === DEFAULT_MODEL;
