import { expect, it } from "vitest";
import type { CentreMatrix } from "./centres.ts";
import { centroidShift } from "./centroid-shift.ts";

const matrix = (rows: Readonly<Record<number, readonly number[]>>): CentreMatrix => ({
  version: 0,
  epoch: 0,
  clusters: Object.keys(rows).map(Number),
  values: Float32Array.from(Object.values(rows).flat()),
});

it.each([
  ["nothing moved", "spherical", { 1: [1, 0], 2: [0, 1] }, { 1: [1, 0], 2: [0, 1] }, 0],
  ["a quarter turn of one of two", "spherical", { 1: [1, 0], 2: [0, 1] }, { 1: [0, 1], 2: [0, 1] }, 0.5],
  [
    "by id, not by row; the born and the retired don't count",
    "spherical",
    { 1: [1, 0], 2: [0, 1] },
    { 2: [0, 1], 9: [1, 0] },
    0,
  ],
  ["by length", "euclidean", { 1: [0, 0], 2: [1, 1] }, { 1: [3, 4], 2: [1, 1] }, 2.5],
] as const)("%s", (_, metric, before, after, shift) => {
  expect(centroidShift(metric, matrix(before), matrix(after))).toBeCloseTo(shift, 6);
});

it("is nothing where no cluster lives in both", () => {
  expect(centroidShift("spherical", matrix({}), matrix({ 1: [1, 0] }))).toBeNaN();
  expect(centroidShift("spherical", matrix({ 1: [1, 0] }), matrix({ 2: [1, 0] }))).toBeNaN();
});
