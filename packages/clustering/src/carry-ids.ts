import { hungarian } from "@eddy/quality/hungarian";
import { norm } from "./centres.ts";
import type { Refit } from "./events.ts";

export interface OldCentre {
  readonly cluster: number;
  readonly centre: Float32Array;
}

/** Below this cosine a new centre is not the old cluster any more: it is born, the old one retires. */
export const SAME_CLUSTER_COSINE = 0.5;

/**
 * Carries ids over a re-fit: new centres are matched one to one to old ones, for the greatest sum of cosines. What matches
 * keeps its id; an old cluster without a match is absorbed by the new centre nearest to it.
 */
export function carryIds(
  old: readonly OldCentre[],
  centres: readonly Float32Array[],
  weightOf: (row: number) => number,
): Refit[] {
  const cosines = centres.map((centre) => old.map((one) => cosine(centre, one.centre)));
  const idOfRow = new Map<number, number>();
  // What is too far to match gains nothing: else a far pair could be bought with the id of a near one.
  const gains = cosines.map((row) => row.map((cosine) => (cosine >= SAME_CLUSTER_COSINE ? cosine : 0)));
  for (const [row, column] of old.length > 0 ? hungarian(gains, { maximise: true }).pairs : []) {
    if (cosines[row]![column]! >= SAME_CLUSTER_COSINE) idOfRow.set(row, old[column]!.cluster);
  }
  const kept = new Set(idOfRow.values());
  const absorbs = centres.map((): number[] => []);
  for (const [column, { cluster }] of old.entries()) {
    if (!kept.has(cluster)) absorbs[nearestRow(cosines, column)]!.push(cluster);
  }
  return centres.map((centre, row) => ({
    cluster: idOfRow.get(row) ?? 0,
    centre: { vector: Float32Array.from(centre), weight: weightOf(row) },
    absorbs: absorbs[row]!,
  }));
}

function nearestRow(cosines: readonly (readonly number[])[], column: number): number {
  let best = 0;
  for (let row = 1; row < cosines.length; row++) if (cosines[row]![column]! > cosines[best]![column]!) best = row;
  return best;
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let dot = 0;
  for (let i = 0; i < a.length; i++) dot += a[i]! * b[i]!;
  const scale = norm(a) * norm(b);
  return scale > 0 ? dot / scale : 0;
}
