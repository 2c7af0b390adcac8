import { setImmediate as nextTurn } from "node:timers/promises";
import { createBest } from "./best.ts";
import { SLICE_MS } from "./scan.ts";
import { CHUNK, type Slab, type StoredVector } from "./slab.ts";
import type { SlotFilter } from "./slot-filter.ts";
import type { Table } from "./table.ts";

export interface Hit {
  readonly slot: number;
  readonly score: number;
  readonly version: number;
  readonly order_value?: number;
}

/** What a search ranks by: nearness to its one example, or what `score` makes of the similarities to each of them (greater is better). */
export interface Objective {
  readonly examples: readonly StoredVector[];
  readonly score?: (similarityTo: (example: number) => number) => number;
}

export interface SearchOptions {
  readonly filter: SlotFilter;
  readonly limit: number;
  readonly threshold?: number | null;
}

/**
 * Every vector is compared, a chunk at a time; the filter is asked only about those that are near enough. Hits are scored anew at the
 * end, for a write may have come between two slices of time.
 */
export async function search(
  table: Table,
  slab: Slab,
  objective: Objective,
  { filter, limit, threshold }: SearchOptions,
): Promise<Hit[]> {
  const { score } = objective;
  const nearer = score ? 1 : slab.nearer;
  const passes = (slot: number) => slab.has(slot) && table.idOf(slot) !== undefined && filter.test(slot);
  const least =
    threshold === undefined || threshold === null ? Number.NEGATIVE_INFINITY : nearer * Math.fround(threshold);
  type Scored = { slot: number; rank: number };
  const compare = (a: Scored, b: Scored) => b.rank - a.rank || a.slot - b.slot;
  const best = createBest<Scored>(limit, compare);
  const scorer = slab.scorer(objective.examples);

  /** Higher is better; NaN is no match. */
  function ranks(from: number, end: number): Float32Array {
    const scores = scorer.run(from, end);
    if (score) return scores[0]!.map((_, i) => score((example) => slab.similarity(scores[example]![i]!)));
    return nearer === 1 ? scores[0]! : scores[0]!.map((one) => -one);
  }

  function visit(from: number, end: number): number {
    const found = ranks(from, end);
    let worst = best.worst?.rank ?? Number.NEGATIVE_INFINITY;
    for (let i = 0; i < found.length; i += 1) {
      const rank = found[i]!;
      // a NaN is neither
      if (!(rank > least && (rank > worst || best.worst === undefined)) || !passes(from + i)) continue;
      best.offer({ slot: from + i, rank });
      worst = best.worst?.rank ?? Number.NEGATIVE_INFINITY;
    }
    return found.length;
  }

  try {
    const { candidates } = filter;
    let sliceFrom = performance.now();
    for (let at = 0; at < (candidates ? candidates.length : table.high); ) {
      if (candidates) {
        visit(candidates[at]!, candidates[at]! + 1);
        at += 1;
        if (at % CHUNK !== 0) continue;
      } else at += visit(at, table.high);
      if (performance.now() - sliceFrom < SLICE_MS) continue;
      await nextTurn();
      sliceFrom = performance.now();
    }
    const kept = best.sorted().filter(({ slot }) => passes(slot));
    return kept
      .map(({ slot }) => ({ slot, rank: ranks(slot, slot + 1)[0]! }))
      .filter(({ rank }) => rank > least)
      .sort(compare)
      .map(({ slot, rank }) => ({ slot, version: table.versionOf(slot), score: nearer * rank }));
  } finally {
    scorer.end();
  }
}
