import type { FieldCondition, Match, Range, Scalar } from "../protocol.ts";
import { parseDatetime } from "./datetime.ts";
import { asNumber } from "./exact-json.ts";
import { compileGeo } from "./geo.ts";
import { isEmptyValue, isNullValue, openLists } from "./payload-path.ts";
import { badFormat, isObject, Refusal } from "./refusal.ts";
import type { Tokenizer } from "./words.ts";

/** Does a condition hold for the values at its key? A list counts by its elements. */
export type ValuesTest = (values: readonly unknown[]) => boolean;

/** How the key's text index reads words; without one, `text` is a case-sensitive substring (as Qdrant up to 1.19). */
export interface TextOptions {
  readonly phrases: boolean;
  readonly words: Tokenizer;
}

const OPERATORS = ["match", "range", "values_count", "is_empty", "is_null"] as const;

/**
 * The condition as one test. Of several operators, counts and emptiness come before all others; of `match`, `range` and places, one that holds
 * is enough (as in Qdrant).
 */
export function compileField(condition: FieldCondition, text?: TextOptions): ValuesTest {
  const tests: ValuesTest[] = [];
  const { match, range, values_count, is_empty, is_null } = condition;
  if (values_count !== undefined && values_count !== null) {
    const { holds } = parseRange(values_count);
    return (values) => (values.length === 0 ? holds(0) : values.some((value) => holds(countOf(value))));
  }
  if (typeof is_empty === "boolean") {
    return (values) => (values.length === 0 ? is_empty : values.some((value) => isEmptyValue(value) === is_empty));
  }
  if (typeof is_null === "boolean") {
    return (values) => (values.length === 0 ? !is_null : values.some((value) => isNullValue(value) === is_null));
  }
  if (match !== undefined && match !== null) {
    const test = compileMatch(match, text);
    tests.push((values) => openLists(values).some(test));
  }
  if (range !== undefined && range !== null) {
    const test = compileRange(range);
    tests.push((values) => openLists(values).some(test));
  }
  const inArea = compileGeo(condition);
  if (inArea) tests.push((values) => openLists(values).some(inArea));
  if (tests.length === 0) {
    const unknown = Object.keys(condition).find((name) => name !== "key" && !OPERATORS.includes(name as "match"));
    if (unknown) throw badFormat(`unknown field \`${unknown}\` in a condition`);
    throw new Refusal(
      422,
      "Validation error in JSON body: [__all__: Validation error: At least one field condition must be specified [{}]]",
    );
  }
  return tests.length === 1 ? tests[0]! : (values) => tests.some((test) => test(values));
}

function countOf(value: unknown): number {
  return value === null ? 0 : Array.isArray(value) ? value.length : 1;
}

const noMatch = () => badFormat("data did not match any variant of untagged enum MatchInterface");

/** Checked and told apart once: a `match` as Qdrant takes it. */
export function compileMatch(match: Match, text?: TextOptions): (value: unknown) => boolean {
  if (!isObject(match as unknown)) throw noMatch();
  const { value, any, except, text: words, text_any, phrase, prefix } = match;
  if (value !== undefined) {
    if (!isScalar(value)) throw noMatch();
    return (found) => found === value;
  }
  if (any !== undefined) {
    const set = scalarSet(any);
    return (found) => set.has(found);
  }
  if (except !== undefined) {
    const set = scalarSet(except);
    return (found) => found !== null && !set.has(found);
  }
  if (typeof words === "string") return text ? allWords(words, text.words) : containing([words]);
  if (typeof text_any === "string")
    return text ? anyWord(text_any, text.words) : containing(text_any.split(/\s+/).filter(Boolean));
  if (typeof phrase === "string") {
    if (!text) return containing([phrase]);
    return text.phrases ? wordsInOrder(phrase, text.words) : () => false;
  }
  if (typeof prefix === "string") return (found) => typeof found === "string" && found.startsWith(prefix);
  throw noMatch();
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === "string" || typeof value === "boolean" || isInteger(value);
}

const isInteger = (value: unknown) => Number.isSafeInteger(value) || typeof value === "bigint";

function scalarSet(list: unknown): Set<unknown> {
  const strings = Array.isArray(list) && typeof list[0] === "string";
  const fits = Array.isArray(list) && list.every((one) => (strings ? typeof one === "string" : isInteger(one)));
  if (!fits) throw noMatch();
  return new Set<unknown>(list);
}

const containing = (parts: readonly string[]) => (found: unknown) =>
  typeof found === "string" && parts.some((part) => found.includes(part));

/** A cheap look (is each word there as a substring?) before the text is cut into words. */
function allWords(query: string, { fold, ofText, ofQuery }: Tokenizer) {
  const words = [...new Set(ofQuery(query))];
  return (found: unknown) => {
    if (typeof found !== "string" || words.length === 0) return false;
    const folded = fold(found);
    if (!words.every((word) => folded.includes(word))) return false;
    const there = new Set(ofText(found));
    return words.every((word) => there.has(word));
  };
}

function anyWord(query: string, { ofText, ofQuery }: Tokenizer) {
  const words = new Set(ofQuery(query));
  return (found: unknown) => typeof found === "string" && ofText(found).some((word) => words.has(word));
}

function wordsInOrder(query: string, { ofText, ofQuery }: Tokenizer) {
  const words = ofQuery(query);
  return (found: unknown) => {
    if (typeof found !== "string" || words.length === 0) return false;
    const there = ofText(found);
    return there.some((_, at) => words.every((word, i) => there[at + i] === word));
  };
}

/** Bounds as numbers: of numbers themselves, of date-times in microseconds. */
export interface Bounds {
  readonly kind: "number" | "datetime";
  readonly holds: (value: number) => boolean;
}

export function parseRange(range: unknown): Bounds {
  if (!isObject(range)) throw badFormat("data did not match any variant of untagged enum RangeInterface");
  const given = (["gt", "gte", "lt", "lte"] as const).flatMap((name) => {
    const bound = range[name];
    return bound === undefined || bound === null ? [] : [{ name, bound }];
  });
  const kind = given.some(({ bound }) => typeof bound === "string") ? "datetime" : "number";
  const bounds = given.map(({ name, bound }) => {
    if (kind === "number" && typeof bound === "number") return { name, at: bound };
    if (kind === "datetime" && typeof bound === "string") {
      const at = parseDatetime(bound);
      if (at !== undefined) return { name, at };
      throw badFormat(`'${bound}' does not match accepted datetime format (RFC3339). Example: 2014-01-01T00:00:00Z`);
    }
    throw badFormat("data did not match any variant of untagged enum RangeInterface");
  });
  const bound = (name: string, none: number) => bounds.find((one) => one.name === name)?.at ?? none;
  const [gt, gte] = [bound("gt", Number.NEGATIVE_INFINITY), bound("gte", Number.NEGATIVE_INFINITY)];
  const [lt, lte] = [bound("lt", Number.POSITIVE_INFINITY), bound("lte", Number.POSITIVE_INFINITY)];
  return { kind, holds: (value) => value > gt && value >= gte && value < lt && value <= lte };
}

function compileRange(range: Range): (value: unknown) => boolean {
  const { kind, holds } = parseRange(range);
  if (kind === "number") {
    return (value) => {
      const number = asNumber(value);
      return number !== undefined && holds(number);
    };
  }
  return (value) => {
    const at = typeof value === "string" ? parseDatetime(value) : undefined;
    return at !== undefined && holds(at);
  };
}
