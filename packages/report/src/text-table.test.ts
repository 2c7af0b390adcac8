import { describe, expect, it } from "vitest";
import { displayWidth } from "./display-width.ts";
import { renderFields, renderTable } from "./text-table.ts";

const columns = [
  { title: "ID" },
  { title: "SIZE", align: "right" },
  { title: "NAME", least: 4 },
  { title: "WORDS", least: 10 },
] as const;

describe("renderTable", () => {
  it("aligns by what is seen, numbers to the right, and leaves blank columns out", () => {
    const rows = [
      ["c1", "1,402", "", "oil, prices"],
      ["c12", "9", "", "日本, 東京 👍"],
    ];
    expect(`\n${renderTable(columns, rows)}`).toBe(`
ID    SIZE  WORDS
c1   1,402  oil, prices
c12      9  日本, 東京 👍`);
  });

  it.each([80, 40, 30, 25])("fits %i columns by cutting the widest that may be cut", (width) => {
    const rows = [["c1", "1,402", "a rather long name", "many words that go on and on and on, 日本語 日本語 日本語"]];
    const lines = renderTable(columns, rows, { width }).split("\n");
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(Math.max(width, 2 + 5 + 4 + 10 + 6));
    expect(lines[1]).toMatch(/^c1 {2}1,402 {2}\S/);
  });

  it("never cuts what has no least width", () => {
    expect(renderTable([{ title: "ID" }], [["a-long-identifier"]], { width: 5 })).toContain("a-long-identifier");
  });

  it("keeps a cell on its line", () => {
    expect(renderTable([{ title: "T" }], [["two\nlines\u001b[2J"]]).split("\n")).toEqual(["T", "two lines [2J"]);
  });
});

describe("renderFields", () => {
  it("leaves out what is not there", () => {
    const fields = [
      ["id", "x"],
      ["title", undefined],
      ["cluster", "c1"],
    ] as const;
    expect(renderFields(fields)).toBe("id       x\ncluster  c1");
  });
});
