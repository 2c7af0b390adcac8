import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Condition, FieldCondition, Filter, Payload } from "../protocol.ts";
import { type Engine, openEngine } from "./engine.ts";

const words = ["red", "green", "Blue"];
const instants = ["2026-01-01T00:00:00Z", "2026-01-01T02:00:00+02:00", "2026-01-02", "2026-03-04T05:06:07.125Z"];
const fields = ["word", "number", "flag", "instant", "other"];
const indexes = { word: "keyword", number: "integer", flag: "bool", instant: "datetime" };

const scalar = fc.oneof(
  fc.constantFrom<unknown>(...words),
  fc.integer({ min: -2, max: 3 }),
  fc.constantFrom<unknown>(0.5, 2.5),
  fc.boolean(),
  fc.constantFrom<unknown>(...instants),
  fc.constant(null),
);
const value = fc.oneof({ weight: 4, arbitrary: scalar }, { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) });
const payload: fc.Arbitrary<Payload> = fc.record(Object.fromEntries(fields.map((field) => [field, value])), {
  requiredKeys: [],
});

const bound = fc.constantFrom("lt", "lte", "gt", "gte");
const bounds = (of: fc.Arbitrary<unknown>) => fc.dictionary(bound, of, { maxKeys: 2 });
const operator: fc.Arbitrary<Partial<FieldCondition>> = fc.oneof(
  fc
    .constantFrom<string | number | boolean>(...words, -1, 0, 2, true, false, instants[0]!)
    .map((one) => ({ match: { value: one } })),
  fc.subarray([...words, "x"]).map((any) => ({ match: { any } })),
  fc.subarray([-1, 0, 2]).map((any) => ({ match: { any } })),
  fc.subarray(words, { minLength: 1 }).map((except) => ({ match: { except } })),
  fc.constantFrom("re", "e", "").map((text) => ({ match: { text } })),
  bounds(fc.constantFrom(-1, 0, 0.5, 2)).map((range) => ({ range }) as Partial<FieldCondition>),
  fc
    .dictionary(bound, fc.constantFrom(...instants), { minKeys: 1, maxKeys: 2 })
    .map((range) => ({ range }) as Partial<FieldCondition>),
  bounds(fc.constantFrom(0, 1, 2)).map((values_count) => ({ values_count }) as Partial<FieldCondition>),
  fc.boolean().map((is_empty) => ({ is_empty })),
  fc.boolean().map((is_null) => ({ is_null })),
);
const field = fc
  .record({ key: fc.constantFrom(...fields), operator })
  .map(({ key, operator }) => ({ key, ...operator }));
const leaf: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 6, arbitrary: field },
  { weight: 1, arbitrary: fc.subarray([0, 1, 2, 3, 99]).map((has_id) => ({ has_id })) },
  { weight: 1, arbitrary: fc.constantFrom(...fields).map((key) => ({ is_empty: { key } })) },
);
const { filter } = fc.letrec<{ filter: Filter; condition: Condition }>((tie) => ({
  condition: fc.oneof({ maxDepth: 2, withCrossShrink: true }, leaf, tie("filter")),
  filter: fc.record(
    {
      must: fc.oneof(fc.array(tie("condition"), { maxLength: 2 }), tie("condition")),
      should: fc.array(tie("condition"), { maxLength: 2 }),
      must_not: fc.array(tie("condition"), { maxLength: 2 }),
      min_should: fc.record({
        conditions: fc.array(tie("condition"), { maxLength: 3 }),
        min_count: fc.integer({ min: 0, max: 2 }),
      }),
    },
    { requiredKeys: [] },
  ),
}));

type Types = Readonly<Record<string, string>>;

