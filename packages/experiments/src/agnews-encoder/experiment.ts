import { fixedSample } from "@eddy/quality/sample";
import { type News, readNews } from "../frame/data.ts";
import type { Experiment, Findings } from "../frame/experiment.ts";
import { features } from "../frame/features.ts";
import { goal } from "../frame/goal.ts";
import { featuresName, inputFacts, isPublishedInput } from "../frame/input-name.ts";
import { startsOf } from "../frame/k-means.ts";
import { chosenRows, type Matrix, unitRows } from "../frame/matrix.ts";
import { type Run, seedsOf } from "../frame/run.ts";
import { streamOnce } from "../frame/streamed.ts";
import { dataSection } from "./data-section.ts";
import { type Clustered, clusteredIn, type Encoders, encodersOf } from "./encoders.ts";
import { networkSection } from "./network-section.ts";
import { planesSection } from "./planes-section.ts";
import { daviesBouldinOf, purityOf, type Results, resultsSection, silhouettesOf } from "./results-section.ts";
import { K, SMALLER } from "./settings.ts";

export const agnewsEncoder: Experiment = {
  name: "agnews-encoder",
  title: "AG News: a neural encoder and K-Means",
  set: "ag_news",
  minutes: { quick: 0.7, usual: 8, full: 8 },
  run: reproduce,
};

/** Articles of a quick run, and its seeds. */
const QUICK = 1_500;
const QUICK_SEEDS = 2;

async function reproduce(run: Run): Promise<Findings> {
  const news = await readNews(run.options.data, "agnews-12000", run.options.quick ? QUICK : undefined);
  return reportOn(run, news, await features(run, news.texts));
}

/** All steps and the report, on whatever vectors stand for the texts. */
export async function reportOn(run: Run, news: News, input: Matrix): Promise<Findings> {
  const inputName = featuresName(run.options);
  const seeds = seedsOf(run, run.options.quick ? QUICK_SEEDS : undefined);
  const results: Results = {
    ...(await clusterAll(run, inputName, input, news.labels, seeds)),
    smaller: await onFewer(run, inputName, input, news.labels, seeds),
    streamed: await streamOnce(run, news, unitRows(input), K),
  };
  return {
    experiment: agnewsEncoder.name,
    title: agnewsEncoder.title,
    source: {
      title: "Neural Network-Based Clustering using Hugging Face Datasets",
      authors: "Md. Sakib Alam",
      published: "May 2025",
    },
    summary: summaryOf(inputName, results),
    goals: goalsOf(run, results),
    sections: [
      dataSection(news),
      networkSection(
        input.width,
        results.encoders.map(({ curve }) => curve),
      ),
      resultsSection(inputName, news.labels, startsOf(run), results),
      await planesSection(run, news.labels, results.encoders[0]!),
    ],
    facts: { ...inputFacts(run.options, input), seeds: seeds.join(", ") },
  };
}

async function clusterAll(
  run: Run,
  name: string,
  input: Matrix,
  labels: readonly string[],
  seeds: readonly number[],
): Promise<Pick<Results, "input" | "encoders">> {
  const plain: Clustered[] = [];
  const encoders: Encoders[] = [];
  for (const seed of seeds) {
    plain.push(await clusteredIn(run, input, labels, seed));
    encoders.push(await encodersOf(run, name, input, labels, seed));
  }
  return { input: plain, encoders };
}

/** On as many articles as the expected figures were measured on; none where there are no more than that. */
async function onFewer(
  run: Run,
  name: string,
  input: Matrix,
  labels: readonly string[],
  seeds: readonly number[],
): Promise<readonly Encoders[]> {
  if (input.count <= SMALLER) return [];
  const rows = fixedSample(input.count, SMALLER);
  const fewer = chosenRows(input, rows, `sample-${SMALLER}`);
  const own = Array.from(rows, (row) => labels[row]!);
  const encoders: Encoders[] = [];
  for (const seed of seeds) encoders.push(await encodersOf(run, `${name}, ${SMALLER} articles`, fewer, own, seed));
  return encoders;
}

function summaryOf(inputName: string, { input, encoders, smaller }: Results): readonly string[] {
  const trained = encoders.map((one) => one.trained);
  const untrained = encoders.map((one) => one.untrained);
  const shown = (runs: readonly Clustered[]) => purityOf(runs).toFixed(3);
  const few = smaller.map((one) => one.trained);
  return [
    `Purity of K-Means on the trained encoder's codes: ${shown(trained)} over ${encoders.length} seeds; untrained, as the write-up's own listing leaves it, ${shown(untrained)}; on ${inputName} itself, without an encoder, ${shown(input)}.`,
    `The write-up states no number. In the codes the silhouette is ${silhouettesOf(trained).mean.toFixed(3)} and Davies-Bouldin ${daviesBouldinOf(trained).mean.toFixed(2)}${few.length > 0 ? ` (${silhouettesOf(few).mean.toFixed(3)} and ${daviesBouldinOf(few).mean.toFixed(2)} on ${SMALLER.toLocaleString("en")} articles)` : ""}: clusters touch.`,
  ];
}

function goalsOf(run: Run, { encoders }: Results): Findings["goals"] {
  const { options } = run;
  const told = { options: { ...options, quick: options.quick || !isPublishedInput(options) } };
  return [
    goal(told, "purity, untrained encoder", purityOf(encoders.map((one) => one.untrained)), { atMost: 0.55 }),
    goal(told, "purity, trained encoder", purityOf(encoders.map((one) => one.trained)), { atLeast: 0.8 }),
  ];
}
