import { expect, test, vi } from "vitest";
import { type CsvRecord, readRecords } from "./csv-record.ts";
import { type Line, longestLineBytes } from "./lines.ts";

async function recordsOf(...texts: string[]): Promise<CsvRecord[]> {
  async function* lines(): AsyncGenerator<Line> {
    for (const [index, text] of texts.entries()) yield { number: index + 1, text };
  }
  const found: CsvRecord[] = [];
  for await (const record of readRecords(lines(), ",")) found.push(record);
  return found;
}

test("a record over lines is known by its first one", async () => {
  expect(await recordsOf('a,"b', 'c"', "d,e")).toEqual([
    { line: 1, fields: ["a", "b\nc"] },
    { line: 3, fields: ["d", "e"] },
  ]);
});

test("no more is held for a quote that is open than the longest line may have", async () => {
  const quarter = "x".repeat(longestLineBytes / 4);
  const lines = (count: number) => ['"', ...Array.from({ length: count }, () => quarter), '"'];
  const outline = async (count: number) =>
    (await recordsOf(...lines(count), "a")).map((record) => [record.line, "fault" in record]);
  expect(await outline(3)).toEqual([
    [1, false],
    [6, false],
  ]);
  // Its lines are read by themselves then, and so is what comes after them.
  expect((await outline(4)).slice(0, 3)).toEqual([
    [1, true],
    [2, false],
    [3, false],
  ]);
});

test("a field in quotes may have any number of lines", async () => {
  const text = Array.from({ length: 20_000 }, (_, n) => `line ${n}`);
  const found = await recordsOf(`a,"${text[0]}`, ...text.slice(1, -1), `${text.at(-1)}"`, "b,c");
  expect(found).toEqual([
    { line: 1, fields: ["a", text.join("\n")] },
    { line: 20_001, fields: ["b", "c"] },
  ]);
});

test.each([
  ["never", []],
  ["in the wrong place at last", ['"broken" quotes,"']],
])("lines that each open a quote, which is closed %s, are read a few times each", async (_, last) => {
  // By itself such a line opens a quote; within an open one it closes it, and opens the next.
  const texts = [...Array.from({ length: 2_000 }, () => 'a","b'), ...last];
  // Each reading of a line looks for quotes in it, some times.
  const looks = vi.spyOn(String.prototype, "indexOf");
  const found = await recordsOf(...texts);
  const { length: looked } = looks.mock.calls;
  looks.mockRestore();
  expect(found.map(({ line }) => line)).toEqual(texts.map((_, index) => index + 1));
  expect(looked).toBeLessThan(10 * texts.length);
});

test("after a quote that nobody closed, records over lines are read as such", async () => {
  const found = await recordsOf('a,"never closed', "b,1", 'c,"two', 'lines"', "d,1");
  expect(found.map((record) => [record.line, "fields" in record ? record.fields : "fault"])).toEqual([
    [1, "fault"],
    [2, ["b", "1"]],
    [3, ["c", "two\nlines"]],
    [5, ["d", "1"]],
  ]);
});