/** The rules of Qdrant's filters once more, as plainly as can be. `types` of the payload's indexes. */
function holds(condition: Condition, id: number, payload: Payload, types: Types): boolean {
  if ("has_id" in condition) return condition.has_id.includes(id);
  if ("is_empty" in condition && typeof condition.is_empty === "object")
    return isEmpty(payload[condition.is_empty.key]);
  if (!("key" in condition)) return passes(condition as Filter, id, payload, types);
  const { key, match, range, values_count, is_empty, is_null } = condition;
  const found = payload[key];
  const values = Array.isArray(found) ? found : key in payload ? [found] : [];
  if (match) {
    // an index of that type answers, and sees only values of its type
    const kind = { keyword: "string", integer: "number" }[types[key] ?? ""];
    const asked = kind && typeof match.except?.[0] === kind ? values.filter((one) => fits(types[key], one)) : values;
    return asked.some((one) => matches(match, one));
  }
  if (range) return values.some((one) => inRange(range as Record<string, unknown>, one, types[key]));
  if (values_count) return inRange(values_count as Record<string, unknown>, found == null ? 0 : values.length);
  if (is_empty !== undefined) return isEmpty(found) === is_empty;
  return (found === null || (Array.isArray(found) && found.includes(null))) === is_null;
}

function fits(type: string | undefined, one: unknown): boolean {
  if (type === "keyword") return typeof one === "string";
  if (type === "integer") return Number.isInteger(one);
  if (type === "datetime") return typeof one === "string" && instants.includes(one);
  return true;
}

const isEmpty = (found: unknown) =>
  found === undefined || found === null || (Array.isArray(found) && found.length === 0);

function matches(match: NonNullable<FieldCondition["match"]>, one: unknown): boolean {
  if (match.value !== undefined) return one === match.value;
  if (match.any) return match.any.includes(one as string);
  if (match.except) return one !== null && !match.except.includes(one as string);
  return typeof one === "string" && one.includes(match.text!);
}

function inRange(range: Record<string, unknown>, one: unknown, type?: string): boolean {
  const dates = Object.values(range).some((at) => typeof at === "string");
  if (type === "integer" || type === "datetime") {
    if (!fits(type, one)) return false;
  } else if (dates ? typeof one !== "string" || words.includes(one) : typeof one !== "number") return false;
  // dates and numbers meet in an index, where a date is its microseconds
  const number = (at: unknown) => (typeof at === "string" ? Date.parse(at) * 1000 : (at as number));
  const a = number(one);
  return Object.entries(range).every(([name, at]) => {
    if (name === "lt") return a < number(at);
    if (name === "lte") return a <= number(at);
    return name === "gt" ? a > number(at) : a >= number(at);
  });
}

function passes({ must, should, must_not, min_should }: Filter, id: number, payload: Payload, types: Types): boolean {
  const list = (clause: Filter["must"]) =>
    (clause == null ? [] : Array.isArray(clause) ? clause : [clause]) as Condition[];
  const those = (conditions: readonly Condition[]) => conditions.filter((one) => holds(one, id, payload, types)).length;
  if (those(list(must)) < list(must).length || those(list(must_not)) > 0) return false;
  if (list(should).length > 0 && those(list(should)) === 0) return false;
  return !min_should || those(min_should.conditions) >= min_should.min_count;
}

