import type { Row, Section } from "@eddy/report/report";
import { choice, limit, prose, table, wrong } from "../frame/blocks.ts";
import { confusionHeatmap, matchedConfusion } from "../frame/confusions.ts";
import { figureOf, SCORE_TITLES, scoreCells } from "../frame/scores.ts";
import type { StreamedScores } from "../frame/streamed.ts";
import type { Clustered, Encoders } from "./encoders.ts";
import { CODE } from "./settings.ts";

/** A seed each. */
export interface Results {
  readonly input: readonly Clustered[];
  readonly encoders: readonly Encoders[];
  /** On fewer articles, those that the expected figures were measured on. */
  readonly smaller: readonly Encoders[];
  readonly streamed: StreamedScores;
}

export function resultsSection(
  inputName: string,
  labels: readonly string[],
  starts: number,
  results: Results,
): Section {
  const { input, encoders, smaller, streamed } = results;
  const untrained = encoders.map((one) => one.untrained);
  const trained = encoders.map((one) => one.trained);
  const row = (name: string, runs: readonly Clustered[], space: string, emphasis = false): Row => ({
    cells: [name, ...scoreCells(runs.map(({ scores }) => scores)), ...judgedCells(runs), space],
    ...(emphasis && { emphasis }),
  });
  const few = smaller[0]?.trained.clusters.length.toLocaleString("en");
  const purity = (runs: readonly Clustered[]) => purityOf(runs).toFixed(3);
  return {
    title: "Clusters",
    blocks: [
      table(
        "Against the classes, and without them",
        ["", ...SCORE_TITLES, "silhouette", "Davies-Bouldin", "in the space"],
        [
          ["published", null, null, null, null, null, null, `codes, ${CODE} wide`],
          row("encoder, untrained", untrained, `codes, ${CODE} wide`),
          row("encoder, trained", trained, `codes, ${CODE} wide`, true),
          row(`K-Means on ${inputName} itself`, input, `${inputName}, ${input[0]!.space.width} wide`, true),
          {
            cells: ["Eddy, streamed once: as given", ...scoreCells(streamed.given), null, null, inputName],
            emphasis: true,
          },
          ["Eddy, streamed once: after its last sweep", ...scoreCells(streamed.settled), null, null, inputName],
          ...(few === undefined
            ? []
            : [
                row(
                  `encoder, untrained, ${few} articles`,
                  smaller.map((one) => one.untrained),
                  `codes, ${CODE} wide`,
                ),
                row(
                  `encoder, trained, ${few} articles`,
                  smaller.map((one) => one.trained),
                  `codes, ${CODE} wide`,
                ),
              ]),
        ],
        `Mean ± standard deviation over ${encoders.length} seeds. Silhouettes: exact, Euclidean, of all articles up to 5,000, else of a fixed sample of 5,000 (seed 0). Figures of different spaces can't be compared.`,
      ),
      limit("The write-up prints its silhouette and its Davies-Bouldin index to the screen and states neither."),
      prose(
        "Expected, as measured with PyTorch and scikit-learn on 5,000 articles: silhouette about 0.045, Davies-Bouldin 4.1 to 4.4, purity at most 0.55 untrained and at least 0.80 trained.",
      ),
      prose(
        `An untrained encoder still clusters (purity ${purity(untrained)}): random weights keep some of the distances. Training brings it to ${purity(trained)}. Its codes are never asked to form clusters; K-Means on the vectors that it is fed with has ${purity(input)}.`,
      ),
      ...(purityOf(input) > purityOf(trained)
        ? [
            wrong(
              `The conclusion that "sentence embeddings plus a neural encoder help" is not what the data say: without the encoder the purity is higher by ${(purityOf(input) - purityOf(trained)).toFixed(3)}.`,
            ),
          ]
        : []),
      choice(
        `The write-up clusters with random_state 42, one run; here the seed sets first weights, batches and K-Means, which takes the best of ${starts} starts.`,
      ),
      {
        kind: "picture",
        name: "confusion",
        title: "Classes by clusters",
        caption:
          "Articles of each class in each cluster of the trained encoder's codes, seed 0, shaded by their share of the class.",
        alt: "A table of shades, dark on its diagonal.",
        chart: confusionHeatmap(matchedConfusion(labels, trained[0]!.clusters)),
      },
    ],
  };
}

export const purityOf = (runs: readonly Clustered[]): number => figureOf(runs.map(({ scores }) => scores.purity)).mean;

export const silhouettesOf = (runs: readonly Clustered[]) =>
  figureOf(runs.map(({ judged }) => judged.silhouette ?? Number.NaN));
export const daviesBouldinOf = (runs: readonly Clustered[]) =>
  figureOf(
    runs.map(({ judged }) => judged.daviesBouldin ?? Number.NaN),
    2,
  );
const judgedCells = (runs: readonly Clustered[]) => [silhouettesOf(runs), daviesBouldinOf(runs)];
