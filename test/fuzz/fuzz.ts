/**
 * Generated input for a parser: seeded, told, bounded. `FUZZ_SEED=n` runs one again, `FUZZ_SEED=random` looks for more,
 * `FUZZ_RUNS=n` tries longer.
 */
import fc from "fast-check";
import { expect } from "vitest";

const { FUZZ_SEED, FUZZ_RUNS } = process.env;
const seed = FUZZ_SEED === "random" ? Math.floor(Math.random() * 2 ** 31) : Number(FUZZ_SEED ?? 20_261_123);
const numRuns = Number(FUZZ_RUNS ?? 300);
console.log(`FUZZ_SEED=${seed} FUZZ_RUNS=${numRuns}`);

/** Runs `check` on generated values; afterwards no prototype has been added to. */
export async function fuzz<T>(values: fc.Arbitrary<T>, check: (value: T) => unknown, runs = numRuns): Promise<void> {
  const before = prototypes();
  const property = fc.asyncProperty(values, async (value) => void (await check(value)));
  await fc.assert(property, { seed, numRuns: runs, endOnFailure: true });
  expect(prototypes()).toEqual(before);
}

const prototypes = () =>
  [Object, Array, String, Map, Error, Buffer].map(({ prototype }) => Object.getOwnPropertyNames(prototype).sort());

/** Names that have hurt other parsers. */
const names = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "", "0", "length"),
  fc.constantFrom(
    "id",
    "text",
    "title",
    "metadata",
    "vector",
    "published_at",
    "specversion",
    "data",
    "data_base64",
    "subject",
  ),
  fc.string({ maxLength: 8 }),
);

/** Any JSON value as text; `__proto__` stands in it as a key, as no object literal could have it. */
export const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.string({ unit: "binary", maxLength: 20 }).map((text) => JSON.stringify(text)),
    fc.oneof(
      fc.double().map(String),
      fc.constantFrom("1e999", "-0", "1e-400", "9007199254740993", "null", "true", "NaN"),
    ),
    fc.array(tie("value"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
    fc
      .array(fc.tuple(names, tie("value")), { maxLength: 5 })
      .map((pairs) => `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`),
  ),
})).value;

/** Bytes: any at all, or of a text that a few bytes were changed, cut or added in. */
export const nearly = (text: fc.Arbitrary<string | Uint8Array>): fc.Arbitrary<Buffer> =>
  fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    text.map((given) => Buffer.from(given)),
    fc
      .tuple(text, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 }), fc.option(fc.nat()))
      .map(([given, edits, cut]) => {
        const bytes = Buffer.from(given);
        for (const [at, byte] of edits) if (bytes.length > 0) bytes[at % bytes.length] = byte;
        return cut === null ? bytes : bytes.subarray(0, cut % (bytes.length + 1));
      }),
  );

/** Texts of a line or many, with the signs that parsers stumble over. */
export const lineText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom('"', '""', ",", "\t", ";", "\n", "\r\n", "\r", "\0", "\ufeff", "text", "id", "<", "&", "\\"),
      fc.string({ maxLength: 6 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));
