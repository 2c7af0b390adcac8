import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FatalError } from "@eddy/contracts/errors";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Block, Report } from "./report.ts";
import { sampleCharts, samplePicture, sampleReport } from "./sample-report.ts";
import { toJson } from "./to-json.ts";
import { writeReport } from "./write-report.ts";

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "report-"));
});
afterEach(() => {
  rmSync(out, { recursive: true });
});

const withBlocks = (blocks: readonly Block[]): Report => ({ ...sampleReport, sections: [{ title: "s", blocks }] });

it("writes the page, the JSON and each picture twice, and nothing else", async () => {
  const report = withBlocks([samplePicture(sampleCharts.layers), samplePicture(sampleCharts.scatter)]);
  const { html, json, pictures } = await writeReport(report, join(out, "new"));
  const found = readdirSync(out, { recursive: true }).map(String).sort();
  expect(found).toEqual([
    "new",
    "new/sample",
    "new/sample.html",
    "new/sample.json",
    "new/sample/layers.png",
    "new/sample/layers.svg",
    "new/sample/scatter.png",
    "new/sample/scatter.svg",
  ]);
  expect(JSON.parse(readFileSync(json, "utf8"))).toEqual(toJson(report));
  expect(readFileSync(html, "utf8")).toMatch(/^<!doctype html>/);
  expect(pictures).toHaveLength(4);
});

it("takes the place of an earlier report", async () => {
  const { json } = await writeReport(withBlocks([]), out);
  writeFileSync(`${json}.part`, "left by one that was killed");
  await writeReport({ ...withBlocks([]), title: "again" }, out);
  expect(JSON.parse(readFileSync(json, "utf8"))).toMatchObject({ title: "again" });
  expect(readdirSync(out).filter((name) => name.endsWith(".part"))).toEqual([]);
});

it("says where it can't write", async () => {
  const file = join(out, "file");
  writeFileSync(file, "");
  const fault = await writeReport(withBlocks([]), join(file, "below")).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(FatalError);
  expect(String(fault)).toContain("ENOTDIR");
});

describe("a report that can't be drawn is refused before anything is written", () => {
  const x = Float32Array.of(1, 2);
  const group = Int32Array.of(0, 1);
  const row = { cells: ["one"] };
  const cases: readonly (readonly [string, Report, string])[] = [
    ["a name with a path", { ...sampleReport, experiment: "../x" }, "can't name a file"],
    ["a picture's name", withBlocks([samplePicture(sampleCharts.bars, "A b")]), "can't name a file"],
    [
      "one name twice",
      withBlocks([samplePicture(sampleCharts.bars, "x"), samplePicture(sampleCharts.bars, "x")]),
      "two",
    ],
    ["a short row", withBlocks([{ kind: "table", title: "t", columns: [], rows: [row] }]), "row 0"],
    [
      "a group without a name",
      withBlocks([samplePicture({ kind: "scatter", x, y: x, groups: ["a"], group })]),
      "group has no name",
    ],
    [
      "points of different number",
      withBlocks([samplePicture({ kind: "scatter", x, y: Float32Array.of(1), groups: ["a", "b"], group })]),
      "differ in length",
    ],
    [
      "counts that are no table",
      withBlocks([samplePicture({ ...sampleCharts.heatmap, counts: [[1]] })]),
      "rows by columns",
    ],
    ["no series", withBlocks([samplePicture({ kind: "histogram", xTitle: "", yTitle: "", series: [] })]), "no series"],
  ];
  it.each(cases)("%s", async (_, report, message) => {
    const fault = await writeReport(report, out).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(TypeError);
    expect(String(fault)).toContain(message);
    expect(readdirSync(out)).toEqual([]);
  });
});
