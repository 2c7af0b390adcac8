import type { Row, Section } from "@eddy/report/report";
import { readNews } from "../agnews-dec/news.ts";
import { settingsFor } from "../agnews-dec/settings.ts";
import { choice, prose, table } from "../frame/blocks.ts";
import type { Findings } from "../frame/experiment.ts";
import { features } from "../frame/features.ts";
import { inputFacts } from "../frame/input-name.ts";
import { type Run, seedsOf } from "../frame/run.ts";
import { figureOf } from "../frame/scores.ts";
import { type Grid, type Trial, trialName, trialOf, trialsOf } from "./grid.ts";
import {
  CHOOSER,
  chosenOrder,
  type FigureName,
  figureNames,
  lessIsBetter,
  type Outcome,
  outcomeOf,
} from "./outcomes.ts";
import { rankCorrelation } from "./rank-correlation.ts";

const TITLE = "AG News: a grid search over the autoencoder and DEC";

/**
 * A small grid search on agnews-dec's texts. Labels choose nothing: they only tell, afterwards, whether the figure that chose
 * chose well.
 */
export async function tune(run: Run, grid: Grid): Promise<Findings> {
  const news = await readNews(run.options.data, run.options.quick);
  const input = await features(run, news.plain);
  const published = settingsFor(run.options);
  const seeds = seedsOf(run, run.options.quick ? 1 : undefined);
  const asPublished = trialOf(published);
  const outcomes: Outcome[] = [];
  for (const trial of withPublished(trialsOf(grid), asPublished)) {
    outcomes.push(await outcomeOf(run, { input, labels: news.labels, seeds }, trial, published));
  }
  const order = chosenOrder(outcomes);
  const reference = outcomes.find(({ trial }) => trialName(trial) === trialName(asPublished))!;
  return {
    experiment: "tune",
    title: TITLE,
    source: {
      title: "Clustering with Neural Networks using Hugging Face Datasets",
      authors: "MD Mahmudul Islam Moyen",
    },
    summary: summaryOf(order, reference),
    goals: [],
    sections: [gridSection(grid, seeds.length), outcomesSection(order, reference), trustSection(outcomes)],
    facts: { ...inputFacts(run.options, input), seeds: seeds.join(", ") },
  };
}

/** The published settings are always tried: all else is held against them. */
const withPublished = (trials: readonly Trial[], published: Trial): readonly Trial[] =>
  trials.some((trial) => trialName(trial) === trialName(published)) ? trials : [published, ...trials];

const purityOf = ({ scores }: Outcome): number => figureOf(scores.map(({ purity }) => purity)).mean;
const bestByLabels = (outcomes: readonly Outcome[]): Outcome =>
  outcomes.reduce((best, one) => (purityOf(one) > purityOf(best) ? one : best));

function summaryOf(order: readonly Outcome[], reference: Outcome): readonly string[] {
  const chosen = order[0]!;
  const best = bestByLabels(order);
  const shown = (outcome: Outcome) => purityOf(outcome).toFixed(3);
  return [
    `Chosen without labels, by ${figureNames[CHOOSER]}, of ${order.length}: ${trialName(chosen.trial)}. Its purity is ${shown(chosen)}; the published settings' ${shown(reference)}.`,
    `By the labels the best is ${trialName(best.trial)} with ${shown(best)}: choosing without them costs ${(purityOf(best) - purityOf(chosen)).toFixed(3)}.`,
  ];
}

