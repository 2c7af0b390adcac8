/**
 * Generated input for a parser: seeded, told, bounded. `FUZZ_SEED=n` runs one again, `FUZZ_SEED=random` looks for more,
 * `FUZZ_RUNS=n` tries longer.
 */
import { FatalError, RetryableError } from "@eddy/contracts/errors";
import fc from "fast-check";
import { expect } from "vitest";

const { FUZZ_SEED, FUZZ_RUNS } = process.env;
const seed = FUZZ_SEED === "random" ? Math.floor(Math.random() * 2 ** 31) : Number(FUZZ_SEED ?? 20_261_123);
console.log(`FUZZ_SEED=${seed} FUZZ_RUNS=${FUZZ_RUNS ?? "as each test has it"}`);
/** For tests: long enough for FUZZ_RUNS, too. */
export const FUZZ_MS = FUZZ_RUNS === undefined ? 120_000 : 3_600_000;

/** Runs `check` on generated values; afterwards no prototype has been added to. */
export async function fuzz<T>(values: fc.Arbitrary<T>, check: (value: T) => unknown, runs = 300): Promise<void> {
  const before = prototypes();
  const property = fc.asyncProperty(values, async (value) => void (await check(value)));
  await fc.assert(property, { seed, numRuns: Number(FUZZ_RUNS ?? runs), endOnFailure: true });
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

/** Headers of Kafka, of any names and bytes. */
export const recordHeaders: fc.Arbitrary<Record<string, string | Uint8Array>> = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom(
          ...["content-type", "ce_subject", "ce_specversion", "traceparent", "eddy-replayed", "eddy-only-revision"],
          ...["eddy-origin", "eddy-source", "eddy-previous", "eddy-version", "__connect.errors.topic"],
          ...["__connect.errors.partition", "__connect.errors.offset", "__connect.errors.exception.message"],
        ),
        names,
      ),
      fc.oneof(
        fc.constantFrom(
          "application/cloudevents+json",
          "application/json",
          "text/plain",
          "eddy.documents.v1",
          "0",
          "-1",
        ),
        fc.constantFrom(
          '"0:1"',
          '{"revision":"a/0:1","received_at":"2026-11-23T00:00:00Z","cleaned":true,"model":"m"}',
        ),
        fc.string(),
        fc.uint8Array({ maxLength: 20 }),
      ),
    ),
    { maxLength: 8 },
  )
  // fromEntries: also __proto__ is but a name.
  .map((pairs) => Object.fromEntries(pairs));

/** Runs it; it may throw an error of a closed list only, with one of these codes. */
export async function orFault<T>(codes: readonly string[], run: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    const declared = error instanceof FatalError || error instanceof RetryableError;
    if (!declared || !codes.includes(error.code)) throw error;
    expect(error.message).toMatch(/\S/);
    return undefined;
  }
}
