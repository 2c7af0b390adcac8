import type { FieldCondition, Match, Scalar } from "../protocol.ts";
import { parseDatetime } from "./datetime.ts";
import { asNumber } from "./exact-json.ts";
import { parseRange } from "./field-test.ts";
import { alone } from "./null-flags.ts";
import { openLists } from "./payload-path.ts";

/**
 * A payload index: the values of one field of every point, in memory and by slot, so that filters, facets and order_by need not read
 * payloads. Keywords are coded (four bytes a point), numbers are doubles; the few points with several values stand in a map.
 *
 * 1. A slot holds the values of the index's type, none, one or several; others are not in the index, and a condition that the index
 *    answers does not see them (as in Qdrant).
 * 2. `matcher` answers what Qdrant's index of that type answers; for the rest the caller reads the payload.
 */
export interface Column {
  /** Points with at least one value of the index's type. */
  readonly points: number;
  /** The values at the field; lists among them are opened by one level. */
  set(slot: number, values: readonly unknown[]): void;
  clear(slot: number): void;
  matcher(condition: FieldCondition): ((slot: number) => boolean) | undefined;
  /** Each value of a slot once; numbers for number and date-time columns. */
  each(slot: number, visit: (value: Scalar) => void): void;
}

const EMPTY = -1;
const SEVERAL = -2;

/** Keywords, UUIDs and booleans. A value's code is given back when no point has it any more. */
export function createCodedColumn(kind: "string" | "boolean"): Column {
  const accepts = (value: unknown): value is string | boolean => typeof value === kind;
  let codes = new Int32Array(1024).fill(EMPTY);
  const codeOf = new Map<string | boolean, number>();
  const values: (string | boolean | undefined)[] = [];
  const uses: number[] = [];
  const unused: number[] = [];
  const several = new Map<number, number[]>();
  let points = 0;

  function take(value: string | boolean): number {
    let code = codeOf.get(value);
    if (code === undefined) {
      code = unused.pop() ?? values.length;
      codeOf.set(value, code);
      values[code] = value;
      uses[code] = 0;
    }
    uses[code]! += 1;
    return code;
  }

  function release(code: number): void {
    uses[code]! -= 1;
    if (uses[code] !== 0) return;
    codeOf.delete(values[code]!);
    values[code] = undefined;
    unused.push(code);
  }

  function clear(slot: number): void {
    const code = codes[slot] ?? EMPTY;
    if (code === EMPTY) return;
    codes[slot] = EMPTY;
    points -= 1;
    if (code >= 0) release(code);
    for (const one of several.get(slot) ?? []) release(one);
    several.delete(slot);
  }

  function matchCodes(match: Match): ((slot: number) => boolean) | undefined {
    let holds: (value: unknown) => boolean;
    if (accepts(match.value)) {
      const wanted = match.value;
      holds = (value) => value === wanted;
    } else if (Array.isArray(match.any) && match.any.every(accepts)) {
      const wanted = new Set<unknown>(match.any);
      holds = (value) => wanted.has(value);
    } else if (kind === "string" && Array.isArray(match.except) && match.except.every(accepts)) {
      const unwanted = new Set<unknown>(match.except);
      holds = (value) => !unwanted.has(value);
    } else return undefined;
    return (slot) => {
      const code = codes[slot] ?? EMPTY;
      if (code >= 0) return holds(values[code]);
      return code === SEVERAL && several.get(slot)!.some((one) => holds(values[one]));
    };
  }

  return {
    get points() {
      return points;
    },
    set(slot, found) {
      clear(slot);
      if (slot >= codes.length) {
        const grown = new Int32Array(Math.max(slot + 1, codes.length * 2)).fill(EMPTY);
        grown.set(codes);
        codes = grown;
      }
      // as most are: each point that is written comes here for each index
      if (found.length === 1 && accepts(found[0])) {
        points += 1;
        codes[slot] = take(found[0]);
        return;
      }
      const own = [...new Set(openLists(found).filter(accepts))];
      if (own.length === 0) return;
      points += 1;
      if (own.length === 1) codes[slot] = take(own[0]!);
      else {
        codes[slot] = SEVERAL;
        several.set(slot, own.map(take));
      }
    },
    clear,
    matcher(condition) {
      return alone(condition, "match") ? matchCodes(condition.match!) : undefined;
    },
    each(slot, visit) {
      const code = codes[slot] ?? EMPTY;
      if (code >= 0) visit(values[code]!);
      else if (code === SEVERAL) for (const one of several.get(slot)!) visit(values[one]!);
    },
  };
}

