/**
 * The chain: exactly-once effects on a plain log. A worker stamps each record with `origin` (the input partition), `source`
 * (the input offset) and `previous` (the source of the record before it, per origin and output partition).
 *
 * 1. A reader takes a record only if previous ≤ applied < source; `applied` is the source of the last one taken, per origin.
 * 2. source ≤ applied: a duplicate. previous > applied: a record of a replaced worker that ran ahead, whose predecessors the
 *    new owner will write again, or a gap. Both are skipped.
 * 3. Where nothing is known of an origin, the first record met is the start.
 * 4. `applied` and `previous` travel in the metadata of the worker's own commit.
 */
import { chainHeaders } from "@eddy/contracts/chain-headers";
import { type Headers, headerText } from "./port.ts";

export interface ChainLink {
  readonly origin: number;
  readonly source: number;
  readonly previous: number;
}

export type ChainVerdict = "take" | "start" | "duplicate" | "ahead";

/** The reader's side: what has been taken, per origin. */
export class ChainReader {
  readonly #applied: Map<number, number>;

  constructor(applied: ReadonlyMap<number, number> = new Map()) {
    this.#applied = new Map(applied);
  }

  /** Judges a record and, where it is taken, remembers it. */
  accept(link: ChainLink): ChainVerdict {
    const applied = this.#applied.get(link.origin);
    if (applied !== undefined) {
      if (link.source <= applied) return "duplicate";
      if (link.previous > applied) return "ahead";
    }
    this.#applied.set(link.origin, link.source);
    return applied === undefined ? "start" : "take";
  }

  applied(origin: number): number | undefined {
    return this.#applied.get(origin);
  }

  snapshot(): ReadonlyMap<number, number> {
    return new Map(this.#applied);
  }
}

/** The emitter's side: the source of the last record emitted, per output partition (the origin is the input partition). */
export class ChainStamper {
  readonly #origin: number;
  readonly #previous: Map<number, number>;

  constructor(origin: number, previous: ReadonlyMap<number, number> = new Map()) {
    this.#origin = origin;
    this.#previous = new Map(previous);
  }

  stamp(outputPartition: number, source: number): Headers {
    const previous = this.#previous.get(outputPartition) ?? -1;
    this.#previous.set(outputPartition, source);
    return {
      [chainHeaders.origin]: String(this.#origin),
      [chainHeaders.source]: String(source),
      [chainHeaders.previous]: String(previous),
    };
  }

  snapshot(): ReadonlyMap<number, number> {
    return new Map(this.#previous);
  }
}

/** The stamp of a record, or undefined where it has none or a broken one. */
export function chainLink(headers: Headers): ChainLink | undefined {
  const origin = integer(headerText(headers, chainHeaders.origin));
  const source = integer(headerText(headers, chainHeaders.source));
  const previous = integer(headerText(headers, chainHeaders.previous));
  if (origin === undefined || source === undefined || previous === undefined) return undefined;
  return { origin, source, previous };
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,16}$/.test(text) ? Number(text) : undefined;
}

/** What a worker's commit says of its chain. */
export interface ChainNote {
  readonly applied: ReadonlyMap<number, number>;
  readonly previous: ReadonlyMap<number, number>;
}

/** `1;a=0:41,3:7;p=0:41`: short, because Kafka keeps at most 4 kB of metadata a commit. */
export function formatNote(note: ChainNote): string {
  const pairs = (map: ReadonlyMap<number, number>) => [...map].map(([key, value]) => `${key}:${value}`).join(",");
  return `1;a=${pairs(note.applied)};p=${pairs(note.previous)}`;
}

const PAIRS = String.raw`((?:\d{1,15}:-?\d{1,15}(?:,\d{1,15}:-?\d{1,15})*)?)`;
const NOTE = new RegExp(`^1;a=${PAIRS};p=${PAIRS}$`);

/** undefined: not a note of this format (an old commit, or one made by another tool): the chain starts anew. */
export function parseNote(text: string): ChainNote | undefined {
  const match = NOTE.exec(text);
  if (!match) return undefined;
  const map = (pairs: string) =>
    new Map(pairs === "" ? [] : pairs.split(",").map((pair) => pair.split(":").map(Number) as [number, number]));
  return { applied: map(match[1]!), previous: map(match[2]!) };
}
