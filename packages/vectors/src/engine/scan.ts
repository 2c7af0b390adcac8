import { setImmediate as nextTurn } from "node:timers/promises";
import type { PointId } from "../protocol.ts";
import type { SlotFilter } from "./slot-filter.ts";
import type { Table } from "./table.ts";

/** A scan gives way to other work after this long. */
export const SLICE_MS = 12;
const LOOK_EVERY = 64;

/** Time slices: `await pause()` now and then, which lets the event loop turn once a slice is used up. */
export function createPauses(): () => Promise<void> | undefined {
  let from = performance.now();
  let calls = 0;
  return () => {
    calls += 1;
    if (calls % LOOK_EVERY !== 0 || performance.now() - from < SLICE_MS) return undefined;
    return nextTurn().then(() => {
      from = performance.now();
    });
  };
}

/** Visits each living slot that passes. Points written while it runs may be missed or seen: check hits again at the end. */
export async function scan(table: Table, filter: SlotFilter, visit: (slot: number) => void): Promise<void> {
  const pause = createPauses();
  const { candidates, test } = filter;
  const end = candidates ? candidates.length : table.high;
  for (let i = 0; i < end; i += 1) {
    const slot = candidates ? candidates[i]! : i;
    if (table.idOf(slot) !== undefined && test(slot)) visit(slot);
    const wait = pause();
    if (wait) await wait;
  }
}

/** The same in one turn, for writes by filter. */
export function slotsThat(table: Table, { candidates, test }: SlotFilter): number[] {
  const slots: number[] = [];
  const end = candidates ? candidates.length : table.high;
  for (let i = 0; i < end; i += 1) {
    const slot = candidates ? candidates[i]! : i;
    if (table.idOf(slot) !== undefined && test(slot)) slots.push(slot);
  }
  return slots;
}

/** The first `limit` slots that pass, by id, from `from` on. */
export async function scanById(
  table: Table,
  filter: SlotFilter,
  from: PointId | undefined,
  limit: number,
): Promise<number[]> {
  const pause = createPauses();
  const slots: number[] = [];
  let [next, after] = [from, false];
  while (slots.length < limit) {
    const ids = table.takeIds(next, Math.max(limit, 256), after);
    if (ids.length === 0) return slots;
    for (const id of ids) {
      const slot = table.slotOf(id);
      if (slot !== undefined && filter.test(slot) && slots.push(slot) === limit) return slots;
      const wait = pause();
      if (wait) await wait;
    }
    next = ids.at(-1);
    after = true;
  }
  return slots;
}