/** Integers, floats and date-times (as microseconds). `numberOf` gives undefined for what the index does not hold. */
export function createNumberColumn(type: "integer" | "float" | "datetime"): Column {
  const numberOf = {
    integer: (value: unknown) => (Number.isSafeInteger(value) ? (value as number) : undefined),
    float: asNumber,
    datetime: (value: unknown) => (typeof value === "string" ? parseDatetime(value) : undefined),
  }[type];
  let numbers = new Float64Array(1024).fill(Number.NaN);
  const several = new Map<number, number[]>();
  let points = 0;

  function clear(slot: number): void {
    if (several.delete(slot)) points -= 1;
    else if (slot < numbers.length && !Number.isNaN(numbers[slot])) {
      numbers[slot] = Number.NaN;
      points -= 1;
    }
  }

  function any(slot: number, holds: (value: number) => boolean): boolean {
    const number = numbers[slot];
    if (number !== undefined && !Number.isNaN(number)) return holds(number);
    return several.size > 0 && (several.get(slot)?.some(holds) ?? false);
  }

  return {
    get points() {
      return points;
    },
    set(slot, values) {
      clear(slot);
      if (slot >= numbers.length) {
        const grown = new Float64Array(Math.max(slot + 1, numbers.length * 2)).fill(Number.NaN);
        grown.set(numbers);
        numbers = grown;
      }
      const one = values.length === 1 ? numberOf(values[0]) : undefined;
      if (one !== undefined) {
        points += 1;
        numbers[slot] = one;
        return;
      }
      const own = openLists(values)
        .map(numberOf)
        .filter((value) => value !== undefined);
      if (own.length === 0) return;
      points += 1;
      if (own.length === 1) numbers[slot] = own[0]!;
      else several.set(slot, [...new Set(own)]);
    },
    clear,
    matcher(condition) {
      if (alone(condition, "range")) {
        // dates and numbers compare as they are kept: a date is its microseconds
        const { holds } = parseRange(condition.range);
        return (slot) => any(slot, holds);
      }
      // `match` compares integers; no other index of numbers answers it
      if (type !== "integer" || !alone(condition, "match")) return undefined;
      const { value, any: wanted, except: unwanted } = condition.match!;
      if (typeof value === "number") return (slot) => any(slot, (number) => number === value);
      const list = new Set(integersOf(wanted ?? unwanted));
      if (list.size === 0) return undefined;
      return wanted
        ? (slot) => any(slot, (number) => list.has(number))
        : (slot) => any(slot, (number) => !list.has(number));
    },
    each(slot, visit) {
      const number = numbers[slot];
      if (number !== undefined && !Number.isNaN(number)) visit(number);
      else
        several.get(slot)?.forEach((one) => {
          visit(one);
        });
    },
  };
}

/** An index of texts or places: conditions look at the payload itself; only how many points have one is kept. */
export function createPresenceColumn(accepts: (value: unknown) => boolean): Column {
  const slots = new Set<number>();
  return {
    get points() {
      return slots.size;
    },
    set(slot, values) {
      if (openLists(values).some(accepts)) slots.add(slot);
      else slots.delete(slot);
    },
    clear: (slot) => void slots.delete(slot),
    matcher: () => undefined,
    each: () => undefined,
  };
}

/** None where the list has something else. */
function integersOf(list: unknown): number[] {
  return Array.isArray(list) && list.every((one) => typeof one === "number") ? list : [];
}
