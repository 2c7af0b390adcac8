import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeRecord, encodeRecord } from "./record-codec.ts";

const bytes = fc.uint8Array({ maxLength: 40 });
const nullable = fc.option(bytes, { nil: null });
const name = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("__proto__", "constructor", "", "ce_id"));

test("a record comes back bit for bit", () => {
  fc.assert(
    fc.property(
      nullable,
      nullable,
      fc.uniqueArray(fc.tuple(name, bytes), { selector: ([text]) => text, maxLength: 8 }),
      fc.double({ noNaN: true }),
      fc.nat(),
      (key, value, pairs, timestampMs, offset) => {
        const record = { key, value, headers: Object.fromEntries(pairs), timestampMs };
        const decoded = decodeRecord(offset, encodeRecord(record));
        const hex = (part: Uint8Array | null) => part && Buffer.from(part).toString("hex");
        expect([decoded.offset, decoded.timestampMs]).toEqual([offset, timestampMs]);
        expect([hex(decoded.key), hex(decoded.value)]).toEqual([hex(key), hex(value)]);
        const named = (headers: object) =>
          Object.entries(headers)
            .map(([text, part]) => [text, hex(part as Uint8Array)])
            .sort();
        expect(named(decoded.headers)).toEqual(named(record.headers));
      },
    ),
  );
});

test("a header given as text is its UTF-8 bytes; an empty key or value is not null", () => {
  const decoded = decodeRecord(
    0,
    encodeRecord({ key: Buffer.alloc(0), value: Buffer.alloc(0), headers: { ключ: "значение" }, timestampMs: 0 }),
  );
  expect(Buffer.from(decoded.headers.ключ as Uint8Array).toString()).toBe("значение");
  expect(decoded.key?.byteLength).toBe(0);
  expect(decoded.value?.byteLength).toBe(0);
});
