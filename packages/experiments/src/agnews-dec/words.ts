import { clusterKeywords } from "@eddy/text/ctfidf";
import type { Matrix } from "../frame/matrix.ts";

export interface ClusterWords {
  readonly size: number;
  readonly keywords: readonly string[];
  /** Rows, the nearest to the cluster's mean first. */
  readonly nearest: readonly number[];
}

/** Texts of a cluster that its keywords are taken from: those nearest to its mean. */
const SPEAKING = 300;

/** What each of k clusters speaks of: keywords, and the rows nearest to its mean in `space`. */
export function clusterWords(
  texts: readonly string[],
  space: Matrix,
  clusters: ArrayLike<number>,
  k: number,
  top: { readonly keywords: number; readonly nearest: number },
): readonly ClusterWords[] {
  const ordered = Array.from({ length: k }, (_, cluster) => {
    const rows = texts.flatMap((_, row) => (clusters[row] === cluster ? [row] : []));
    return byDistance(space, rows, meanOf(space, rows));
  });
  const samples = new Map(ordered.map((rows, c) => [c, rows.slice(0, SPEAKING).map((row) => texts[row]!)]));
  const keywords = clusterKeywords(samples, { top: top.keywords });
  return ordered.map((rows, cluster) => ({
    size: rows.length,
    keywords: keywords.get(cluster)!.map(({ word }) => word),
    nearest: rows.slice(0, top.nearest),
  }));
}

function meanOf({ values, width }: Matrix, rows: readonly number[]): Float64Array {
  const mean = new Float64Array(width);
  for (const row of rows) for (let at = 0; at < width; at++) mean[at]! += values[row * width + at]! / rows.length;
  return mean;
}

function byDistance({ values, width }: Matrix, rows: readonly number[], centre: Float64Array): readonly number[] {
  const squares = new Map(
    rows.map((row) => [row, centre.reduce((sum, c, at) => sum + (values[row * width + at]! - c) ** 2, 0)]),
  );
  return rows.toSorted((a, b) => squares.get(a)! - squares.get(b)! || a - b);
}
