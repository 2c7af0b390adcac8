import type { PointId } from "../protocol.ts";
import { comparePointIds } from "./point-id.ts";

/**
 * The ids in scroll order. New ids wait in a short tail, which is sorted when it is read and merged when it has grown; removed ids are
 * passed over until there are many. So neither a write nor a page costs a sort of everything.
 */
export interface IdOrder {
  add(id: PointId): void;
  remove(id: PointId): void;
  /** Up to `limit` ids from `from` on (itself included unless `after`). */
  take(from: PointId | undefined, limit: number, after?: boolean): PointId[];
}

export function createIdOrder(): IdOrder {
  let main: PointId[] = [];
  let tail: PointId[] = [];
  let tailSorted = true;
  const removed = new Set<PointId>();

  function settle(): void {
    if (!tailSorted) tail.sort(comparePointIds);
    tailSorted = true;
    const many = 2048 + main.length / 16;
    if (tail.length <= many && removed.size <= many) return;
    const merged: PointId[] = [];
    let i = 0;
    for (const id of tail) {
      while (i < main.length && comparePointIds(main[i]!, id) < 0) merged.push(main[i++]!);
      merged.push(id);
    }
    while (i < main.length) merged.push(main[i++]!);
    main = removed.size > 0 ? merged.filter((id) => !removed.has(id)) : merged;
    tail = [];
    removed.clear();
  }

  return {
    add(id) {
      if (removed.delete(id)) return;
      if (tail.length > 0 && comparePointIds(tail[tail.length - 1]!, id) > 0) tailSorted = false;
      tail.push(id);
    },
    remove: (id) => void removed.add(id),
    take(from, limit, after = false) {
      settle();
      let i = from === undefined ? 0 : lowerBound(main, from);
      let j = from === undefined ? 0 : lowerBound(tail, from);
      const taken: PointId[] = [];
      while (taken.length < limit && (i < main.length || j < tail.length)) {
        const fromMain = j >= tail.length || (i < main.length && comparePointIds(main[i]!, tail[j]!) < 0);
        const id = fromMain ? main[i++]! : tail[j++]!;
        if (!removed.has(id) && !(after && id === from)) taken.push(id);
      }
      return taken;
    },
  };
}

/** Where `id` stands, or would stand. */
function lowerBound(sorted: readonly PointId[], id: PointId): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comparePointIds(sorted[middle]!, id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