function gridSection(grid: Grid, seeds: number): Section {
  const list = (values: readonly (number | boolean)[]) =>
    values.map((value) => (typeof value === "boolean" ? (value ? "yes" : "no") : `${value}`)).join(", ");
  return {
    title: "The grid",
    blocks: [
      table(
        "Values",
        ["", "published", "tried"],
        [
          ["code width", "64", list(grid.codes)],
          ["learning rate", "0.001", list(grid.learningRates)],
          ["epochs of the autoencoder", "20", list(grid.epochs)],
          ["batch normalisation", "no", list(grid.batchNorms)],
          ["dropout", "0", list(grid.dropouts)],
          ["L2", "0", list(grid.l2s)],
          ["γ of IDEC; 0: DEC", "0", list(grid.gammas)],
        ],
        `Each value with each of the others, and the published settings; ${seeds === 1 ? "one seed" : `${seeds} seeds`}.`,
      ),
      prose(
        "The write-up searches nothing: its settings are common ones. Under limitations it says that tuning takes time and recommends grid or random search.",
      ),
    ],
  };
}

function outcomesSection(order: readonly Outcome[], reference: Outcome): Section {
  const row = (outcome: Outcome, at: number): Row => ({
    cells: [
      trialName(outcome.trial),
      { mean: outcome.figures.inInput, digits: 4 },
      { mean: outcome.figures.inCodes, digits: 3 },
      figureOf(outcome.scores.map(({ purity }) => purity)),
      figureOf(outcome.scores.map(({ ari }) => ari)),
      outcome.collapsed > 0 ? "collapsed" : outcome === reference ? "published" : null,
    ],
    emphasis: at === 0 || outcome === reference,
  });
  const purities = order.map((outcome, at) => [at + 1, purityOf(outcome)] as const);
  const line = (value: number) => [1, order.length].map((x) => [x, value] as const);
  return {
    title: "What came of it",
    blocks: [
      table(
        "Trials, best first by what can be seen without labels",
        ["", "silhouette in the input", "silhouette in the codes", "purity", "ARI", ""],
        order.map(row),
        "Collapsed ones come last.",
      ),
      {
        kind: "picture",
        name: "purity-by-rank",
        title: "What the labels say of the order",
        caption: "Purity of the trials in the order in which they were chosen without labels.",
        alt: `A line from ${purityOf(order[0]!).toFixed(2)} at the first trial to ${purityOf(order.at(-1)!).toFixed(2)} at the last.`,
        chart: {
          kind: "lines",
          xTitle: `rank by ${figureNames[CHOOSER]}`,
          yTitle: "purity",
          series: [
            { name: "trials", points: purities },
            { name: "published settings", dashed: true, points: line(purityOf(reference)) },
            { name: "best by the labels", dashed: true, points: line(purityOf(bestByLabels(order))) },
          ],
        },
      },
      choice(
        `The figure that chooses is the ${figureNames[CHOOSER]}: of the final clusters, where no training squeezes. DEC's silhouette in its own codes rewards squeezing, so it chooses nothing here.`,
      ),
    ],
  };
}

/** How far each figure that needs no labels agrees with purity. */
function trustSection(outcomes: readonly Outcome[]): Section {
  const sound = outcomes.filter(({ collapsed }) => collapsed === 0);
  const correlation = (name: FigureName, of: readonly Outcome[]): number | null => {
    const sign = lessIsBetter.has(name) ? -1 : 1;
    const known = of.filter(({ figures }) => !Number.isNaN(figures[name]));
    const rho = rankCorrelation(
      known.map(({ figures }) => sign * figures[name]),
      known.map(purityOf),
    );
    return Number.isNaN(rho) ? null : rho;
  };
  const names = Object.keys(figureNames) as FigureName[];
  return {
    title: "Which figure to trust",
    blocks: [
      table(
        "Agreement with purity",
        ["figure", "all trials", "without collapsed ones"],
        names.map((name) => ({
          cells: [figureNames[name], correlation(name, outcomes), correlation(name, sound)],
          emphasis: name === CHOOSER,
        })),
        `Spearman's rank correlation over ${outcomes.length} trials, ${sound.length} of them without collapse; 1: the figure orders trials as purity does. Signs are turned where less is better.`,
      ),
      prose("A figure near 0 or below would choose no better than chance, or worse."),
    ],
  };
}
