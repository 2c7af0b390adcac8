import { expect, it } from "vitest";
import { createCheckStage } from "./check.ts";

const stage = createCheckStage({ maxBytes: 200, dimensions: 3 });
async function check(value: string | null, key: string | null = null) {
  const record = {
    key: key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    headers: {},
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