describe("filters", () => {
  const dir = mkdtempSync(join(tmpdir(), "eddy-filter-"));
  let engine: Engine;
  beforeAll(() => {
    engine = openEngine({ dir });
  });
  afterAll(async () => {
    await engine.close();
    rmSync(dir, { recursive: true });
  });

  /** Four points with these payloads, and the ids that pass each filter. */
  async function select(name: string, payloads: readonly Payload[], filters: readonly Filter[]) {
    const points = payloads.map((one, id) => ({ id, vector: {}, payload: one }));
    engine.collection(name).update([{ delete: { filter: {} } }, { upsert: { points } }]);
    const pages = filters.map((one) => engine.collection(name).scroll({ filter: one, limit: 10, with_payload: false }));
    return (await Promise.all(pages)).map((page) => page.points.map(({ id }) => id));
  }

  it("select the same points as a naive evaluator, with payload indexes and without", async () => {
    engine.createCollection("plain", {});
    engine.createCollection("indexed", {});
    for (const [name, type] of Object.entries(indexes)) engine.collection("indexed").createIndex(name, type);
    const seed = Date.now() % 2 ** 31;
    console.log(`filters: fast-check seed ${seed}`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(payload, { minLength: 4, maxLength: 4 }),
        fc.array(filter, { minLength: 8, maxLength: 8 }),
        async (payloads, filters) => {
          const expected = (types: Types) =>
            filters.map((one) => [0, 1, 2, 3].filter((id) => passes(one, id, payloads[id]!, types)));
          expect(await select("plain", payloads, filters)).toEqual(expected({}));
          expect(await select("indexed", payloads, filters)).toEqual(expected(indexes));
        },
      ),
      { seed, numRuns: 250 },
    );
  });

  const nested = {
    nest: [{ x: 1, y: 2, "a.b": "q" }, { x: 3 }],
    tags: ["t1", "t2"],
    text: "Alpha beta, GAMMA",
    deep: { er: 5 },
  };
  it.each<[Filter, boolean]>([
    [{ must: { key: "nest[].x", match: { value: 3 } } }, true],
    [{ must: { key: "nest[1].x", match: { value: 3 } } }, true],
    [{ must: { key: "nest[0].x", match: { value: 3 } } }, false],
    [{ must: { key: 'nest[]."a.b"', match: { value: "q" } } }, true],
    [{ must: { key: "deep.er", range: { gt: 4 } } }, true],
    [{ must: { key: "tags[]", match: { value: "t2" } } }, true],
    [
      {
        must: {
          nested: {
            key: "nest",
            filter: {
              must: [
                { key: "x", match: { value: 1 } },
                { key: "y", match: { value: 2 } },
              ],
            },
          },
        },
      },
      true,
    ],
    [
      {
        must: {
          nested: {
            key: "nest",
            filter: {
              must: [
                { key: "x", match: { value: 3 } },
                { key: "y", match: { value: 2 } },
              ],
            },
          },
        },
      },
      false,
    ],
    [{ must: { key: "text", match: { text: "gamma ALPHA" } } }, true],
    [{ must: { key: "text", match: { text: "alph" } } }, false],
    [{ must: { key: "text", match: { text: "" } } }, false],
    [{ must: { key: "text", match: { text_any: "zzz beta" } } }, true],
    [{ must: { key: "text", match: { phrase: "alpha beta" } } }, true],
    [{ must: { key: "text", match: { phrase: "beta alpha" } } }, false],
    [{ must: { key: "text", match: { prefix: "Alp" } } }, true],
  ])("reach into payloads and words: %j", async (one, expected) => {
    if (!engine.find("deep")) {
      engine.createCollection("deep", {});
      engine.collection("deep").createIndex("text", { type: "text", phrase_matching: true });
    }
    expect(await select("deep", [nested], [one])).toEqual([expected ? [0] : []]);
  });

  it.each<[unknown, number, string]>([
    [{ foo: [] }, 400, "unknown field `foo`"],
    [{ must: [{ key: "a" }] }, 422, "At least one field condition"],
    [{ must: [{ key: "a", match: { valu: 1 } }] }, 400, "MatchInterface"],
    [{ must: [{ key: "a", match: { value: 1.5 } }] }, 400, "MatchInterface"],
    [{ must: [{ key: "", match: { value: 1 } }] }, 400, "Invalid json path: ''"],
    [{ must: [{ key: "a[", match: { value: 1 } }] }, 400, "Invalid json path: 'a['"],
    [{ must: [{ key: "a", range: { gte: "abc" } }] }, 400, "RFC3339"],
    [{ must: ["x"] }, 400, "Expected some form of condition"],
    [{ must: [{ has_id: ["zzz"] }] }, 400, "Expected some form of condition"],
    [{ must: [{ key: "a", geo_radius: {} }] }, 400, "missing field `center`"],
  ])("refuse %j", async (one, status, text) => {
    if (!engine.find("plain")) engine.createCollection("plain", {});
    const refused = engine.collection("plain").count({ filter: one as Filter });
    await expect(refused).rejects.toMatchObject({ status, message: expect.stringContaining(text) });
  });
});
