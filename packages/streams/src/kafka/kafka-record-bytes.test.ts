import { createRequire } from "node:module";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type RecordParts, recordBytes } from "./kafka-record-bytes.ts";

type Encode = (parts: RecordParts) => { readonly buffer: Buffer };
const ofKafkajs = createRequire(import.meta.url)("kafkajs/src/protocol/recordBatch/record/v0") as Encode;

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const part = fc.oneof(bytes, fc.string({ unit: "grapheme", maxLength: 40 }), fc.constant(null));
// kafkajs can't write a header without a value.
const held = fc.oneof(bytes, fc.string({ unit: "grapheme" }));

it("gives the bytes that kafkajs gives", () => {
  fc.assert(
    fc.property(
      fc.record({
        offsetDelta: fc.nat({ max: 2 ** 30 }),
        timestampDelta: fc.integer({ min: -(2 ** 31), max: 2 ** 45 }),
        key: part,
        value: part,
        headers: fc.dictionary(fc.string({ unit: "grapheme" }), fc.oneof(held, fc.array(held, { maxLength: 3 }))),
      }),
      (parts) => {
        expect(recordBytes(parts).equals(ofKafkajs(parts).buffer)).toBe(true);
      },
    ),
  );
});

it("needs nothing but the parts that there are", () => {
  expect(recordBytes({ value: "x" })).toEqual(ofKafkajs({ value: "x" }).buffer);
  expect(recordBytes({ key: "k", value: null, headers: { a: undefined } }).subarray(-3)).toEqual(
    Buffer.from([2, 97, 1]),
  );
});
