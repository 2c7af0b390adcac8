/** The store and the embedded server, held against Qdrant's own engine, and against a real Qdrant where QDRANT_URL names one. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "@eddy/runtime/random";
import { describeVectorStore } from "@eddy/vectors/conformance";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { createRestApi } from "@eddy/vectors/rest-client";
import { createQdrantServer, type QdrantServer } from "@eddy/vectors/server/server";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { qdrantEngineMissing, startQdrantEngine } from "../peers/qdrant-engine.ts";
import { filters, indexes, point, vector, writes } from "../support/qdrant-cases.ts";
import { type Answer, type Answering, ask, expectClose, type Pair, same } from "../support/qdrant-pair.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

// The same requests each time, so that a change of ours is what makes it fail; CONTRACT_SEED=random looks for more.
const { CONTRACT_SEED = "1" } = process.env;
const SEED = CONTRACT_SEED === "random" ? Math.floor(Math.random() * 2 ** 31) : Number(CONTRACT_SEED);
const RUNS = Number(process.env.CONTRACT_RUNS ?? 150);
const parameters = { seed: SEED, numRuns: RUNS };

const missing = await qdrantEngineMissing();
const engine = missing === undefined ? await startQdrantEngine() : undefined;
afterAll(() => engine?.stop());

describe.skipIf(engine === undefined)("Qdrant's own engine", () => {
  describeVectorStore("Qdrant's engine", async () => {
    const api = createRestApi({ url: engine!.url });
    return { store: (collection) => createQdrantStore(api, collection), stop: async () => {} };
  });
  describeContract("Qdrant's engine", () => engine!, { nulls: true });
});

const url = process.env.QDRANT_URL;
describe.skipIf(url === undefined)("a real Qdrant", () => {
  describeContract("Qdrant", () => ({ url: url!, apiKey: process.env.QDRANT_API_KEY }), { nulls: false });
});

/** The same requests to both; the answers must be equal. */
function describeContract(name: string, real: () => Answering, { nulls }: { nulls: boolean }): void {
  describe(`the embedded server answers as ${name} (CONTRACT_SEED=${SEED})`, () => {
    const dir = mkdtempSync(join(tmpdir(), "eddy-contract-"));
    const made: string[] = [];
    let server: QdrantServer;
    let pair: Pair;

    beforeAll(async () => {
      server = await createQdrantServer({ dir, port: 0 });
      pair = { real: real(), ours: { url: server.url } };
    });
    afterAll(async () => {
      for (const collection of made) await ask(pair.real, "DELETE", collection);
      await server.close();
      rmSync(dir, { recursive: true });
    });

    const ids = [1, 2, 3, 10, "550e8400-e29b-41d4-a716-446655440000", "00000000-0000-4000-8000-000000000007"] as const;

    async function collection(distance: string, fields: readonly string[]): Promise<string> {
      const path = `/collections/contract-${process.pid}-${made.length}`;
      made.push(path);
      await same(pair, "PUT", path, { vectors: { size: 3, distance } });
      for (const field of fields) {
        const field_schema = indexes[field as keyof typeof indexes];
        await same(pair, "PUT", `${path}/index?wait=true`, { field_name: field, field_schema });
      }
      return path;
    }

    const both = (path: string, body: unknown) =>
      Promise.all([ask(pair.real, "POST", path, body), ask(pair.ours, "POST", path, body)]);

    async function filled(distance: string, fields: readonly string[]): Promise<string> {
      const path = await collection(distance, fields);
      const numbers = Array.from({ length: 60 }, (_, i) => i);
      const points = fc.sample(fc.tuple(...numbers.map((id) => point([id]))), { seed: SEED, numRuns: 1 })[0]!;
      await same(pair, "PUT", `${path}/points?wait=true`, { points });
      return path;
    }

    const all = Object.keys(indexes);
    const sets: readonly (readonly [string, readonly string[]])[] = [
      ["without indexes", []],
      ["with all indexes", all],
      ["with every other index", all.filter((_, i) => i % 2 === 0)],
    ];

    test.each(sets)("filters, %s", async (_, fields) => {
      const path = await filled("Cosine", fields);
      const filter = filters({ ids: [0, 1, 2, 30, 77], texts: fields.includes("t"), nulls });
      await fc.assert(
        fc.asyncProperty(filter, async (where) => {
          await same(pair, "POST", `${path}/points/scroll`, { filter: where, limit: 100, with_payload: false });
          await same(pair, "POST", `${path}/points/count`, { filter: where });
        }),
        parameters,
      );
    });

    test("facets, orders and pages", async () => {
      const path = await filled("Dot", all);
      const filter = filters({ ids: [0, 1, 2, 30, 77], texts: true, nulls });
      const order = fc.record(
        {
          key: fc.constantFrom("n", "f", "d", "o.x", "k", "t", "none"),
          direction: fc.constantFrom("asc", "desc"),
          start_from: fc.constantFrom(1, 0.5, "2024-01-02T10:00:00Z"),
        },
        { requiredKeys: ["key"] },
      );
      await fc.assert(
        fc.asyncProperty(filter, order, fc.integer({ min: 1, max: 70 }), async (where, order_by, limit) => {
          const page = { filter: where, limit, with_vector: true };
          await same(pair, "POST", `${path}/points/scroll`, page);
          await same(pair, "POST", `${path}/points/scroll`, { ...page, offset: limit });
          const whole = { ...page, limit: 200, order_by };
          expectSameOrder(await both(`${path}/points/scroll`, whole), whole);
          const first = await both(`${path}/points/scroll`, { ...page, order_by });
          expect(orders(first[1])).toEqual(orders(first[0]));
          for (const key of [...all, "none"]) {
            await same(pair, "POST", `${path}/facet`, { key, filter: where, limit, exact: true });
          }
        }),
        { ...parameters, numRuns: Math.ceil(RUNS / 8) },
      );
    });

    test.each(["Cosine", "Dot", "Euclid", "Manhattan"])("searches by %s", async (distance) => {
      const path = await filled(distance, all);
      const filter = filters({ ids: [0, 1, 2, 30, 77], texts: true, nulls });
      // scores of Cosine are rounded: none of these is one
      const thresholds = distance === "Cosine" ? [-0.4321, 0.1234, 0.8765] : [-1, 0, 0.5, 1.5];
      const threshold = fc.constantFrom(undefined, ...thresholds);
      await fc.assert(
        fc.asyncProperty(vector, filter, threshold, async (query, where, score_threshold) => {
          const request = { query, filter: where, score_threshold, limit: 70, with_payload: ["k", "o.x"] };
          expectSameOrder(await both(`${path}/points/query`, request), request);
        }),
        { ...parameters, numRuns: Math.ceil(RUNS / 4) },
      );
    });

    test("fusions of prefetched queries", async () => {
      const path = await collection("Cosine", ["n"]);
      const random = createRandom(SEED);
      // all scores differ, or ranks would be a matter of luck
      const fresh = () => [random.next() - 0.5, random.next() - 0.5, random.next() - 0.5];
      const points = Array.from({ length: 60 }, (_, id) => ({ id, vector: fresh(), payload: { n: id % 5 } }));
      await same(pair, "PUT", `${path}/points?wait=true`, { points });
      const vectors = fc.integer({ min: 0, max: 2 ** 31 }).map((seed) => {
        const { next } = createRandom(SEED, seed);
        return [next() - 0.5, next() - 0.5, next() - 0.5];
      });
      const filter = fc.constantFrom(
        undefined,
        { must: [{ key: "n", range: { lt: 3 } }] },
        { must_not: { has_id: [1, 2] } },
      );
      const prefetch = fc.record({ query: vectors, filter, limit: fc.integer({ min: 1, max: 30 }) });
      const deeper = fc.record({ prefetch, query: vectors, limit: fc.integer({ min: 1, max: 10 }) });
      const query = fc.oneof(
        fc.constantFrom({ fusion: "rrf" }, { fusion: "dbsf" }, { rrf: { k: 7 } }, { rrf: { weights: [3, 1, 0.5] } }),
        vectors,
      );
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.oneof(prefetch, deeper), { minLength: 3, maxLength: 3 }),
          query,
          filter,
          async (...parts) => {
            const request = { prefetch: parts[0], query: parts[1], filter: parts[2], limit: 100 };
            expectSameOrder(await both(`${path}/points/query`, request), request);
          },
        ),
        { ...parameters, numRuns: Math.ceil(RUNS / 4) },
      );
    });

    test.each(["Cosine", "Dot", "Euclid", "Manhattan"])("queries by several examples, %s", async (distance) => {
      const path = await collection(distance, ["n"]);
      const random = createRandom(SEED);
      const fresh = () => [random.next() - 0.5, random.next() - 0.5, random.next() - 0.5];
      const points = Array.from({ length: 60 }, (_, id) => ({ id, vector: fresh(), payload: { n: id % 5 } }));
      await same(pair, "PUT", `${path}/points?wait=true`, { points });
      const example = fc.integer({ min: 0, max: 2 ** 31 }).map((seed) => {
        const { next } = createRandom(SEED, seed);
        return [next() - 0.5, next() - 0.5, next() - 0.5];
      });
      const pairs = fc.array(fc.record({ positive: example, negative: example }), { minLength: 1, maxLength: 3 });
      const some = fc.array(example, { minLength: 1, maxLength: 3 });
      const query = fc.oneof(
        fc.record({
          recommend: fc.record({
            positive: some,
            negative: some,
            strategy: fc.constantFrom("best_score", "sum_scores"),
          }),
        }),
        fc.record({ discover: fc.record({ target: example, context: pairs }) }),
        fc.record({ context: pairs }),
        fc.record({
          nearest: example,
          mmr: fc.record({ diversity: fc.constantFrom(0, 0.3, 0.7), candidates_limit: fc.constantFrom(5, 30) }),
        }),
      );
      const filter = fc.constantFrom(undefined, { must: [{ key: "n", range: { lt: 3 } }] });
      await fc.assert(
        fc.asyncProperty(query, filter, fc.integer({ min: 1, max: 40 }), async (one, where, limit) => {
          // points on the right side of all pairs are equals, and so are some between examples by Manhattan
          const ties = "context" in one || "recommend" in one;
          const request = { query: one, filter: where, limit: ties ? 100 : limit };
          expectSameOrder(await both(`${path}/points/query`, request), request);
        }),
        { ...parameters, numRuns: Math.ceil(RUNS / 4) },
      );
    });

    test("formulas", async () => {
      const path = await collection("Cosine", ["n"]);
      const random = createRandom(SEED);
      const fresh = () => [random.next() - 0.5, random.next() - 0.5, random.next() - 0.5];
      const points = Array.from({ length: 40 }, (_, id) => ({
        id,
        vector: fresh(),
        payload: {
          n: id % 5,
          ...(id % 3 > 0 && { f: id / 7 }),
          at: { lon: (id % 9) - 4, lat: (id % 7) * 3 },
          d: `2024-01-${String(1 + (id % 28)).padStart(2, "0")}T10:00:00Z`,
        },
      }));
      await same(pair, "PUT", `${path}/points?wait=true`, { points });
      const leaf = fc.constantFrom<unknown>(
        ...["$score", "$score[1]", "n", "f", 0.5, -2, { key: "n", match: { value: 2 } }],
        ...[{ geo_distance: { origin: { lon: 1, lat: 2 }, to: "at" } }, { datetime_key: "d" }],
        { datetime: "2024-01-10T00:00:00Z" },
      );
      const { expression } = fc.letrec((tie) => ({
        expression: fc.oneof(
          { maxDepth: 3, depthSize: "small" },
          leaf,
          fc.array(tie("expression"), { minLength: 1, maxLength: 3 }).map((sum) => ({ sum })),
          fc.array(tie("expression"), { minLength: 1, maxLength: 3 }).map((mult) => ({ mult })),
          fc
            .tuple(fc.constantFrom("neg", "abs", "sqrt", "ln", "log10"), tie("expression"))
            .map(([kind, of]) => ({ [kind]: of })),
          fc
            .record({ left: tie("expression"), right: tie("expression"), by_zero_default: fc.constantFrom(null, 3) })
            .map((div) => ({ div })),
          fc
            .tuple(
              fc.constantFrom("lin_decay", "exp_decay", "gauss_decay"),
              fc.record({
                x: fc.constantFrom<unknown>("n", "f", "$score"),
                target: fc.constantFrom<unknown>(null, 1, "n"),
                scale: fc.constantFrom(0.5, 3),
                midpoint: fc.constantFrom(0.2, 0.5),
              }),
            )
            .map(([kind, of]) => ({ [kind]: of })),
        ),
      }));
      await fc.assert(
        fc.asyncProperty(expression, async (formula) => {
          const prefetch = [
            { query: [0.3, 0.1, -0.2], limit: 15 },
            { query: [-0.3, 0.4, 0.2], limit: 15 },
          ];
          const request = { prefetch, query: { formula, defaults: { f: 0.25 } }, limit: 100 };
          expectSameOrder(await both(`${path}/points/query`, request), request);
        }),
        parameters,
      );
    });

    test.each([null, "idf"])("sparse vectors beside dense ones, modifier %s", async (modifier) => {
      const path = `/collections/contract-${process.pid}-${made.length}`;
      made.push(path);
      const sparse_vectors = { words: modifier ? { modifier } : {} };
      await same(pair, "PUT", path, { vectors: { dense: { size: 3, distance: "Dot" } }, sparse_vectors });
      const random = createRandom(SEED);
      const sparse = (most: number) => {
        const indices = [...new Set(Array.from({ length: 1 + random.below(most) }, () => random.below(30) ** 3))];
        return { indices: indices.sort((a, b) => a - b), values: indices.map(() => random.next() + 0.1) };
      };
      const fresh = () => [random.next() - 0.5, random.next() - 0.5, random.next() - 0.5];
      const points = Array.from({ length: 80 }, (_, id) => ({
        id,
        vector: { ...(id % 9 > 0 && { dense: fresh() }), ...(id % 7 > 0 && { words: sparse(6) }) },
        payload: { n: id % 5 },
      }));
      await same(pair, "PUT", `${path}/points?wait=true`, { points });
      await same(pair, "PUT", `${path}/points/vectors?wait=true`, {
        points: [
          { id: 0, vector: { words: sparse(4) } },
          { id: 1, vector: { words: sparse(4) } },
        ],
      });
      // until they are swept away, Qdrant counts what was deleted among all vectors
      if (!modifier) {
        await same(pair, "POST", `${path}/points/vectors/delete?wait=true`, { points: [2, 3], vector: ["words"] });
        await same(pair, "POST", `${path}/points/delete?wait=true`, { points: [4] });
      }
      await same(pair, "POST", `${path}/points/scroll`, { limit: 100, with_vector: true });
      const filter = { must: [{ key: "n", range: { lt: 3 } }] };
      for (let run = 0; run < 15; run += 1) {
        const query = sparse(5);
        const requests = [
          { query, using: "words", limit: 100 },
          { query, using: "words", limit: 5, filter, score_threshold: 0.3 },
          {
            prefetch: [
              { query, using: "words", limit: 7 },
              { query: fresh(), using: "dense", limit: 7 },
            ],
            query: { fusion: "rrf" },
            limit: 20,
          },
        ];
        for (const request of requests) expectSameOrder(await both(`${path}/points/query`, request), request);
      }
      await same(pair, "POST", `${path}/points/count`, { filter: { must: [{ has_vector: "words" }] } });
    });

    test("refusals", async () => {
      const path = await filled("Cosine", ["k", "n"]);
      const vector = [1, 2, 3];
      const requests: readonly (readonly [string, string, unknown])[] = [
        ["PUT", "/points?wait=true", { points: [{ id: 1, vector: [1] }] }],
        ["PUT", "/points?wait=true", { points: [{ id: 1, vector: { other: vector } }] }],
        [
          "PUT",
          "/points?wait=true",
          {
            points: [
              { id: 1, vector },
              { id: 2, vector: [1, 2, 3, 4] },
            ],
          },
        ],
        ["POST", "/points/payload?wait=true", { payload: { a: 1 }, points: [1, 9999] }],
        ["PUT", "/points/payload?wait=true", { payload: { a: 1 }, points: [9999] }],
        ["POST", "/points/payload/delete?wait=true", { keys: ["k"], points: [9999] }],
        ["POST", "/points/payload/clear?wait=true", { points: [9999] }],
        ["POST", "/points/delete?wait=true", { points: [9999] }],
        ["PUT", "/points/vectors?wait=true", { points: [{ id: 9999, vector }] }],
        ["PUT", "/points/vectors?wait=true", { points: [{ id: 1, vector: [1] }] }],
        ["POST", "/points/query", { query: [1, 2] }],
        ["POST", "/points/query", { query: vector, using: "other" }],
        ["POST", "/points/scroll", { order_by: "k" }],
        ["POST", "/points/scroll", { order_by: "none" }],
        ["POST", "/points/scroll", { filter: { must: [{ key: "a[", match: { value: 1 } }] } }],
        ["POST", "/points/scroll", { filter: { must: [{ key: "", match: { value: 1 } }] } }],
        ["POST", "/points/scroll", { filter: { must: [{ key: "d", range: { lt: "soon" } }] } }],
        ["POST", "/points/scroll", { filter: { must: [{ key: "d", range: { lt: "2024-13-01T00:00:00Z" } }] } }],
        ["POST", "/facet", { key: "f", exact: true }],
        ["POST", "/facet", { key: "f[", exact: true }],
        ["POST", "/points/scroll", { limit: 100, with_vector: true }],
      ];
      for (const [method, at, body] of requests) await same(pair, method, path + at, body);
      await same(pair, "POST", "/collections/nope/points/count", {});
      await same(pair, "GET", "/collections/nope/exists");
      await same(pair, "PUT", path, { vectors: { size: 3, distance: "Dot" } });
    });

    test("writes", async () => {
      const path = await collection("Euclid", all);
      await fc.assert(
        fc.asyncProperty(fc.array(writes(ids, nulls), { minLength: 1, maxLength: 8 }), async (requests) => {
          await same(pair, "POST", `${path}/points/delete?wait=true`, { filter: {} });
          for (const [method, at, body] of requests) {
            await same(pair, method, `${path}/points${at}?wait=true`, body);
            await same(pair, "POST", `${path}/points/scroll`, { limit: 100, with_vector: true });
          }
        }),
        { ...parameters, numRuns: Math.ceil(RUNS / 4) },
      );
    });
  });
}

type Ordered = { id: unknown; score?: number; order_value?: number };

const pointsOf = ({ result }: Answer) => (result as { points: Ordered[] } | undefined)?.points ?? [];
const orders = (answer: Answer) => pointsOf(answer).map(({ score, order_value }) => score ?? order_value);

/** Equal scores and values have no order: the points are the same, and so is the sequence of what they are ordered by. */
function expectSameOrder([expected, found]: readonly Answer[], request: object): void {
  const [real, ours] = [expected!, found!].map((answer) => ({
    status: answer.status,
    points: pointsOf(answer).toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1)),
    orders: orders(answer),
  }));
  expectClose(ours, real, JSON.stringify(request));
}
