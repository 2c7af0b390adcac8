import type { Condition, FieldCondition, Filter } from "../protocol.ts";
import { compileField, type TextOptions, type ValuesTest } from "./field-test.ts";
import { isEmptyValue, isNullValue, parsePath, valuesAt } from "./payload-path.ts";
import { badFormat, isObject, within } from "./refusal.ts";

/** A filter turned into one function, once per request. `cost` orders conditions: what needs the payload comes last. */
export interface Compiled<Subject> {
  readonly test: (subject: Subject) => boolean;
  readonly cost: number;
}

export type LeafCondition = Exclude<Condition, Filter>;
export type CompileLeaf<Subject> = (condition: LeafCondition) => Compiled<Subject>;

const CLAUSES = ["should", "min_should", "must", "must_not"];
const LEAVES = ["key", "has_id", "has_vector", "is_empty", "is_null", "nested", "slice"];

/**
 * must: all hold; should: one of them; must_not: none; min_should: at least `min_count`. An empty `should` holds or not as `emptyShould`
 * says: it does, but in a nested filter it does not (as in Qdrant).
 */
export function compileFilter<Subject>(
  filter: Filter,
  leaf: CompileLeaf<Subject>,
  { emptyShould = true } = {},
): Compiled<Subject> {
  if (!isObject(filter as unknown)) throw badFormat("invalid type: a filter must be an object");
  const unknown = Object.keys(filter).find((name) => !CLAUSES.includes(name));
  if (unknown !== undefined) {
    throw badFormat(`unknown field \`${unknown}\`, expected one of \`should\`, \`min_should\`, \`must\`, \`must_not\``);
  }
  const list = (name: string, clause: Filter["must"]) =>
    conditionsOf(clause)
      .map((condition, i) => within(`${name}[${i}]`, () => compileCondition(condition, leaf, { emptyShould })))
      .sort((a, b) => a.cost - b.cost);
  const must = list("must", filter.must);
  const should = list("should", filter.should);
  const mustNot = list("must_not", filter.must_not);
  const least = filter.min_should;
  const atLeast = least ? list("min_should.conditions", least.conditions) : [];

  const parts: Compiled<Subject>[] = [...must];
  for (const { test, cost } of mustNot) parts.push({ test: (subject) => !test(subject), cost });
  if (should.length > 0 || (Array.isArray(filter.should) && !emptyShould))
    parts.push({ test: (subject) => should.some(({ test }) => test(subject)), cost: dearest(should) });
  if (least) {
    const wanted = least.min_count;
    if (!Number.isInteger(wanted) || wanted < 0) throw badFormat("missing field `min_count`");
    const holding = (subject: Subject) => atLeast.filter(({ test }) => test(subject)).length;
    parts.push({ test: (subject) => holding(subject) >= wanted, cost: dearest(atLeast) });
  }
  parts.sort((a, b) => a.cost - b.cost);
  if (parts.length === 1) return parts[0]!;
  const tests = parts.map(({ test }) => test);
  return { test: (subject) => tests.every((test) => test(subject)), cost: dearest(parts) };
}

export function conditionsOf(clause: Filter["must"]): readonly Condition[] {
  if (clause === undefined || clause === null) return [];
  return Array.isArray(clause) ? clause : [clause as Condition];
}

function dearest(parts: readonly Compiled<never>[]): number {
  return parts.reduce((cost, part) => Math.max(cost, part.cost), 0);
}

function compileCondition<Subject>(
  condition: Condition,
  leaf: CompileLeaf<Subject>,
  options: { emptyShould: boolean },
): Compiled<Subject> {
  if (isObject(condition as unknown)) {
    if (LEAVES.some((name) => Object.hasOwn(condition, name))) return leaf(condition as LeafCondition);
    if (Object.keys(condition).every((name) => CLAUSES.includes(name)))
      return compileFilter(condition as Filter, leaf, options);
  }
  throw notACondition();
}

export function notACondition() {
  return badFormat(
    'Expected some form of condition, which can be a field condition (like {"key": ..., "match": ... }), or some other mentioned in the documentation: https://qdrant.tech/documentation/concepts/filtering/#filtering-conditions',
  );
}

/** {is_empty: {key}} and {is_null: {key}} as conditions of that key: what an index of the key is asked. */
export function asFieldCondition(condition: LeafCondition): FieldCondition | undefined {
  if ("key" in condition) return condition;
  if ("is_empty" in condition) return { key: condition.is_empty?.key, is_empty: true };
  if ("is_null" in condition) return { key: condition.is_null?.key, is_null: true };
  return undefined;
}

/** The same condition as a test of the values at the key. */
export function compileValues(condition: LeafCondition, text?: TextOptions): ValuesTest {
  if ("is_empty" in condition && !("key" in condition)) return (values) => values.every(isEmptyValue);
  if ("is_null" in condition && !("key" in condition)) return (values) => values.some(isNullValue);
  return compileField(condition as FieldCondition, text);
}

/** Tests of a plain object: an element of a `nested` list. */
export const compileObjectLeaf: CompileLeaf<unknown> = (condition) => {
  const field = asFieldCondition(condition);
  if (field) {
    const path = parsePath(field.key);
    const test = compileValues(condition);
    return { test: (object) => test(valuesAt(object, path)), cost: 1 };
  }
  if ("nested" in condition) return compileNested(condition.nested);
  // elements have neither ids nor vectors
  return { test: () => false, cost: 0 };
};

/** Holds where one element of the list at `key` meets the whole inner filter. */
export function compileNested(nested: { readonly key: string; readonly filter: Filter }): Compiled<unknown> {
  if (!isObject(nested)) throw notACondition();
  const path = parsePath(nested.key);
  const elements = path.steps.at(-1) === "all" ? path : { ...path, steps: [...path.steps, "all" as const] };
  const { test } = compileFilter(nested.filter, compileObjectLeaf, { emptyShould: false });
  return { test: (object) => valuesAt(object, elements).some((one) => isObject(one) && test(one)), cost: 2 };
}
