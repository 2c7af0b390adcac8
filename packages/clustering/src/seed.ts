import { carryIds, type OldCentre } from "./carry-ids.ts";
import { chooseK, fixedK } from "./choose-k.ts";
import type { KChoice, Refitted, Seeded } from "./events.ts";
import { bestKMeans, type Partitioning, type Points, rowsOf } from "./k-means.ts";

/** Starts from fresh k-means++ seeds. */
const STARTS = 8;

/** Documents that a centre counts as before any is counted in it. */
const PRIOR_WEIGHT = 16;

export interface SeedRequest {
  readonly sample: Points;
  /** 0: automatic. */
  readonly k: number;
  readonly seed: number;
}

/** The first centres, from the documents read so far. */
export function seedModel({ sample, k, seed }: SeedRequest): Seeded {
  const rows = rowsOf(sample);
  const choice = pick(rows, k, seed);
  const { centres } = bestKMeans(rows, choice.chosen, { starts: STARTS, seed });
  return {
    type: "seeded",
    centres: centres.map((centre) => ({ vector: Float32Array.from(centre), weight: PRIOR_WEIGHT })),
    sampleSize: sample.count,
    choice,
  };
}

export interface RefitRequest extends SeedRequest {
  readonly old: readonly OldCentre[];
  /** Kept where k is automatic and was chosen on a full seed. */
  readonly chosen?: KChoice;
}

/** The young model seeded again: warm from the present centres and from fresh seeds, the better kept; ids carried over. */
export function refitModel({ sample, k, seed, old, chosen }: RefitRequest): Refitted {
  const rows = rowsOf(sample);
  const choice = chosen && chosen.chosen <= rows.length ? chosen : pick(rows, k, seed);
  const fit: Partitioning = bestKMeans(rows, choice.chosen, {
    starts: STARTS,
    seed,
    warm: old.map(({ centre }) => [...centre]),
  });
  const weightOf = (row: number) => Math.max(1, fit.sizes[row]!);
  return { type: "refitted", clusters: carryIds(old, fit.centres, weightOf), sampleSize: sample.count, choice };
}

function pick(rows: number[][], k: number, seed: number): KChoice {
  if (k > 0) return fixedK(Math.min(k, rows.length));
  return rows.length < 4 ? { ...fixedK(1), automatic: true, clear: false } : chooseK(rows, seed);
}
