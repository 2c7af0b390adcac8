import type { Goal } from "@eddy/report/report";
import type { Experiment, Findings } from "../frame/experiment.ts";
import { goal } from "../frame/goal.ts";
import type { Matrix } from "../frame/matrix.ts";
import { tsnePlane, umapOf } from "../frame/projected.ts";
import { type Run, seedsOf } from "../frame/run.ts";
import { figureOf } from "../frame/scores.ts";
import {
  type Clustering,
  type CodeClusterings,
  clusterCodes,
  clusterCounts,
  clusterIsomap,
  type IsomapClustering,
} from "./clusterings.ts";
import { type Clusterings, clustersSection } from "./clusters-section.ts";
import { blindClusters, keywordTable, seenWords } from "./keywords.ts";
import { lossSection, type Trainings } from "./loss-section.ts";
import { leadingOf, MAP_SEED, planeManifold } from "./maps.ts";
import { codesOf } from "./network.ts";
import { networkSection } from "./network-section.ts";
import { picturesSection } from "./pictures-section.ts";
import { published } from "./published.ts";
import { denseRows, readingsOf } from "./readings.ts";
import { readReviews } from "./reviews.ts";
import { reviewsSection } from "./reviews-section.ts";
import { type Streamed, streamedSection, streamReviews } from "./streamed-section.ts";
import { bestErrors, type Training, trainEach } from "./training.ts";

const MOST_SEEDS = 3;
const QUICK_SEEDS = 2;

export const imdbN2d: Experiment = {
  name: "imdb-n2d",
  set: "imdb",
  title: "IMDB: an autoencoder of word counts, its manifold, and clusters of that",
  minutes: { quick: 0.75, usual: 45, full: 110 },
  run: runImdb,
};

async function runImdb(run: Run): Promise<Findings> {
  const { quick, full } = run.options;
  const seeds = seedsOf(run, quick ? QUICK_SEEDS : MOST_SEEDS);
  const reviews = await run.step("reading the reviews", () => readReviews(run));
  const readings = await run.step("counting words", async () => readingsOf(reviews));
  const { labels } = reviews.train;

  const last = await trainEach(run, readings["last-500"], seeds);
  const top = await trainEach(run, readings["top-500"], seeds);
  const all = await trainEach(run, readings["all-5000"], full ? [0] : []);

  const counts = denseRows(last.reading.train);
  const main = await clusterMain(run, last, counts, labels);
  const topCounts = denseRows(top.reading.train);
  const others = new Map([
    [top.reading.title, once(await clusterCodes({ run, counts: topCounts, labels }, await firstCodes(top), 0))],
    ...(all.nets.length > 0
      ? [[all.reading.title, once(await clusterCodes({ run, labels }, await firstCodes(all), 0))] as const]
      : []),
  ]);
  const planes = {
    counts: (await tsnePlane(run, "the counts", leadingOf(last.reading.train), MAP_SEED)).values,
    encoded: (await tsnePlane(run, "the codes", main.codes, MAP_SEED)).values,
    umap: (await umapOf(run, main.codes, planeManifold, MAP_SEED)).values,
  };
  const streamed = await streamReviews(run, reviews.train);

  const trainings = { last, top, all };
  const colours = {
    raw: main.raw[0]!.clusters,
    byDensity: main.byDensity[0]!.clusters,
    onUmap: main.onUmap[0]!.clusters,
    encoded: main.encoded[0]!.clusters,
    labels,
  };
  const clusters = clustersSection(main, others);
  const seen = seenWords(last.reading);
  const words = [
    keywordTable("DBSCAN's clusters, seed 0", reviews.train, colours.byDensity, seen),
    keywordTable("K-Means' clusters of the UMAP, seed 0", reviews.train, colours.onUmap, seen),
  ];
  return {
    experiment: imdbN2d.name,
    title: imdbN2d.title,
    source: published.source,
    summary: summary(trainings, main, streamed, blindClusters(seen, colours.byDensity)),
    goals: goals(run, trainings),
    sections: [
      reviewsSection(reviews, Object.values(readings)),
      networkSection(last.nets[0]!),
      lossSection(trainings),
      { ...clusters, blocks: [...clusters.blocks, ...words] },
      picturesSection(planes, colours),
      streamedSection(run, streamed),
    ],
    facts: {
      model: `${streamed.embedded.model}, weights ${streamed.embedded.revision}, fp32, ${streamed.embedded.maxTokens} tokens`,
      seeds: `0 to ${seeds.length - 1} for the networks, 0 to ${run.options.seeds - 1} for the stream`,
    },
  };
}

