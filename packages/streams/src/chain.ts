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

  /** What is between is known from elsewhere to need no reading. */
  advance(origin: number, source: number): void {
    this.#applied.set(origin, source);
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

/** What a worker's commit says: of its chain, and of what it has not got past. */
export interface ChainNote {
  readonly applied: ReadonlyMap<number, number>;
  readonly previous: ReadonlyMap<number, number>;
  /** By origin: a record was met that follows this source, which has not come yet. */
  readonly gaps?: ReadonlyMap<number, number>;
  /** Sessions that died, or may yet die, of what comes next (crash-guard.ts). */
  readonly trial?: Trial;
}

export interface Trial {
  /** How often what is at the commit's offset was begun and not ended. */
  readonly attempts: number;
  /** Records of a batch then. */
  readonly size: number;
  /** Before this offset is what may have done it. */
  readonly until: number;
}

/** What Kafka keeps of a commit's metadata, unless it is set otherwise. */
const MAX_NOTE = 4_000;

/** `1;a=0:41,3:7;p=0:41`, and where there is need `;g=3:9` (gaps) and `;t=2:64:900` (trial): short, because Kafka keeps 4 kB. */
export function formatNote({ applied, previous, gaps, trial }: ChainNote): string {
  const pairs = (map: ReadonlyMap<number, number>) => [...map].map(([key, value]) => `${key}:${value}`).join(",");
  const chain = `1;a=${pairs(applied)};p=${pairs(previous)}`;
  const tried = trial ? `;t=${trial.attempts}:${trial.size}:${trial.until}` : "";
  const open = gaps && gaps.size > 0 ? `;g=${pairs(gaps)}` : "";
  // Gaps are met again; the rest can't be left out.
  return chain.length + open.length + tried.length > MAX_NOTE ? chain + tried : chain + open + tried;
}

const PAIRS = String.raw`((?:\d{1,15}:-?\d{1,15}(?:,\d{1,15}:-?\d{1,15})*)?)`;
const NOTE = new RegExp(String.raw`^1;a=${PAIRS};p=${PAIRS}(?:;g=${PAIRS})?(?:;t=(\d{1,9}):(\d{1,9}):(\d{1,15}))?$`);

/** undefined: not a note of this format (an old commit, or one made by another tool): the chain starts anew. */
export function parseNote(text: string): ChainNote | undefined {
  const match = NOTE.exec(text);
  if (!match) return undefined;
  const map = (pairs: string) =>
    new Map(pairs === "" ? [] : pairs.split(",").map((pair) => pair.split(":").map(Number) as [number, number]));
  const [, applied, previous, gaps, attempts, size, until] = match;
  return {
    applied: map(applied!),
    previous: map(previous!),
    ...(gaps !== undefined && { gaps: map(gaps) }),
    ...(until !== undefined && { trial: { attempts: Number(attempts), size: Number(size), until: Number(until) } }),
  };
}
