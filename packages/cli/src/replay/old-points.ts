import type { StoredPoint, VectorStore } from "@eddy/vectors/port";

/** Points of a stretch of time that are held in memory, to be put in order. */
const MOST = 512;
const PAGE = 256;

export interface Stretch {
  /** In the order of `received_at`. */
  readonly points: readonly StoredPoint[];
  /** All that came before this time have been given, in milliseconds since 1970. */
  readonly before: number;
}

/**
 * The living points of a collection that came at `from` or later, and before `to` (milliseconds since 1970), by the time that
 * they came: stretches of time, halved until few enough points lie in one. (Qdrant's own `order_by` can't be resumed where many
 * have the same time.)
 */
export async function* oldPoints(store: VectorStore, from: number, to: number): AsyncGenerator<Stretch> {
  const where = { receivedFrom: iso(from), receivedBefore: iso(to) };
  const count = await store.count(where);
  if (count > MOST && to - from > 1) {
    const middle = Math.floor((from + to) / 2);
    yield* oldPoints(store, from, middle);
    yield* oldPoints(store, middle, to);
    return;
  }
  const points: StoredPoint[] = [];
  let after: string | undefined;
  do {
    const page =
      count === 0
        ? { points: [] }
        : await store.page({ where, limit: PAGE, withVectors: true, ...(after !== undefined && { after }) });
    points.push(...page.points);
    after = page.next;
    // More than can be held came within a millisecond, or while it was read: their order is given up.
    if (points.length > 4 * MOST) yield { points: points.splice(0), before: from };
  } while (after !== undefined);
  const time = ({ payload }: StoredPoint) => payload.received_at;
  yield { points: points.sort((a, b) => (time(a) < time(b) ? -1 : time(a) > time(b) ? 1 : 0)), before: to };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
