import { evaluate } from "@eddy/quality/evaluate";
import { fixedSample } from "@eddy/quality/sample";
import { silhouette, silhouetteLimit } from "@eddy/quality/silhouette";
import type { Figure } from "@eddy/report/report";
import { chosenRows, type Matrix } from "./matrix.ts";

/** A clustering held against the labels. */
export interface Scores {
  /** Share of the documents whose label is the most frequent one of their cluster. */
  readonly purity: number;
  /** One label a cluster, matched for the best (Hungarian). */
  readonly accuracy: number;
  readonly ari: number;
  readonly nmi: number;
}

export function scoresOf(labels: readonly string[], clusters: ArrayLike<number | string>): Scores {
  const { purity, accuracy, ari, nmi } = evaluate(labels.map((label, row) => ({ label, cluster: `${clusters[row]}` })));
  return { purity: purity!, accuracy: accuracy!, ari: ari!, nmi: nmi! };
}

/** Mean, and the standard deviation of the population where there are several. */
export function figureOf(values: readonly number[], digits = 3): Figure {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, n: values.length, digits, ...(values.length > 1 && { std: Math.sqrt(variance) }) };
}

/** The cells of a table's row: purity, accuracy, ARI, NMI. */
export function scoreCells(runs: readonly Scores[]): Figure[] {
  return (["purity", "accuracy", "ari", "nmi"] as const).map((score) => figureOf(runs.map((run) => run[score])));
}

export const SCORE_TITLES = ["purity", "accuracy", "ARI", "NMI"] as const;

/** Share of the smallest of k clusters. */
export function smallestShare(clusters: ArrayLike<number>, k: number): number {
  const sizes = new Array<number>(k).fill(0);
  for (let row = 0; row < clusters.length; row++) sizes[clusters[row]!]! += 1;
  return Math.min(...sizes) / clusters.length;
}

/** Rows that silhouettes are computed on: all up to 5,000, else the same 5,000 always. */
export const silhouetteRows = (count: number): Int32Array => fixedSample(count, silhouetteLimit);

/** Euclidean, of the clusters in that space; undefined where there is one cluster only. */
export function silhouetteIn(space: Matrix, clusters: ArrayLike<number>): number | undefined {
  const rows = silhouetteRows(space.count);
  const sample = chosenRows(space, rows, "sample");
  return silhouette({
    points: sample.values,
    width: space.width,
    clusters: Int32Array.from(rows, (row) => clusters[row]!),
  });
}
