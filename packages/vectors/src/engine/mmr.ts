import { badFormat, invalid, isObject, whole } from "./refusal.ts";
import type { Hit } from "./search.ts";
import type { Slab, StoredVector } from "./slab.ts";

export interface Mmr {
  /** 1: only how near a hit is counts; 0: only how unlike those before it. */
  readonly lambda: number;
  readonly candidates: number;
}

/** `{diversity?, candidates_limit?}` */
export function parseMmr(input: unknown, limit: number): Mmr {
  if (!isObject(input)) throw badFormat("data did not match any variant of untagged enum QueryInterface");
  const { diversity = 0.5 } = input;
  if (typeof diversity !== "number") throw badFormat("data did not match any variant of untagged enum QueryInterface");
  if (diversity < 0 || diversity > 1)
    throw invalid("query.mmr.diversity", `value ${diversity} invalid, must be from 0.0 to 1.0`);
  return { lambda: 1 - diversity, candidates: whole(input.candidates_limit, "query.mmr.candidates_limit", limit, 0) };
}

/**
 * Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): of what is left, again and again the hit with the greatest
 * λ · similarity to the query − (1 − λ) · greatest similarity to one already taken. Hits keep their scores.
 */
export function diversify(
  slab: Slab,
  query: StoredVector,
  hits: readonly Hit[],
  { lambda }: Mmr,
  limit: number,
): Hit[] {
  if (hits.length < 2) return [...hits];
  const relevance = similarities(slab, query, hits);
  const closest = hits.map(() => Number.NEGATIVE_INFINITY);
  const left = hits.map((_, i) => i);
  const taken: number[] = [];
  while (taken.length < limit && left.length > 0) {
    const worth = (i: number) =>
      taken.length === 0 ? relevance[i]! : Math.fround(lambda * relevance[i]! - (1 - lambda) * closest[i]!);
    // of equals the last one, and the last takes the place of the one taken: as Qdrant
    const at = left.reduce((best, one, i) => (worth(one) >= worth(left[best]!) ? i : best), 0);
    const next = left[at]!;
    left[at] = left.at(-1)!;
    left.pop();
    taken.push(next);
    const vector = slab.get(hits[next]!.slot);
    if (!vector) continue;
    similarities(slab, vector, hits).forEach((one, i) => {
      closest[i] = Math.max(closest[i]!, one);
    });
  }
  return taken.map((i) => hits[i]!);
}

function similarities(slab: Slab, example: StoredVector, hits: readonly Hit[]): number[] {
  const scorer = slab.scorer([example]);
  const found = hits.map(({ slot }) => slab.similarity(scorer.run(slot, slot + 1)[0]![0]!));
  scorer.end();
  return found;
}
