import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeDocument } from "./decode-document.ts";

const bytes = (value: string | Uint8Array | null) => (value === null ? null : Buffer.from(value as string));
const decode = (value: string | Uint8Array | null, key: string | Uint8Array | null = null, headers = {}) =>
  decodeDocument({ key: bytes(key), value: bytes(value), headers });
const put = (id: string | undefined, document: object) => ({ kind: "put", id, document });
const structured = { "content-type": "application/cloudevents+json; charset=utf-8" };
const event = (more: object) => JSON.stringify({ specversion: "1.0", type: "t", source: "/s", id: "e1", ...more });
const base64 = (text: string | Uint8Array) => Buffer.from(text as string).toString("base64");

describe("what a record asks for", () => {
  it.each<[string, ReturnType<typeof decode>, object]>([
    ["JSON with an id", decode('{"id":"a","text":"x"}', "k"), put("a", { id: "a", text: "x" })],
    ["JSON with a number for an id", decode('{"id":7,"text":"x"}'), put("7", { id: "7", text: "x" })],
    ["JSON without an id takes the key", decode('{"text":"x"}', "k"), put("k", { text: "x" })],
    ["an empty key is none", decode('{"text":"x"}', ""), put(undefined, { text: "x" })],
    ["JSON after a byte-order mark", decode('\ufeff {"text":"x"}'), put(undefined, { text: "x" })],
    ["plain text", decode("just words", "k"), put("k", { text: "just words" })],
    [
      "text that looks like JSON, said to be text",
      decode('{"a":1}', null, { "content-type": "Text/Plain" }),
      put(undefined, { text: '{"a":1}' }),
    ],
    ["an array without a content type is text", decode("[1]"), put(undefined, { text: "[1]" })],
    ["an empty value is an empty text", decode("", "k"), put("k", { text: "" })],
    ["null deletes", decode(null, "k"), { kind: "delete", id: "k" }],
    [
      "a binary CloudEvent: the subject is the id",
      decode('{"text":"x"}', "k", { ce_subject: "s" }),
      put("s", { text: "x" }),
    ],
    [
      "a binary CloudEvent with an empty subject",
      decode('{"text":"x"}', "k", { ce_subject: "" }),
      put("k", { text: "x" }),
    ],
    [
      "a structured CloudEvent",
      decode(event({ subject: "s", data: { text: "x" } }), "k", structured),
      put("s", { text: "x" }),
    ],
    ["one whose data is text", decode(event({ data: "words" }), "k", structured), put("k", { text: "words" })],
    [
      "one in capitals",
      decode(event({ data: "w" }), null, { "content-type": "Application/CloudEvents+JSON" }),
      put(undefined, { text: "w" }),
    ],
    [
      "one with data in base64 is no deletion",
      decode(
        event({ subject: "s", datacontenttype: "application/json", data_base64: base64('{"text":"x"}') }),
        null,
        structured,
      ),
      put("s", { text: "x" }),
    ],
    [
      "base64 of plain text",
      decode(event({ subject: "s", data_base64: base64("wörds") }), null, structured),
      put("s", { text: "wörds" }),
    ],
    [
      "a structured CloudEvent without data deletes",
      decode(event({ subject: "s" }), null, structured),
      { kind: "delete", id: "s" },
    ],
  ])("%s", (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  it.each<[string, string, ReturnType<typeof decode>]>([
    ["broken JSON", "INVALID_JSON", decode('{"text":')],
    ["invalid UTF-8", "INVALID_UTF8", decode(Buffer.from([0x61, 0xff]))],
    ["a key of invalid UTF-8", "INVALID_ID", decode('{"text":"x"}', Buffer.from([0xff]))],
    ["a deletion of nothing", "INVALID_ID", decode(null)],
    ["no text", "NO_TEXT", decode('{"title":"x"}')],
    ["a text of another type", "INVALID_DOCUMENT", decode('{"text":5}')],
    ["an array said to be JSON", "INVALID_DOCUMENT", decode("[1]", null, { "content-type": "application/json" })],
    ["null said to be JSON", "INVALID_DOCUMENT", decode("null", null, { "content-type": "application/json" })],
    ["an empty id", "INVALID_ID", decode('{"id":"","text":"x"}')],
    ["an id with a NUL", "INVALID_ID", decode('{"id":"a\\u0000","text":"x"}')],
    ["an id with half a character", "INVALID_ID", decode('{"id":"\\ud800","text":"x"}')],
    ["an id that is too long", "INVALID_ID", decode(JSON.stringify({ id: "é".repeat(257), text: "x" }))],
    ["a vector of words", "INVALID_VECTOR", decode('{"text":"x","vector":["a"]}')],
    ["a date that is none", "INVALID_DATE", decode('{"text":"x","published_at":"yesterday"}')],
    ["an event that is none", "INVALID_EVENT", decode('{"data":"x"}', null, structured)],
    ["an event of broken JSON", "INVALID_EVENT", decode("{", null, structured)],
    ["an event that deletes nobody", "INVALID_EVENT", decode(event({}), null, structured)],
    [
      "an event of bytes that are no text",
      "INVALID_UTF8",
      decode(event({ data_base64: base64(Buffer.from([0xff])) }), null, structured),
    ],
  ])("%s is refused as %s", (_, code, found) => {
    expect(found).toMatchObject({ kind: "reject", reject: { code, message: expect.stringMatching(/./) } });
  });

  it("never throws, whatever the bytes", () => {
    const some = fc.option(fc.uint8Array({ maxLength: 30 }), { nil: null });
    const json = fc.json().map((text) => Buffer.from(text));
    const type = fc.constantFrom(
      {},
      structured,
      { "content-type": "application/json" },
      { "content-type": "text/plain" },
    );
    fc.assert(
      fc.property(some, fc.oneof(some, json), type, (key, value, headers) => {
        expect(["put", "delete", "reject"]).toContain(decodeDocument({ key, value, headers }).kind);
      }),
      { numRuns: 500 },
    );
  });
});
