import { floatsToBase64 } from "@eddy/contracts/vector-bytes";
import { describe, expect, it } from "vitest";
import { createCheckStage } from "./check.ts";

const stage = createCheckStage({ maxBytes: 200, dimensions: 3 });
async function check(value: string | null, key: string | null = null, headers: Record<string, string> = {}) {
  const record = {
    key: key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    headers,
    offset: 7,
    timestampMs: 1_700_000_000_000,
  };
  const outcomes = await stage([{ partition: 2, record }], { signal: new AbortController().signal });
  expect(outcomes).toHaveLength(1);
  return outcomes[0]!;
}

it("cleans a document and gives it its id, revision and time", async () => {
  const document = {
    text: "<p>Caf&eacute;  au\u0000 lait</p>",
    title: " T ",
    published_at: "2026-01-02",
    label: "l",
    source: "s",
    metadata: { a: 1 },
  };
  expect(await check(JSON.stringify(document))).toEqual({
    kind: "ok",
    output: {
      documentId: "document-2-7",
      accepted: {
        format: 1,
        document_id: "document-2-7",
        revision: "2:7",
        text: "Café au lait",
        title: "T",
        source: "s",
        label: "l",
        metadata: { a: 1 },
        published_at: "2026-01-02T00:00:00.000Z",
        received_at: "2023-11-14T22:13:20.000Z",
      },
    },
  });
});

it("takes the title for the text where there is no other; passes deletions", async () => {
  expect(await check('{"id":"a","text":"  ","title":"T"}')).toMatchObject({
    output: { accepted: { text: "T", title: "T" } },
  });
  expect(await check(null, "a")).toEqual({ kind: "ok", output: { documentId: "a", accepted: null } });
});

it.each([
  ["EMPTY_TEXT", '{"text":"<p> </p>"}'],
  ["TOO_LARGE", JSON.stringify({ text: "x".repeat(200) })],
  ["INVALID_VECTOR", '{"text":"x","vector":[1,2]}'],
  ["INVALID_VECTOR", '{"text":"x","vector":"not base64"}'],
  ["INVALID_VECTOR", '{"text":"x","vector":"AACAPw=="}'],
  ["INVALID_VECTOR", '{"text":"x","vector":"AACAPwAA"}'],
  ["INVALID_VECTOR", '{"text":"x","vector":"AAAAAAAAAAAAAAAA"}'],
  ["INVALID_VECTOR", '{"text":"x","vector":[0,0,0]}'],
  ["INVALID_VECTOR", '{"text":"x","vector":[1e39,0,0]}'],
  // Its square is 0: made unit length it would be NaN, and stop the model.
  ["INVALID_VECTOR", '{"text":"x","vector":[1e-200,0,0]}'],
  ["INVALID_JSON", "{"],
])("%s: %s", async (code, value) => {
  expect(await check(value)).toMatchObject({ kind: "deadLetter", reject: { code } });
});

it("refuses a key that is no id", async () => {
  expect(await check('{"text":"x"}', "k".repeat(513))).toMatchObject({
    kind: "deadLetter",
    reject: { code: "INVALID_ID" },
  });
  expect(await check('{"text":"x"}', "a\0")).toMatchObject({ kind: "deadLetter", reject: { code: "INVALID_ID" } });
});

it("takes a vector as numbers and as base64 for the same", async () => {
  const vector = floatsToBase64(Float32Array.of(1, -2, 0.5));
  for (const given of [vector, [1, -2, 0.5]])
    expect(await check(JSON.stringify({ text: "x", vector: given }))).toMatchObject({
      output: { accepted: { vector } },
    });
});

describe("a replayed document", () => {
  const from = { revision: "old/0:1", received_at: "2020-01-02T03:04:05.000Z" };
  const replayed = (document: object, more: object = {}) =>
    check(JSON.stringify(document), "k", { "eddy-replayed": JSON.stringify({ ...from, ...more }) });

  it("keeps its revision and the time that it came", async () => {
    expect(await replayed({ text: "a &lt; b" })).toMatchObject({
      output: { accepted: { ...from, text: "a < b" } },
    });
  });

  it("of a collection is not cleaned again, and may be larger by its vector", async () => {
    const text = "&lt;b&gt; ".repeat(30);
    expect(await replayed({ text, title: "&amp;" }, { cleaned: true })).toMatchObject({
      output: { accepted: { text, title: "&amp;" } },
    });
    expect(await replayed({ text })).toMatchObject({ reject: { code: "TOO_LARGE" } });
  });

  it("leaves a vector of another width behind where a model made it", async () => {
    const vector = [1, 2, 3, 4];
    const outcome = await replayed({ text: "t", vector }, { model: "wide" });
    expect(outcome).toMatchObject({ output: { accepted: { text: "t" } } });
    expect(JSON.stringify(outcome)).not.toContain("vector");
    expect(await replayed({ text: "t", vector })).toMatchObject({ reject: { code: "INVALID_VECTOR" } });
    expect(await replayed({ text: "t", vector: [1, 2, 3] }, { model: "m" })).toMatchObject({
      output: { accepted: { vector: floatsToBase64(Float32Array.of(1, 2, 3)) } },
    });
  });

  it.each([
    "{",
    "{}",
    '{"revision":"0:1","received_at":"2020-01-02T03:04:05.000Z"}',
    '{"revision":"a/0:1","received_at":"x"}',
  ])("is none by the header %s", async (header) => {
    expect(await check('{"text":"t"}', "k", { "eddy-replayed": header })).toMatchObject({
      output: { accepted: { revision: "2:7", received_at: "2023-11-14T22:13:20.000Z" } },
    });
  });
});

const nest = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
const withMetadata = (value: string) => `{"id":"a","text":"x","metadata":{"m":${value}}}`;

it.each([
  ["an array", nest(99), nest(100)],
  ["an object", `${'{"a":'.repeat(99)}1${"}".repeat(99)}`, `${'{"a":'.repeat(100)}1${"}".repeat(100)}`],
])("takes metadata as deep as Qdrant does: %s", async (_, fits, tooDeep) => {
  const deep = createCheckStage({ maxBytes: 1e6, dimensions: 3 });
  const verdict = async (value: string) => {
    const record = { key: null, value: Buffer.from(withMetadata(value)), headers: {}, offset: 1, timestampMs: 0 };
    return (await deep([{ partition: 0, record }], { signal: new AbortController().signal }))[0];
  };
  expect(await verdict(fits)).toMatchObject({ kind: "ok" });
  for (const value of [tooDeep, nest(200_000)])
    expect(await verdict(value)).toMatchObject({ kind: "deadLetter", reject: { code: "INVALID_DOCUMENT" } });
});

it("gives half characters in metadata a whole one, in names too, and leaves the rest as it is", async () => {
  const value = withMetadata('{"\\ud800":["\\udfff","\\ud83d\\ude00"],"__proto__":{"b":1}}');
  expect(await check(value)).toMatchObject({ kind: "ok" });
  const { output } = (await check(value)) as { output: { accepted: { metadata: object } } };
  expect(JSON.stringify(output.accepted.metadata)).toBe(
    '{"m":{"\ufffd":["\ufffd","\ud83d\ude00"],"__proto__":{"b":1}}}',
  );
});
