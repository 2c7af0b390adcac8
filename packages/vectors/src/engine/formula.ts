import type { Condition } from "../protocol.ts";
import { parseDatetime } from "./datetime.ts";
import { asNumber } from "./exact-json.ts";
import { asGeoPoint, geoDistance, requirePoint } from "./geo.ts";
import { openLists, parsePath, valuesAt } from "./payload-path.ts";
import { badFormat, badRequest, isObject, wrongInput } from "./refusal.ts";
import type { Hit } from "./search.ts";
import { compileSlotFilter } from "./slot-filter.ts";
import type { Table } from "./table.ts";

/** A point's number, in f64; its inputs are its payload and the scores that the prefetched queries gave it. */
type Evaluate = (slot: number) => number;

interface Context {
  readonly table: Table;
  readonly rankings: readonly ReadonlyMap<number, number>[];
  readonly defaults: Readonly<Record<string, unknown>>;
}

/** Scores what was prefetched by `{formula, defaults?}`, best first. An expression that gives no finite number is refused, as in Qdrant. */
export function rescore(table: Table, query: Record<string, unknown>, rankings: readonly (readonly Hit[])[]): Hit[] {
  const scores = rankings.map((hits) => new Map(hits.map(({ slot, score }) => [slot, score])));
  const defaults = isObject(query.defaults) ? query.defaults : {};
  const evaluate = compile(query.formula, { table, rankings: scores, defaults });
  const slots = [...new Set(rankings.flatMap((hits) => hits.map(({ slot }) => slot)))];
  return slots
    .filter((slot) => table.idOf(slot) !== undefined)
    .map((slot) => {
      const value = evaluate(slot);
      return { slot, version: table.versionOf(slot), score: finite(Math.fround(value), `${value} as f32`) };
    })
    .sort((a, b) => b.score - a.score || a.slot - b.slot);
}

function finite(value: number, expression: string): number {
  if (Number.isFinite(value)) return value;
  const shown = Number.isNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf";
  throw wrongInput(`The expression ${expression} = ${shown} produced a non-finite number`);
}

const noFormula = () => badFormat("data did not match any variant of untagged enum Expression");

function compile(expression: unknown, context: Context): Evaluate {
  const inner = (one: unknown) => compile(one, context);
  if (typeof expression === "number") return () => Math.fround(expression);
  if (typeof expression === "string") return variable(expression, context);
  if (!isObject(expression)) throw noFormula();
  const [kind] = Object.keys(expression);
  const operand = expression[kind ?? ""];
  const function_ = FUNCTIONS[kind ?? ""];
  if (function_) {
    const of = inner(operand);
    return (slot) => function_(of(slot));
  }
  switch (kind) {
    case "sum": {
      const terms = listOf(operand).map(inner);
      return (slot) => terms.reduce((sum, term) => sum + term(slot), 0);
    }
    case "mult": {
      const factors = listOf(operand).map(inner);
      // what follows a zero is not asked for
      return (slot) => factors.reduce((product, factor) => (product === 0 ? 0 : product * factor(slot)), 1);
    }
    case "div":
      return division(objectOf(operand), inner);
    case "pow": {
      const { base, exponent } = objectOf(operand);
      const [a, b] = [inner(base), inner(exponent)];
      return (slot) => finite(a(slot) ** b(slot), `${a(slot)}^${b(slot)}`);
    }
    case "geo_distance": {
      const { origin, to } = objectOf(operand);
      const from = requirePoint(origin, "origin");
      const read = payloadValue(to, context, "geo point", asGeoPoint);
      return (slot) => geoDistance(from, read(slot));
    }
    case "datetime": {
      const at = typeof operand === "string" ? parseDatetime(operand) : undefined;
      if (at === undefined) throw noFormula();
      return () => at / 1e6;
    }
    case "datetime_key": {
      const read = payloadValue(operand, context, "datetime", (value) =>
        typeof value === "string" ? parseDatetime(value) : undefined,
      );
      return (slot) => read(slot) / 1e6;
    }
    case "lin_decay":
    case "exp_decay":
    case "gauss_decay":
      return decay(kind, objectOf(operand), inner);
    default: {
      const { test } = compileSlotFilter({ must: [expression as unknown as Condition] }, context.table);
      return (slot) => (test(slot) ? 1 : 0);
    }
  }
}

