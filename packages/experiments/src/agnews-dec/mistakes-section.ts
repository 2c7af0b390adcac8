import type { Section } from "@eddy/report/report";
import { choice, prose, table } from "../frame/blocks.ts";
import { matchedConfusion } from "../frame/confusions.ts";
import { clusterNames, confusedPairs, majorityLabels } from "../frame/majority.ts";
import { figureOf } from "../frame/scores.ts";
import { lengthClasses, rightByLength } from "./lengths.ts";
import type { Material } from "./material.ts";
import { wordCount } from "./plain-text.ts";
import { K } from "./settings.ts";

/** Pairs that the write-up names. */
const named = ["Business, Sci/Tech", "Sports, World"];

export function mistakesSection({ news, runs }: Material): Section {
  const { labels, plain } = news;
  const confused = matchedConfusion(labels, runs[0]!.clusters);
  const names = clusterNames(majorityLabels(labels, runs[0]!.clusters, K));
  const pairs = pairFigures(
    labels,
    runs.map(({ clusters }) => clusters),
  );
  const words = plain.map(wordCount);
  const byLength = runs.map(({ clusters }) => {
    const majority = majorityLabels(labels, clusters, K);
    return rightByLength(
      words,
      labels.map((label, row) => label === majority[clusters[row]!]),
    );
  });
  const lengthFigures = lengthClasses.map(({ name }, at) => ({
    name,
    documents: byLength[0]![at]!.documents,
    right: figureOf(byLength.map((classes) => classes[at]!.right)),
  }));
  const worst = lengthFigures
    .filter(({ documents }, at) => at > 0 && documents > 0)
    .reduce((least, one) => (one.right.mean < least.right.mean ? one : least));
  const filled = lengthFigures.filter(({ documents }) => documents > 0);
  return {
    title: "What goes wrong",
    blocks: [
      {
        kind: "picture",
        name: "confusion",
        title: "Classes by clusters",
        caption:
          "Articles of each class in each of DEC's clusters, seed 0, shaded by their share of the class; clusters by their most frequent class.",
        alt: "A table of shades, dark on its diagonal; the lightest diagonal cells are those of Business and Sci/Tech.",
        chart: {
          kind: "heatmap",
          rowTitle: "class",
          columnTitle: "cluster",
          rows: confused.labels,
          columns: confused.clusters.map((cluster) => names[Number(cluster)]!),
          counts: confused.counts,
        },
      },
      table(
        "Classes taken for each other",
        ["classes", "articles", "share of all mistakes", "named by the write-up"],
        pairs.map(({ pair, documents, share }) => [pair, documents, share, named.includes(pair) ? "yes" : null]),
        "Articles of one class in a cluster of the other, both ways; mean ± standard deviation over the seeds.",
      ),
      prose(pairSentence(pairs)),
      {
        kind: "picture",
        name: "purity-by-length",
        title: "Purity by length",
        caption:
          "Share of articles whose class is their cluster's most frequent one, by words of the cleaned text; mean and standard deviation over the seeds.",
        alt: `A bar for each length: ${filled.map(({ name, right }) => `${name} words ${right.mean.toFixed(2)}`).join(", ")}.`,
        chart: {
          kind: "bars",
          categories: filled.map(({ name, documents }) => `${name} (${documents})`),
          valueTitle: "purity",
          series: [
            {
              name: "DEC",
              values: filled.map(({ right }) => right.mean),
              errors: filled.map(({ right }) => right.std ?? null),
            },
          ],
        },
      },
      table(
        "Purity by length",
        ["words", "articles", "purity"],
        lengthFigures.map(({ name, documents, right }) => [name, documents, documents > 0 ? right : null]),
      ),
      prose(
        `The write-up says that short articles (under 15 words) are hard to embed. Of these ${labels.length.toLocaleString("en")}, ${lengthFigures[0]!.documents} are that short: too few to tell. Of the longer ones, those of ${worst.name} words come out worst, with ${worst.right.mean.toFixed(3)}.`,
      ),
      choice("A cluster is counted for its most frequent class, as purity does it; two clusters may have the same."),
    ],
  };
}

interface PairFigure {
  readonly pair: string;
  readonly documents: ReturnType<typeof figureOf>;
  readonly share: ReturnType<typeof figureOf>;
}

function pairFigures(labels: readonly string[], clusterings: readonly Int32Array[]): readonly PairFigure[] {
  const counted = clusterings.map((clusters) => {
    const pairs = confusedPairs(labels, clusters, K);
    const all = pairs.reduce((sum, { documents }) => sum + documents, 0);
    return new Map(pairs.map((pair) => [pair.labels.join(", "), { ...pair, share: pair.documents / all }]));
  });
  return [...counted[0]!.keys()]
    .map((pair) => ({
      pair,
      documents: figureOf(
        counted.map((of) => of.get(pair)!.documents),
        0,
      ),
      share: {
        ...figureOf(
          counted.map((of) => of.get(pair)!.share),
          1,
        ),
        percent: true,
      },
    }))
    .sort((a, b) => b.documents.mean - a.documents.mean);
}

function pairSentence(pairs: readonly PairFigure[]): string {
  const place = named.map((name) => pairs.findIndex(({ pair }) => pair === name) + 1);
  const worst = pairs[0]!;
  return `Most often confused: ${worst.pair.replace(", ", " and ")}, ${Math.round(100 * worst.share.mean)} % of all mistakes. Of the pairs that the write-up names, Business with Sci/Tech is number ${place[0]} of ${pairs.length}, Sports with World number ${place[1]}.`;
}