const firstCodes = ({ nets, reading }: Training) => codesOf(nets[0]!, reading);

interface Main extends Clusterings {
  /** Of seed 0. */
  readonly codes: Matrix;
}

async function clusterMain(
  run: Run,
  { nets, reading }: Training,
  counts: Matrix,
  labels: readonly string[],
): Promise<Main> {
  const counted = { run, counts, labels };
  const raw: Clustering[] = [];
  const coded: CodeClusterings[] = [];
  const onIsomap: IsomapClustering[] = [];
  for (const [seed, net] of nets.entries()) {
    const codes = await codesOf(net, reading);
    raw.push(await clusterCounts(counted, seed));
    coded.push(await clusterCodes(counted, codes, seed));
    onIsomap.push(await clusterIsomap(counted, codes, seed));
  }
  return {
    codes: await codesOf(nets[0]!, reading),
    ...{ raw, onIsomap },
    byDensity: coded.map(({ byDensity }) => byDensity),
    onUmap: coded.map(({ onUmap }) => onUmap),
    encoded: coded.map(({ encoded }) => encoded),
  };
}

const once = ({ byDensity, onUmap, encoded }: CodeClusterings) => ({
  byDensity: [byDensity],
  onUmap: [onUmap],
  encoded: [encoded],
});

function goals(run: Run, { last, top, all }: Trainings): readonly Goal[] {
  const best = (training: Training, name: string, atMost: number): Goal => {
    if (training.nets.length === 0) return { name, wanted: `≤ ${atMost}`, got: "not trained: --full", met: null };
    return goal(run, name, figureOf(bestErrors(training)).mean, { atMost }, 4);
  };
  return [
    best(last, "best validation loss, the last 500", published.validationLoss.last),
    best(top, "best validation loss, the 500 most frequent", 0.102),
    best(all, "best validation loss, all 5,000", published.validationLoss.first),
  ];
}

function summary(
  { last, top }: Trainings,
  main: Main,
  { streamed, batch }: Streamed,
  blind: readonly number[],
): readonly string[] {
  const mean = (values: readonly number[]) => figureOf(values).mean;
  const shown = (values: readonly (number | null)[], digits = 3) => {
    const known = values.filter((value) => value !== null);
    return known.length > 0 ? mean(known).toFixed(digits) : "none";
  };
  const { onUmap, byDensity, encoded } = main;
  const purity = shown(onUmap.map(({ scores }) => scores.purity));
  const ari = mean(onUmap.map(({ scores }) => scores.ari));
  const found = byDensity.map(({ found: clusters }) => clusters).join(", ");
  const noise = (100 * mean(byDensity.map((one) => one.noise))).toFixed(1);
  return [
    `The network's best validation error is ${shown(bestErrors(last), 4)} on the last 500 words of the alphabet, the reading that its printed figures fit (0.0176 at the end), and ${shown(bestErrors(top), 4)} on the 500 most frequent.`,
    `The clusters ${Math.abs(ari) < 0.05 ? "have nothing to do with the sentiment" : "agree a little with the sentiment"}: K-Means on the UMAP has purity ${purity} where 0.5 is chance, and ARI ${ari.toFixed(3)}.`,
    `They are clusters of the map: silhouette ${shown(onUmap.map(({ silhouette }) => silhouette))} in the UMAP and ${shown(encoded.map(({ silhouette }) => silhouette))} of those in the codes, but ${shown(onUmap.map(({ inCounts }) => inCounts))} where the same clusters are judged in the counts.`,
    `DBSCAN finds ${found} clusters by seed, where 5 are published, and leaves ${noise} % as noise.${blind.length > 0 ? ` With seed 0, ${blind.join(" and ")} reviews are a cluster because they have none of the 500 words: the network sees nothing of them.` : ""}`,
    `Embeddings of the same reviews, streamed once through Eddy: purity ${shown(streamed.given.map((one) => one.purity))}, ARI ${shown(streamed.given.map((one) => one.ari))} (K-Means in one batch: ${shown(batch.map((one) => one.purity))}, ${shown(batch.map((one) => one.ari))}).`,
  ];
}
