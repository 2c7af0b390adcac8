import type { Experiment, Findings } from "../frame/experiment.ts";
import { goal } from "../frame/goal.ts";
import { inputFacts, isPublishedInput } from "../frame/input-name.ts";
import { unitRows } from "../frame/matrix.ts";
import { figureOf, smallestShare } from "../frame/scores.ts";
import { streamOnce } from "../frame/streamed.ts";
import { dataSection } from "./data-section.ts";
import { lexicalSection, lexicalSpaces } from "./lexical-section.ts";
import { limitsSection, ruinedRun } from "./limits-section.ts";
import { gather, type Material } from "./material.ts";
import { heldInTraining } from "./memory.ts";
import { compareMethods, type Methods } from "./methods.ts";
import { meanPurity, methodsSection, stretchSentence } from "./methods-section.ts";
import { mistakesSection } from "./mistakes-section.ts";
import { networkSection } from "./network-section.ts";
import { optionsSection, tryOptions } from "./options-section.ts";
import { planesSection } from "./planes-section.ts";
import { published } from "./published.ts";
import { K } from "./settings.ts";
import { measureSpaces, type Spaces, spacesSection } from "./spaces-section.ts";
import { trainingSection } from "./training-section.ts";
import { wordsSection } from "./words-section.ts";

export const agnewsDec: Experiment = {
  name: "agnews-dec",
  title: "AG News: deep embedded clustering",
  set: "ag_news",
  minutes: { quick: 0.7, usual: 15, full: 15 },
  run: async (run) => reportOn(await gather(run)),
};

/** Rows of the files that training is measured on. */
const FILE_ROWS = [5_000, 20_000];

/** All steps and the report, on whatever was gathered. */
export async function reportOn(material: Material): Promise<Findings> {
  const { run, news, input, seeds } = material;
  const methods = await compareMethods(material);
  const streamed = await streamOnce(run, news, unitRows(input), K);
  const spaces = await measureSpaces(material);
  const lexical = await lexicalSpaces(material);
  const planes = await planesSection(material, lexical);
  const tried = await tryOptions(material);
  const ruined = await ruinedRun(material);
  const held = run.options.quick ? [] : await heldInTraining(material, FILE_ROWS);
  return {
    experiment: agnewsDec.name,
    title: agnewsDec.title,
    source: {
      title: "Clustering with Neural Networks using Hugging Face Datasets",
      authors: "MD Mahmudul Islam Moyen",
    },
    summary: summaryOf(material, methods, spaces),
    goals: goalsOf(material, methods),
    sections: [
      dataSection(news),
      networkSection(material),
      trainingSection(material),
      methodsSection(material, methods, streamed),
      spacesSection(material, spaces),
      lexicalSection(lexical),
      planes,
      mistakesSection(material),
      wordsSection(material),
      optionsSection(material, methods.dec, tried),
      limitsSection(material, ruined, held),
    ],
    facts: { ...inputFacts(run.options, input), seeds: seeds.join(", ") },
  };
}

function summaryOf({ seeds }: Material, methods: Methods, { texts, noise }: Spaces): readonly string[] {
  const { plain, codes, dec, idec, n2d, hybrid = [], mpnet = [] } = methods;
  const shown = (value: number) => value.toFixed(3);
  const after = figureOf(texts.after).mean.toFixed(2);
  return [
    `Purity of DEC: ${shown(meanPurity(dec))} over ${seeds.length} seeds (published: ${published.purity}). K-Means on ${plain.space} alone, without any network, has ${shown(meanPurity(plain))}; K-Means on the autoencoder's codes, where DEC starts, ${shown(meanPurity(codes))}.`,
    `DEC's silhouette is ${after} (published: ${published.silhouette}), and ${figureOf(noise.after).mean.toFixed(2)} on pure noise: it measures how DEC squeezes, not how well texts are clustered. In the space of the input its clusters have ${shown(figureOf(texts.input).mean)}.`,
    stretchSentence([idec, n2d, methods.manifold, ...hybrid, ...mpnet], plain),
  ];
}

/** Figures to reach are of the write-up's own input. */
function goalsOf({ run, runs }: Material, { codes, dec }: Methods): Findings["goals"] {
  const { options } = run;
  const told = { options: { ...options, quick: options.quick || !isPublishedInput(options) } };
  const gains = dec.scores.map(({ purity }, at) => purity - codes.scores[at]!.purity);
  const smallest = runs.map(({ clusters }) => smallestShare(clusters, K));
  return [
    goal(told, "purity of DEC, mean", meanPurity(dec), { atLeast: 0.815 }),
    goal(told, "ARI of DEC, mean", figureOf(dec.scores.map(({ ari }) => ari)).mean, { atLeast: 0.59 }),
    goal(told, "purity of DEC less that of its own K-Means, worst seed", Math.min(...gains), { atLeast: -0.01 }),
    goal(told, "share of the smallest cluster, worst seed", Math.min(...smallest), { atLeast: 0.15 }),
  ];
}
