/** What an emitter had taken and emitted at a place of its input, as its outputs and its input tell. */
import { type ChainLink, type ChainNote, chainLink } from "./chain.ts";
import { lastEmitted } from "./last-emitted.ts";
import type { Streams } from "./port.ts";
import { readRange } from "./read-range.ts";
import { appliedBefore } from "./session-start.ts";

interface EmitterPlace {
  /** What it emits to. */
  readonly topic: string;
  readonly input: string;
  /** The input carries a chain itself. */
  readonly chained: boolean;
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

/** The note of an emitter that goes on at `offset`: what it had taken and emitted before, as far as that can be seen. */
export async function noteAt(
  streams: Streams,
  link: EmitterPlace,
  partition: number,
  offset: number,
): Promise<ChainNote> {
  const applied = link.chained ? await appliedAt(streams, link, partition, offset) : new Map();
  const previous = new Map<number, number>();
  for (let out = 0, count = await streams.partitions(link.topic); out < count; out++) {
    const last = await lastEmitted(streams, link.topic, out, partition, { below: offset });
    if (last) previous.set(out, last.source);
  }
  return { applied, previous };
}

/**
 * What an emitter had applied at `offset` of its own chained input. Where the head of that is cut, the first record that is kept
 * may be one that ran ahead and was never taken. So what the emitter wrote has the last word: a record that it took follows
 * what it had applied. (From an inner topic on, partition p goes to partition p.)
 */
async function appliedAt(
  streams: Streams,
  { input, topic }: EmitterPlace,
  partition: number,
  offset: number,
): Promise<Map<number, number>> {
  const applied = new Map(await appliedBefore(streams, input, partition, offset));
  const taken = new Set<number>();
  const out = await streams.bounds(topic, partition);
  for await (const records of readRange(streams, topic, partition, out.start, out.end))
    for (const { headers } of records) {
      const link = chainLink(headers);
      if (link?.origin === partition) taken.add(link.source).add(link.previous);
    }
  const after = new Map<number, Place[]>();
  const { start, end } = await streams.bounds(input, partition);
  for await (const records of readRange(streams, input, partition, Math.max(start, offset), end))
    for (const record of records) {
      const link = chainLink(record.headers);
      if (!link) continue;
      const list = after.get(link.origin) ?? [];
      after.set(link.origin, list);
      list.push({ ...link, offset: record.offset });
    }
  for (const [origin, places] of after) {
    const at = places.findIndex((place) => taken.has(place.offset));
    if (at < 0 || leadsTo(places, at, applied.get(origin))) continue;
    // Back along the chain, to the first of what it must have taken.
    let first = places[at]!;
    for (const place of places.slice(0, at).toReversed()) if (place.source === first.previous) first = place;
    applied.set(origin, first.previous < 0 ? first.source - 1 : first.previous);
  }
  return applied;
}

interface Place extends ChainLink {
  readonly offset: number;
}

/** Whether a reader that has `applied` would take the record at index `at`. */
function leadsTo(places: readonly Place[], at: number, applied: number | undefined): boolean {
  if (applied === undefined) return at === 0;
  let reached = applied;
  for (const { source, previous } of places.slice(0, at)) if (previous <= reached && reached < source) reached = source;
  const { source, previous } = places[at]!;
  return previous <= reached && reached < source;
}
