import { expect, it } from "vitest";
import { binValues } from "./bins.ts";

it("counts into shared intervals, the greatest value in the last", () => {
  expect(binValues([[0, 1, 2, 4], Float32Array.of(3, 4)], 4)).toEqual([
    { from: 0, to: 1, counts: [1, 0] },
    { from: 1, to: 2, counts: [1, 0] },
    { from: 2, to: 3, counts: [1, 0] },
    { from: 3, to: 4, counts: [1, 2] },
  ]);
});

it("leaves out what is not finite", () => {
  const bins = binValues([[Number.NaN, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2]], 2);
  expect(bins.map(({ counts }) => counts)).toEqual([[1], [1]]);
});

it("has an interval for a single value, and none for none", () => {
  const [first, ...others] = binValues([[5, 5]], 3);
  expect(first).toMatchObject({ from: 5, counts: [2] });
  expect(others.every(({ counts }) => counts[0] === 0)).toBe(true);
  expect(binValues([[Number.NaN]], 3)).toEqual([]);
});
