import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readRecords } from "./csv-record.ts";
import { type Line, readLines } from "./lines.ts";

async function* chunks(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const all = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const item of source) found.push(item);
  return found;
};

describe("readLines", () => {
  it("cuts lines alike wherever chunks end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.string({ unit: "grapheme" }).map((text) => text.replace(/[\r\n\0\ufeff]/g, "")),
          { minLength: 1 },
        ),
        fc.integer({ min: 1, max: 9 }),
        async (texts, size) => {
          const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(""));
          const expected = texts.map((text, i) => ({ number: i + 1, text: Buffer.from(text).toString() }));
          expect(await all(readLines(chunks(bytes, size)))).toEqual(expected);
        },
      ),
    );
  });

  it("skips a line that is too long, keeping none of it, and reads on", async () => {
    const bytes = Buffer.from(`ok\n${"x".repeat(500)}\nafter`);
    expect(await all(readLines(chunks(bytes, 64), 100))).toEqual([
      { number: 1, text: "ok" },
      { number: 2, fault: "longer than 100 bytes" },
      { number: 3, text: "after" },
    ]);
  });
});

describe("readRecords", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", "b", '"', ",", "\n", " ", "é") });

  it("reads back what RFC 4180 writes", async () => {
    const tables = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(tables, async (rows) => {
        const written = rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(",")).join("\n");
        async function* lines(): AsyncGenerator<Line> {
          if (rows.length > 0) for (const [i, text] of written.split("\n").entries()) yield { number: i + 1, text };
        }
        const records = await all(readRecords(lines(), ","));
        expect(records.map((record) => ("fields" in record ? record.fields : record.fault))).toEqual(rows);
      }),
    );
  });

  it("accounts for every line of any text, and ends", async () => {
    const line = fc.string({ unit: fc.constantFrom("a", '"', ","), minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 30 }), async (texts) => {
        async function* lines(): AsyncGenerator<Line> {
          for (const [i, text] of texts.entries()) yield { number: i + 1, text };
        }
        let next = 1;
        for (const record of await all(readRecords(lines(), ","))) {
          expect(record.line).toBe(next);
          const breaks = "fields" in record ? record.fields.join("").split("\n").length - 1 : 0;
          next += 1 + breaks;
        }
        expect(next).toBe(texts.length + 1);
      }),
    );
  });
});