const FUNCTIONS: Readonly<Record<string, (value: number) => number>> = {
  neg: (value) => -value,
  abs: Math.abs,
  sqrt: (value) => finite(Math.sqrt(value), `√${value}`),
  exp: (value) => finite(Math.exp(value), `exp(${value})`),
  ln: (value) => finite(Math.log(value), `ln(${value})`),
  log10: (value) => finite(Math.log10(value), `log10(${value})`),
};

/** `$score` and `$score[i]`: of a prefetched query; else a number of the payload. */
function variable(name: string, context: Context): Evaluate {
  if (!name.startsWith("$")) return payloadValue(name, context, "number", asNumber);
  const which = /^\$score(?:\[(\d+)\])?$/.exec(name);
  if (!which) throw badRequest(`Invalid reserved variable: ${name}`);
  const index = Number(which[1] ?? 0);
  const fallback = asNumber(context.defaults[name]) ?? 0;
  const ranking = context.rankings[index];
  return (slot) => ranking?.get(slot) ?? fallback;
}

function payloadValue<T>(
  key: unknown,
  { table, defaults }: Context,
  expected: string,
  read: (value: unknown) => T | undefined,
): (slot: number) => T {
  const path = parsePath(key);
  return (slot) => {
    const values = openLists(valuesAt(table.payload(slot), path));
    const value = values.length === 0 ? defaults[path.text] : values.length === 1 ? values[0] : values;
    const found = value === undefined ? undefined : read(value);
    if (found !== undefined) return found;
    const why = value === undefined ? "No value found in a payload nor defaults" : `Value is not a ${expected}`;
    throw wrongInput(
      `Expected ${expected} value for ${path.text} in the payload and/or in the formula defaults. Error: ${why}`,
    );
  };
}

function division(
  { left, right, by_zero_default }: Record<string, unknown>,
  inner: (one: unknown) => Evaluate,
): Evaluate {
  const [a, b] = [inner(left), inner(right)];
  const byZero = typeof by_zero_default === "number" ? Math.fround(by_zero_default) : undefined;
  return (slot) => {
    const dividend = a(slot);
    if (dividend === 0) return 0;
    const divisor = b(slot);
    if (divisor === 0 && byZero !== undefined) return byZero;
    return finite(dividend / divisor, `${dividend}/${divisor}`);
  };
}

type Decay = "lin_decay" | "exp_decay" | "gauss_decay";

/** From 1 at the target to `midpoint` at a distance of `scale`. */
function decay(
  kind: Decay,
  { x, target, scale, midpoint }: Record<string, unknown>,
  inner: (one: unknown) => Evaluate,
): Evaluate {
  const at = inner(x);
  const to = target === undefined || target === null ? () => 0 : inner(target);
  const [width, middle] = [Math.fround(asNumber(scale) ?? 1), Math.fround(asNumber(midpoint) ?? 0.5)];
  if (width <= 0) throw badRequest(`Decay scale should be non-zero positive, got ${width}.`);
  if (kind === "lin_decay") {
    if (middle < 0 || middle > 1)
      throw badRequest(`Linear decay midpoint should be in the range [0.0, 1.0], got ${middle}.`);
    return (slot) => Math.max(0, 1 - ((1 - middle) / width) * Math.abs(at(slot) - to(slot)));
  }
  if (middle <= 0 || middle >= 1) throw badRequest(`Decay midpoint should be in the range (0.0, 1.0), got ${middle}.`);
  if (kind === "exp_decay") return (slot) => Math.exp((Math.log(middle) / width) * Math.abs(at(slot) - to(slot)));
  return (slot) => Math.exp((Math.log(middle) / width ** 2) * (at(slot) - to(slot)) ** 2);
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw noFormula();
  return value;
}

function objectOf(value: unknown): Record<string, unknown> {
  if (!isObject(value)) throw noFormula();
  return value;
}
