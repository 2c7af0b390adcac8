import fc from "fast-check";
import { expect, it } from "vitest";
import { MOST_DIGITS, shortF32, writeF32 } from "./f32.ts";
import type { UpdateOperation } from "./protocol.ts";
import { updateBody } from "./update-body.ts";

const float = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ noNaN: true, min: -1, max: 1 }),
  fc.float({ noNaN: true, min: Math.fround(-1e-4), max: Math.fround(1e-4) }),
  fc
    .constantFrom(0, -0, 1, -1, 0.1, 0.01, 0.001, 1e-6, 9.999999e-7, 0.9999999, 0.99999994, 2 ** 24, 1e21)
    .map(Math.fround),
);

it("a number is written as JSON.stringify writes the shortest that reads back as the same f32", () => {
  const bytes = Buffer.alloc(MOST_DIGITS);
  fc.assert(
    fc.property(float, (value) => {
      const text = bytes.toString("latin1", 0, writeF32(bytes, 0, value));
      expect(text).toBe(JSON.stringify(shortF32(value)));
      expect(Math.fround(Number(text))).toBe(value + 0);
    }),
    { numRuns: 20_000 },
  );
});

it("powers of ten, from either side", () => {
  const bytes = Buffer.alloc(MOST_DIGITS);
  for (let power = -8; power <= 2; power++) {
    const bits = new Int32Array(Float32Array.of(10 ** power).buffer);
    for (let step = -3; step <= 3; step++) {
      const value = new Float32Array(Int32Array.of(bits[0]! + step).buffer)[0]!;
      expect(Number(bytes.toString("latin1", 0, writeF32(bytes, 0, value)))).toBe(shortF32(value));
    }
  }
});

/** What the client of Qdrant sends. */
const plain = (operations: readonly UpdateOperation[]) =>
  JSON.stringify({ operations }, (_, value: unknown) =>
    value instanceof Float32Array ? Array.from(value, shortF32) : value,
  );

const point = fc.record(
  {
    id: fc.oneof(fc.nat(), fc.uuid()),
    vector: fc.oneof(
      fc.array(float, { maxLength: 40 }).map((numbers) => Float32Array.from(numbers)),
      fc.array(fc.integer()),
      fc.constant({}),
      fc.constant({ words: { indices: [1, 7], values: [0.5, 2] } }),
    ),
    payload: fc.option(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()), { nil: undefined }),
  },
  { requiredKeys: ["id", "vector"] },
);
const operation: fc.Arbitrary<UpdateOperation> = fc.oneof(
  fc
    .record({
      points: fc.array(point, { maxLength: 5 }),
      update_filter: fc.constantFrom(undefined, null, { must: [{ key: "version", range: { lt: 3 } }] }),
      update_mode: fc.constantFrom(undefined, "insert_only" as const),
    })
    .map((upsert) => ({ upsert })),
  fc.constant({ upsert: { batch: { ids: [1], vectors: [[1, 2]] } } }),
  fc.constant({ set_payload: { payload: { title: "Zürich — 東京 \ud800" }, filter: { must: [{ has_id: [1] }] } } }),
);

it("the bytes are those of the plain JSON", () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 6 }), (operations) => {
      expect(updateBody(operations).toString()).toBe(plain(operations));
    }),
  );
});

it("grows with what it holds, and writes an id beyond 2^53 as a number", () => {
  const points = Array.from({ length: 300 }, (_, id) => ({
    id: 2n ** 63n + BigInt(id),
    vector: Float32Array.from({ length: 384 }, (_, i) => Math.sin(id * 384 + i)),
    payload: { text: "語".repeat(500) },
  }));
  const text = updateBody([{ upsert: { points } }]).toString();
  expect(text).toContain(`{"id":9223372036854775808,"vector":[`);
  const read = JSON.parse(text) as { operations: { upsert: { points: { vector: number[]; payload: unknown }[] } }[] };
  const found = read.operations[0]!.upsert.points;
  expect(found).toHaveLength(300);
  expect(found.map(({ vector }) => Float32Array.from(vector))).toEqual(points.map(({ vector }) => vector));
  expect(found.at(-1)!.payload).toEqual(points.at(-1)!.payload);
});
