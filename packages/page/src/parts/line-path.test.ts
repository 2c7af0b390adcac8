import { expect, it } from "vitest";
import { linePath } from "./line-path.ts";

it("goes from left to right, with 0 at the bottom and the most near the top", () => {
  expect(linePath([0, 10, 5], 100, 20)).toBe("M0.0 19.0L50.0 1.5L100.0 10.3");
});

it("is flat where nothing came, and nothing of nothing", () => {
  expect(linePath([0, 0], 10, 20)).toBe("M0.0 19.0L10.0 19.0");
  expect(linePath([], 10, 20)).toBe("");
});
