import { describe, expect, it } from "vitest";
import { alignOf, formatCell } from "./figure.ts";
import type { Cell } from "./report.ts";

describe("a cell", () => {
  const cases: readonly (readonly [Cell, string])[] = [
    ["text", "text"],
    [null, "–"],
    [3387, "3,387"],
    [0.70153, "0.702"],
    [-0.01, "−0.010"],
    [-0.0001, "0.000"],
    [Number.NaN, "–"],
    [{ mean: 0.8224, std: 0.0101, n: 5 }, "0.822 ± 0.010"],
    [{ mean: 1, std: 0 }, "1.000 ± 0.000"],
    [{ mean: 0.8224, std: 0.0101, percent: true }, "82.2 ± 1.0 %"],
    [{ mean: 0.0152, digits: 4 }, "0.0152"],
    [{ mean: 1204.4, digits: 0, unit: "docs/s" }, "1,204 docs/s"],
    [{ mean: Number.POSITIVE_INFINITY, std: 1 }, "–"],
    [{ mean: 0.5, std: Number.NaN }, "0.500"],
  ];
  it.each(cases)("%j is printed %s", (cell, text) => {
    expect(formatCell(cell)).toBe(text);
  });
});

it("aligns a column by what is in it", () => {
  const rows = [{ cells: ["a", null, null, "0.7"] }, { cells: ["b", 1, null, "?"] }];
  expect([0, 1, 2].map((at) => alignOf({ title: "" }, at, rows))).toEqual(["left", "right", "left"]);
  expect(alignOf({ title: "", align: "right" }, 3, rows)).toBe("right");
});
