import { expect, test } from "vitest";
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
