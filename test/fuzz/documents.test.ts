/** Whatever is published: a document comes out, or a refusal of the closed list. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { rejectCodes } from "@eddy/contracts/errors";
import { openDocuments } from "@eddy/datasets/open";
import { decodeDocument } from "@eddy/ingest/decode-document";
import { conditionHeaders, eventHeaders, formatOf } from "@eddy/ingest/http/format";
import { createLineSplitter, type Line } from "@eddy/ingest/http/line-splitter";
import { HttpFault } from "@eddy/runtime/http-fault";
import { clean } from "@eddy/text/clean";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { fuzz, jsonText, lineText, nearly, orFault } from "./fuzz.ts";

const contentType = fc.constantFrom(
  undefined,
  "application/json",
  "text/plain",
  "application/cloudevents+json",
  "text/html",
  "application/json; charset=x",
);
const headers = fc.record({ "content-type": contentType, ce_subject: fc.option(fc.string(), { nil: undefined }) });
const event = fc
  .tuple(jsonText, fc.constantFrom("data", "data_base64"), fc.option(fc.string()))
  .map(
    ([data, name, subject]) =>
      `{"specversion":"1.0","type":"t","${name}":${data},"subject":${JSON.stringify(subject)}}`,
  );

const html = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "<p>",
        "</p>",
        "<!--",
        "-->",
        "<script>",
        "</script",
        "<a href='",
        ">",
        "<![CDATA[",
        "]]>",
        "<style>",
      ),
      fc.constantFrom(
        "&#x110000;",
        "&amp",
        "&amp;",
        "&amp;lt;",
        "&lt;b&gt;",
        " quot;",
        "#39;",
        "&#146;",
        "\u0301".repeat(40),
      ),
      fc.string({ maxLength: 5 }),
    ),
  )
  .map((parts) => parts.join(""));

describe("a record of `documents`", () => {
  test("is a document, a deletion or a refusal with a code", () =>
    fuzz(
      fc.tuple(fc.oneof(nearly(jsonText), nearly(event)), headers, fc.option(fc.uint8Array())),
      ([value, given, key]) => {
        const present = Object.fromEntries(Object.entries(given).filter(([, text]) => text !== undefined)) as Record<
          string,
          string
        >;
        const intent = decodeDocument({ key: key && Buffer.from(key), value, headers: present });
        if (intent.kind === "reject") expect(rejectCodes).toHaveProperty(intent.reject.code);
        if (intent.kind !== "put") return;
        // What was read can be written and read again, and is the same.
        const again = decodeDocument({
          key: null,
          value: Buffer.from(JSON.stringify(intent.document)),
          headers: { "content-type": "application/json" },
        });
        expect(again).toMatchObject({ kind: "put", document: intent.document });
      },
    ));

  test("a text is cleaned once and for all, within its length", () =>
    fuzz(
      fc.oneof(lineText, fc.string({ unit: "binary" }), html),
      (text) => {
        const once = clean(text);
        expect(clean(once)).toBe(once);
        expect(once.length).toBeLessThanOrEqual(text.normalize("NFC").length + 1);
        expect(once.isWellFormed()).toBe(true);
        // Neither a control sign but a line end, nor a lone script.
        expect(once).not.toMatch(/(?!\n)\p{Cc}|<script>/u);
      },
      2_000,
    ));
});

describe("headers of a request", () => {
  const expectFault = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      expect(error).toBeInstanceOf(HttpFault);
      expect((error as HttpFault).status).toBeLessThan(500);
    }
  };
  test("are understood or refused", () =>
    fuzz(fc.tuple(fc.oneof(contentType, fc.string()), fc.string(), fc.string()), ([type, name, value]) => {
      expectFault(() => formatOf(type === undefined ? {} : { "content-type": type }));
      expectFault(() => conditionHeaders(value));
      expectFault(() => eventHeaders({ [`ce-${name}`]: value }));
    }));
});

test("lines come out as they went in, however the bytes are cut", () =>
  fuzz(fc.tuple(lineText, fc.array(fc.nat(50), { maxLength: 10 })), ([text, cuts]) => {
    const bytes = Buffer.from(text);
    const splitter = createLineSplitter(1_000);
    const found: string[] = [];
    const shown = (line: Line) => `${line.number} ${"tooLong" in line ? line.tooLong : line.bytes.toString()}`;
    const keep = (line: Line) => found.push(shown(line));
    let from = 0;
    for (const cut of cuts) {
      for (const line of splitter.push(bytes.subarray(from, from + cut))) keep(line);
      from = Math.min(bytes.length, from + cut);
    }
    for (const line of splitter.push(bytes.subarray(from))) keep(line);
    for (const line of splitter.end()) keep(line);
    const whole = createLineSplitter(1_000);
    expect(found).toEqual([...whole.push(bytes), ...whole.end()].map(shown));
  }));

describe("a file", () => {
  const dir = mkdtempSync(join(tmpdir(), "eddy-fuzz-"));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  test.each([
    ["jsonl", fc.array(jsonText, { maxLength: 5 }).map((lines) => lines.join("\n"))],
    ["csv", lineText],
    ["tsv", lineText],
    ["txt", lineText],
    ["html", html],
    ["md", lineText],
    ["csv.gz", lineText.map((text) => gzipSync(`text,a\n${text}`))],
  ] as const)("*.%s: each item is a document or says what is wrong with its line", async (ending, text) => {
    const path = join(dir, `file.${ending}`);
    await fuzz(
      nearly(text),
      async (bytes) => {
        writeFileSync(path, bytes);
        let items = 0;
        // Of a file as a whole: a column that is not there.
        await orFault(["CONFIG_INVALID"], async () => {
          for await (const item of openDocuments(path)) {
            if (item.ok) expect(Object.getPrototypeOf(item.document)).toBe(Object.prototype);
            else expect(item.reason).toMatch(/\S/);
            expect(item.line).toBeGreaterThan(0);
            items += 1;
          }
        });
        expect(items).toBeLessThanOrEqual(ending.endsWith(".gz") ? 200 : bytes.length + 1);
      },
      100,
    );
  });
});
