import { type DeepClusters, type DeepSettings, deepClusters } from "../frame/deep-clusters.ts";
import { features } from "../frame/features.ts";
import { featuresName } from "../frame/input-name.ts";
import type { Matrix } from "../frame/matrix.ts";
import { type Run, seedsOf } from "../frame/run.ts";
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
  const inputName = featuresName(run.options);
  const settings = settingsFor(run.options);
  const seeds = seedsOf(run, run.options.quick ? QUICK_SEEDS : undefined);
  const runs: DeepClusters[] = [];
  for (const seed of seeds) runs.push(await deepClusters(run, inputName, input, settings, seed));
  return { run, news, input, inputName, settings, seeds, runs };
}
