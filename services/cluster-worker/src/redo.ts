import { centreMatrix, distanceTo } from "@eddy/clustering/centres";
import { type ModelState, partitionState, type TakenRange } from "@eddy/clustering/state";
import { FatalError } from "@eddy/contracts/errors";
import type { CountedBatch, Item } from "./batch.ts";

/**
 * Gathers the records of a Delta that was counted but may not be durable, to be written again as it was: a whole Delta at a
 * time, with the clusters that it carries, under its own version.
 */
export interface Redo {
  /** Some records of a Delta are here, others still to come. */
  readonly open: boolean;
  /** The batch, once its last record is here. A record that is in no Delta was skipped, and is passed over. */
  add(item: Item): CountedBatch | undefined;
}

export function createRedo(place: string, partition: number, state: () => ModelState): Redo {
  let range: TakenRange | undefined;
  let items: Item[] = [];
  return {
    get open() {
      return range !== undefined;
    },
    add(item) {
      range ??= rangeOf(item.source);
      if (!range) return undefined;
      // Not counted: a deletion that had no effect, or what was emitted before a repair, and again after it as another source.
      if (item.source < range.to && !range.sources.includes(item.source - range.from)) return undefined;
      items.push(item);
      if (item.source < range.to) return undefined;
      const whole = { items, range };
      items = [];
      range = undefined;
      check(whole.items, whole.range);
      return {
        ...whole.range,
        ...measured(whole.items, whole.range, state()),
        items: whole.items,
        read: whole.range.to,
        nextOffset: item.offset + 1,
      };
    },
  };

  /** undefined: it was skipped by a person's word, or is durable by now. */
  function rangeOf(source: number): TakenRange | undefined {
    return partitionState(state(), partition).ranges.find(({ from, to }) => from < source && source <= to);
  }

  function check(records: readonly Item[], { from, to, sources }: TakenRange): void {
    if (records.length === sources.length && records.every(({ source }, index) => source === from + sources[index]!))
      return;
    throw new FatalError("LOG_GAP", `${place}: the records of (${from}, ${to}] are not those that the model counted`);
  }
}

/** Distances to the clusters of the Delta, by the centres as they are now. */
function measured(items: readonly Item[], { clusters }: TakenRange, state: ModelState) {
  const { clusters: ids, values } = centreMatrix(state);
  const { metric } = state.founded!;
  const distances: number[] = [];
  const margins: number[] = [];
  for (const [index, { vector }] of items.entries()) {
    let own = 0;
    let other = Number.POSITIVE_INFINITY;
    for (const [row, id] of vector ? ids.entries() : []) {
      const distance = distanceTo(metric, vector!, values, row);
      if (id === clusters[index]) own = distance;
      else if (distance < other) other = distance;
    }
    distances.push(own);
    margins.push(Number.isFinite(other) ? Math.max(0, other - own) : 0);
  }
  return { distances, margins };
}
