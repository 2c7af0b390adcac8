import { DEFAULT_MODEL, hubName } from "@eddy/embedding/model-source/model-name";
import { type DeepClusters, type DeepSettings, deepClusters } from "../frame/deep-clusters.ts";
import { features } from "../frame/features.ts";
import type { Matrix } from "../frame/matrix.ts";
import { type Run, type RunOptions, seedsOf } from "../frame/run.ts";
import { type News, readNews } from "./news.ts";
import { settingsFor } from "./settings.ts";

/** What all parts of the report are made of. */
export interface Material {
  readonly run: Run;
  readonly news: News;
  /** What is clustered, a row for each text, and what people call it. */
  readonly input: Matrix;
  readonly inputName: string;
  readonly settings: DeepSettings;
  readonly seeds: readonly number[];
  /** Autoencoder and DEC, a seed each. */
  readonly runs: readonly DeepClusters[];
}

/** A quick run has two seeds. */
const QUICK_SEEDS = 2;

export async function gather(run: Run): Promise<Material> {
  const news = await readNews(run.options.data, run.options.quick);
  const input = await features(run, news.plain);
  const inputName = nameOf(run.options);
  const settings = settingsFor(run.options);
  const seeds = seedsOf(run, run.options.quick ? QUICK_SEEDS : undefined);
  const runs: DeepClusters[] = [];
  for (const seed of seeds) runs.push(await deepClusters(run, inputName, input, settings, seed));
  return { run, news, input, inputName, settings, seeds, runs };
}

export function nameOf({ features: kind, model }: Pick<RunOptions, "features" | "model">): string {
  const meaning = hubName(model) === DEFAULT_MODEL ? "MiniLM" : model;
  return { minilm: meaning, tfidf: "TF-IDF", hybrid: `${meaning} and TF-IDF` }[kind];
}

/** The write-up's own input: only then can its figures be held beside ours. */
export const isPublishedInput = ({ features: kind, model }: Pick<RunOptions, "features" | "model">): boolean =>
  kind === "minilm" && hubName(model) === DEFAULT_MODEL;
