import { carryIds, type OldCentre } from "./carry-ids.ts";
import { chooseK, fixedK } from "./choose-k.ts";
import type { KChoice, Refitted, Seeded } from "./events.ts";
import { type Assign, bestKMeans, type Partitioning, type Points } from "./k-means.ts";

/** Starts from fresh k-means++ seeds. */
const SEED_STARTS = 8;
const REFIT_STARTS = 2;

/** Documents that a centre counts as before any is counted in it. */
const PRIOR_WEIGHT = 16;

/** k can't be chosen on fewer documents. */
const LEAST_TO_CHOOSE = 16;

/** k is chosen on at most so many: the cost grows with their square. */
const MOST_TO_CHOOSE = 1_024;

export interface SeedRequest {
  readonly sample: Points;
  /** 0: automatic. */
  readonly k: number;
  readonly seed: number;
}

export interface SeedTools {
  readonly assign: Assign;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** The first centres, from the documents read so far. */
export async function seedModel({ sample, k, seed }: SeedRequest, { assign, random }: SeedTools): Promise<Seeded> {
  const choice = pick(sample, k, random);
  const fit = await bestKMeans(sample, choice.chosen, assign, { starts: SEED_STARTS, seed });
  return {
    type: "seeded",
    centres: rowsOf(fit).map((vector) => ({ vector, weight: PRIOR_WEIGHT })),
    sampleSize: sample.count,
    choice,
  };
}

export interface RefitRequest extends SeedRequest {
  readonly old: readonly OldCentre[];
}

/** The young model seeded again: warm from the present centres and from fresh seeds, the better kept; ids carried over. */
export async function refitModel(
  { sample, k, seed, old }: RefitRequest,
  { assign, random }: SeedTools,
): Promise<Refitted> {
  const choice = pick(sample, k, random, old.length);
  const warm = new Float32Array(old.length * sample.dimensions);
  for (const [row, { centre }] of old.entries()) warm.set(centre, row * sample.dimensions);
  const fit = await bestKMeans(sample, choice.chosen, assign, { starts: REFIT_STARTS, seed, warm });
  return {
    type: "refitted",
    clusters: carryIds(old, rowsOf(fit), (row) => Math.max(1, fit.sizes[row]!)),
    sampleSize: sample.count,
    choice,
  };
}

function rowsOf({ centres, k }: Partitioning): Float32Array[] {
  const dimensions = centres.length / k;
  return Array.from({ length: k }, (_, row) => centres.slice(row * dimensions, (row + 1) * dimensions));
}

function pick(sample: Points, k: number, random: () => number, present = 0): KChoice {
  if (k > 0) return fixedK(Math.min(k, sample.count));
  return sample.count < LEAST_TO_CHOOSE
    ? { ...fixedK(1), automatic: true, clear: false }
    : chooseK(firstOf(sample, MOST_TO_CHOOSE), random, present);
}

function firstOf({ values, count, dimensions }: Points, most: number): Points {
  const kept = Math.min(count, most);
  return { values: values.subarray(0, kept * dimensions), count: kept, dimensions };
}
