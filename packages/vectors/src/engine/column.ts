import type { FieldCondition, Match, Scalar } from "../protocol.ts";
import { parseDatetime } from "./datetime.ts";
import { parseRange } from "./field-test.ts";

/**
 * A payload index: the values of one field of every point, in memory and by slot, so that filters, facets and order_by need not read
 * payloads. Keywords are coded (four bytes a point), numbers are doubles; the few points with several values stand in a map.
 *
 * 1. A slot is Empty (nothing, null or []), holds one value or several, or is Foreign: it has values that are not of the index's type.
 * 2. `matcher` answers only what the column knows exactly; for the rest the caller reads the payload.
 */
export interface Column {
  /** Points with at least one value of the index's type. */
  readonly points: number;
  set(slot: number, values: readonly unknown[], empty: boolean): void;
  clear(slot: number): void;
  matcher(condition: FieldCondition): ((slot: number) => boolean) | undefined;
  /** Each value of a slot once; numbers for number and date-time columns. */
  each(slot: number, visit: (value: Scalar) => void): void;
}

const EMPTY = -1;
const SEVERAL = -2;
const FOREIGN = -3;

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
    if (code === FOREIGN) return;
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
    set(slot, found, empty) {
      clear(slot);
      if (slot >= codes.length) {
        const grown = new Int32Array(Math.max(slot + 1, codes.length * 2)).fill(EMPTY);
        grown.set(codes);
        codes = grown;
      }
      if (empty) return;
      const own = found.length === 1 ? found.filter(accepts) : [...new Set(found.filter(accepts))];
      if (own.length === 0) {
        codes[slot] = FOREIGN;
        return;
      }
      points += 1;
      if (own.length === 1) codes[slot] = take(own[0]!);
      else {
        codes[slot] = SEVERAL;
        several.set(slot, own.map(take));
      }
    },
    clear,
    matcher(condition) {
      if (onlyMatch(condition)) return matchCodes(condition.match!);
      if (onlyIsEmpty(condition)) return (slot) => ((codes[slot] ?? EMPTY) === EMPTY) === condition.is_empty;
      return undefined;
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
    float: (value: unknown) => (Number.isFinite(value) ? (value as number) : undefined),
    datetime: (value: unknown) => (typeof value === "string" ? parseDatetime(value) : undefined),
  }[type];
  let numbers = new Float64Array(1024).fill(Number.NaN);
  const several = new Map<number, number[]>();
  const foreign = new Set<number>();
  let points = 0;

  function clear(slot: number): void {
    foreign.delete(slot);
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
    set(slot, found, empty) {
      clear(slot);
      if (slot >= numbers.length) {
        const grown = new Float64Array(Math.max(slot + 1, numbers.length * 2)).fill(Number.NaN);
        grown.set(numbers);
        numbers = grown;
      }
      if (empty) return;
      const own = found.map(numberOf).filter((value) => value !== undefined);
      if (own.length < found.length) foreign.add(slot);
      if (own.length === 0) return;
      points += 1;
      if (own.length === 1) numbers[slot] = own[0]!;
      else several.set(slot, [...new Set(own)]);
    },
    clear,
    matcher(condition) {
      if (onlyIsEmpty(condition)) {
        return (slot) => !(foreign.has(slot) || any(slot, () => true)) === condition.is_empty;
      }
      if (onlyRange(condition)) {
        const { kind, holds } = parseRange(condition.range);
        // 2. a range may also hold for a fraction, which an integer index leaves out
        if ((kind === "datetime") !== (type === "datetime") || (type === "integer" && foreign.size > 0))
          return undefined;
        return (slot) => any(slot, holds);
      }
      // `match` compares integers; a float index does not answer it
      if (type !== "integer" || !onlyMatch(condition)) return undefined;
      const { value, any: list } = condition.match!;
      if (typeof value === "number") return (slot) => any(slot, (number) => number === value);
      if (!Array.isArray(list) || !list.every((one) => typeof one === "number")) return undefined;
      const wanted = new Set<unknown>(list);
      return (slot) => any(slot, (number) => wanted.has(number));
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

/** A text index: words are looked up in the payload itself; only how many points have a text is kept. */
export function createTextColumn(): Column {
  const slots = new Set<number>();
  return {
    get points() {
      return slots.size;
    },
    set(slot, found) {
      if (found.some((value) => typeof value === "string")) slots.add(slot);
      else slots.delete(slot);
    },
    clear: (slot) => void slots.delete(slot),
    matcher: () => undefined,
    each: () => undefined,
  };
}

function operators(condition: FieldCondition): string {
  return Object.entries(condition)
    .filter(([name, value]) => name !== "key" && value !== undefined && value !== null)
    .map(([name]) => name)
    .join();
}

const onlyMatch = (condition: FieldCondition) => operators(condition) === "match";
const onlyRange = (condition: FieldCondition) => operators(condition) === "range";
const onlyIsEmpty = (condition: FieldCondition) => operators(condition) === "is_empty";
