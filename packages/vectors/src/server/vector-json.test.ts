import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseVectorJson } from "./vector-json.ts";

const parse = (text: string) => parseVectorJson(Buffer.from(text), (part) => JSON.parse(part) as unknown);

/** Each list of numbers below `vector` or `vectors` as f32: what is left as a list is rounded when it is stored. */
function asF32(value: unknown, inVector = false): unknown {
  if (value instanceof Float32Array) return value;
  if (Array.isArray(value)) {
    const numbers = inVector && value.every((one) => typeof one === "number");
    return numbers ? Float32Array.from(value) : value.map((one) => asF32(one, inVector));
  }
  if (typeof value !== "object" || value === null) return value;
  const below = (name: string) => inVector || name === "vector" || name === "vectors";
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, asF32(one, name !== "payload" && below(name))]),
  );
}

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -10, max: 10 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(0, -0, 1e-10, 123456789012345, 1234567890.1234567, 1e22, 5e-324),
);
const vector = fc.oneof(
  fc.array(number, { minLength: 1, maxLength: 20 }),
  fc.record({
    dense: fc.array(number, { minLength: 1 }),
    words: fc.record({ indices: fc.array(fc.nat()), values: fc.array(number) }),
  }),
);
const body = fc.record({
  points: fc.array(
    fc.record({ id: fc.oneof(fc.nat(), fc.uuid()), vector, payload: fc.dictionary(fc.string(), fc.jsonValue()) }),
  ),
  update_mode: fc.constantFrom("upsert", null),
});

describe("bodies with vectors", () => {
  it("read as JSON.parse reads them, to the last bit of the f32", () => {
    fc.assert(
      fc.property(body, fc.constantFrom(0, 2), (value, spaces) => {
        const text = JSON.stringify(value, null, spaces).replaceAll("__proto__", "proto");
        const read = parse(text);
        expect(read).toBeDefined();
        expect(asF32(read)).toEqual(asF32(JSON.parse(text)));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    "0.1",
    "-1.5e-3",
    "1E5",
    "0.30000000000000004",
    "0.12345678901234567890123",
    "16777217",
    "1e-46",
    "3.4028236e38",
  ])("%s is the nearest f32", (text) => {
    expect(parse(`{"points":[{"vector":[${text}]}]}`)).toEqual({
      points: [{ vector: Float32Array.from([Number(text)]) }],
    });
  });

  it("halves between two f32 fall as JSON.parse lets them fall", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(1e-3), max: 10 }), (value) => {
        const bits = new Int32Array(Float32Array.of(value).buffer);
        const next = new Float32Array(Int32Array.of(bits[0]! + 1).buffer)[0]!;
        for (const nudge of [0, 1e-17, -1e-17, 1e-16]) {
          const text = ((value + next) / 2 + nudge).toFixed(20);
          const read = parse(`{"points":[{"vector":[${text}]}]}`) as { points: { vector: Float32Array }[] };
          expect(read.points[0]!.vector[0]).toBe(Math.fround(Number(text)));
        }
      }),
    );
  });

  it.each(["[01]", "[1.]", "[.5]", "[1,]", "[-]", "[1e]", "[+1]", "[1 2]", "[1", "[NaN]", '[1,"a"]'])(
    "%s is left to JSON.parse, which refuses it or reads it",
    (text) => {
      const whole = `{"points":[{"vector":${text}}]}`;
      let expected: unknown;
      try {
        expected = asF32(JSON.parse(whole));
      } catch {
        expected = undefined;
      }
      expect(asF32(parse(whole))).toEqual(expected);
    },
  );
});
