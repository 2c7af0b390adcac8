/** What an emitter had taken and emitted at a place of its input, as its outputs and its input tell. */
import { ONLY_REVISION_HEADER } from "@eddy/contracts/chain-headers";
import { type ChainLink, type ChainNote, ChainReader, chainLink } from "./chain.ts";
import { lastEmitted } from "./last-emitted.ts";
import { headerText, type StoredRecord, type Streams } from "./port.ts";
import { readRange } from "./read-range.ts";
import { appliedBefore } from "./session-start.ts";

interface EmitterPlace {
  /** What it emits to. */
  readonly topic: string;
  readonly input: string;
  /** The input carries a chain itself. */
  readonly chained: boolean;
  readonly counted?: (partition: number) => readonly CountedRange[];
}

/** Of the emitter's input in (from, to] its reader counted `sources`, and no others but deletions meant for one version. */
export interface CountedRange {
  readonly from: number;
  readonly to: number;
  readonly sources: readonly number[];
}

/** The last source of an origin that an emitter is known to have emitted; undefined: none. */
export async function emittedUpTo(
  streams: Streams,
  { topic }: EmitterPlace,
  origin: number,
  note: ChainNote | undefined,
): Promise<number | undefined> {
  if (note) return note.previous.size === 0 ? undefined : Math.max(...note.previous.values());
  const lasts: number[] = [];
  for (let out = 0, count = await streams.partitions(topic); out < count; out++)
    lasts.push((await lastEmitted(streams, topic, out, origin))?.source ?? -1);
  const last = Math.max(...lasts);
  return last < 0 ? undefined : last;
}

/**
 * The note of an emitter that goes on at `offset`: what it had taken and emitted before, as far as that can be seen. `now`: its
 * present commit, and what that says.
 */
export async function noteAt(
  streams: Streams,
  link: EmitterPlace,
  partition: number,
  offset: number,
  now?: { readonly offset: number; readonly note: ChainNote | undefined },
): Promise<ChainNote> {
  const applied = link.chained ? await appliedAt(streams, link, partition, offset, now) : new Map();
  const previous = new Map<number, number>();
  for (let out = 0, count = await streams.partitions(link.topic); out < count; out++) {
    const last = await lastEmitted(streams, link.topic, out, partition, { below: offset });
    if (last) previous.set(out, last.source);
  }
  return { applied, previous };
}

/**
 * What an emitter had applied at `offset` of its own chained input. Where the head of that is cut, the first record that is kept
 * may be one that ran ahead and was never taken, or a copy of one that was taken before. So the last word has what was taken
 * for certain: what the emitter wrote, what its reader counted, and what its own commit says. (From an inner topic on,
 * partition p goes to partition p.)
 */
async function appliedAt(
  streams: Streams,
  link: EmitterPlace,
  partition: number,
  offset: number,
  now: { readonly offset: number; readonly note: ChainNote | undefined } | undefined,
): Promise<Map<number, number>> {
  const { input } = link;
  const applied = new Map(await appliedBefore(streams, input, partition, offset));
  const evidence = await evidenceOf(streams, link, partition, now?.note?.previous.get(partition));
  // Of an origin of which nothing came since its commit says all: a replaced worker's copies may still come.
  const after = new Map<number, Place[]>([...(now?.note?.applied.keys() ?? [])].map((origin) => [origin, []]));
  const { start, end } = await streams.bounds(input, partition);
  for await (const records of readRange(streams, input, partition, Math.max(start, offset), end))
    for (const record of records) {
      const chain = chainLink(record.headers);
      if (!chain) continue;
      const list = after.get(chain.origin) ?? [];
      after.set(chain.origin, list);
      list.push({ ...chain, offset: record.offset, was: evidence(record) });
    }
  for (const [origin, places] of after) {
    const reached = now?.note?.applied.get(origin);
    const ends = now && reached !== undefined ? { offset: now.offset, applied: reached } : undefined;
    const fits = (candidate: number | undefined) => isPlayed(origin, places, candidate, ends);
    const seen = applied.get(origin);
    if (fits(seen)) continue;
    const before = beforeTaken(places);
    const best = fits(before) ? before : fits(reached) ? reached : before;
    if (best !== undefined) applied.set(origin, best);
  }
  return applied;
}

interface Place extends ChainLink {
  readonly offset: number;
  /** undefined: nobody knows. */
  readonly was: "taken" | "passed" | undefined;
}

/** What is known of a record of the emitter's input. `last`: the source that it emitted last. */
async function evidenceOf(
  streams: Streams,
  { topic, counted }: EmitterPlace,
  partition: number,
  last: number | undefined,
): Promise<(record: StoredRecord) => Place["was"]> {
  const ranges = counted?.(partition) ?? [];
  const emitted = new Set(last === undefined ? [] : [last]);
  const { start, end } = await streams.bounds(topic, partition);
  for await (const records of readRange(streams, topic, partition, start, end))
    for (const { headers } of records) {
      const chain = chainLink(headers);
      if (chain?.origin === partition) emitted.add(chain.source).add(chain.previous);
    }
  return ({ offset, value, headers }) => {
    const range = ranges.find(({ from, to }) => from < offset && offset <= to);
    if (range?.sources.includes(offset)) return "taken";
    const mayBeWithoutEffect = value === null && headerText(headers, ONLY_REVISION_HEADER) !== undefined;
    if (range && !mayBeWithoutEffect) return "passed";
    return emitted.has(offset) ? "taken" : undefined;
  };
}

/** What was applied before the first record that was taken for certain: back along the chain, to the first of what led to it. */
function beforeTaken(places: readonly Place[]): number | undefined {
  const at = places.findIndex(({ was }) => was === "taken");
  if (at < 0) return undefined;
  let first = places[at]!;
  for (const place of places.slice(0, at).toReversed())
    if (place.source === first.previous && place.was !== "passed") first = place;
  return first.previous < 0 ? first.source - 1 : first.previous;
}

/** Whether a reader that has `applied` does with these records of one origin what was done with them, up to the present commit. */
function isPlayed(
  origin: number,
  places: readonly Place[],
  applied: number | undefined,
  ends: { readonly offset: number; readonly applied: number } | undefined,
): boolean {
  const chain = new ChainReader(new Map(applied === undefined ? [] : [[origin, applied]]));
  const isCertain = places.some(({ was }) => was === "taken");
  for (const place of places) {
    if (ends && place.offset >= ends.offset) break;
    const verdict = chain.accept(place);
    const isTaken = verdict === "take" || verdict === "start";
    if (place.was !== undefined && isTaken !== (place.was === "taken")) return false;
    // The first record that is kept is a start by its place alone: where a later one tells more, that is heeded.
    if (verdict === "start" && place.was === undefined && isCertain) return false;
  }
  return ends === undefined || chain.applied(origin) === ends.applied;
}
