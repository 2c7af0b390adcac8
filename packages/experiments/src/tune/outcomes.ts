import { type DeepSettings, deepClusters } from "../frame/deep-clusters.ts";
import { judgedIn } from "../frame/judged.ts";
import type { Matrix } from "../frame/matrix.ts";
import type { Run } from "../frame/run.ts";
import { figureOf, type Scores, scoresOf } from "../frame/scores.ts";
import { autoencoderName, settingsOf, type Trial } from "./grid.ts";

/** What came of a trial; a figure is the mean over the seeds. */
export interface Outcome {
  readonly trial: Trial;
  readonly scores: readonly Scores[];
  readonly figures: Readonly<Record<FigureName, number>>;
  /** Seeds in which a cluster died, or was never told from another. */
  readonly collapsed: number;
}

/** Figures that need no labels. */
export const figureNames = {
  inInput: "silhouette in the input",
  spread: "Davies-Bouldin in the input",
  inCodes: "silhouette in the codes",
  error: "reconstruction error",
  stability: "agreement of the seeds (ARI)",
} as const;

export type FigureName = keyof typeof figureNames;

/** Of Davies-Bouldin and the error, less is better. */
export const lessIsBetter: ReadonlySet<FigureName> = new Set(["spread", "error"]);

/** The figure that chooses: of the clusters in the space that no training squeezes. */
export const CHOOSER: FigureName = "inInput";

export async function outcomeOf(
  run: Run,
  {
    input,
    labels,
    seeds,
  }: { readonly input: Matrix; readonly labels: readonly string[]; readonly seeds: readonly number[] },
  trial: Trial,
  published: DeepSettings,
): Promise<Outcome> {
  const settings = settingsOf(trial, published);
  const clusterings: Int32Array[] = [];
  const found: Record<Exclude<FigureName, "stability">, number[]> = { inInput: [], spread: [], inCodes: [], error: [] };
  let collapsed = 0;
  for (const seed of seeds) {
    const { curve, after, clusters, collapse } = await deepClusters(run, autoencoderName(trial), input, settings, seed);
    const { silhouette, daviesBouldin } = await judgedIn(run, input, clusters);
    found.inInput.push(silhouette ?? Number.NaN);
    found.spread.push(daviesBouldin ?? Number.NaN);
    found.inCodes.push((await judgedIn(run, after, clusters)).silhouette ?? Number.NaN);
    found.error.push(curve.at(-1)!.error);
    clusterings.push(clusters);
    if (collapse.collapsed) collapsed++;
  }
  const { inInput, spread, inCodes, error } = found;
  const mean = (values: readonly number[]) => figureOf(values).mean;
  return {
    trial,
    scores: clusterings.map((clusters) => scoresOf(labels, clusters)),
    figures: {
      ...{ inInput: mean(inInput), spread: mean(spread), inCodes: mean(inCodes), error: mean(error) },
      stability: agreement(clusterings),
    },
    collapsed,
  };
}

/** Mean ARI of each two clusterings; NaN where there is one. */
function agreement(clusterings: readonly Int32Array[]): number {
  const pairs = clusterings.flatMap((one, at) => clusterings.slice(at + 1).map((other) => [one, other] as const));
  return figureOf(pairs.map(([one, other]) => scoresOf(Array.from(one, String), other).ari)).mean;
}

/** The best first by the figure that chooses; what collapsed, and what has no figure, last. */
export function chosenOrder(outcomes: readonly Outcome[]): readonly Outcome[] {
  const worth = ({ collapsed, figures }: Outcome) =>
    collapsed > 0 || Number.isNaN(figures[CHOOSER]) ? Number.NEGATIVE_INFINITY : figures[CHOOSER];
  return outcomes.toSorted((a, b) => (worth(a) === worth(b) ? 0 : worth(b) - worth(a)));
}
