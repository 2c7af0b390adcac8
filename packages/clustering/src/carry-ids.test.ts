import fc from "fast-check";
import { expect, test } from "vitest";
import { carryIds } from "./carry-ids.ts";

const axes = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
].map((values) => Float32Array.from(values));
const old = axes.map((centre, index) => ({ cluster: 10 + index, centre }));
const idsOf = (centres: readonly Float32Array[]) =>
  carryIds(old, centres, () => 1).map(({ cluster, absorbs }) => [cluster, absorbs]);

test("ids follow their centres through any permutation and a little noise", () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
      fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 9, maxLength: 9 }),
      (order, noise) => {
        const centres = order.map((axis, row) => axes[axis]!.map((value, i) => value + noise[row * 3 + i]!));
        expect(idsOf(centres)).toEqual(order.map((axis) => [10 + axis, []]));
      },
    ),
  );
});

test("the length of a centre does not matter", () => {
  expect(idsOf([axes[1]!.map((value) => value * 0.01), axes[0]!, axes[2]!.map((value) => value * 50)])).toEqual([
    [11, []],
    [10, []],
    [12, []],
  ]);
});

test("one more centre is born; one less retires into the nearest", () => {
  expect(idsOf([...axes, Float32Array.of(-1, -1, 0)])).toEqual([
    [10, []],
    [11, []],
    [12, []],
    [0, []],
  ]);
  expect(idsOf([axes[0]!, Float32Array.of(0, 1, 0.4)])).toEqual([
    [10, []],
    [11, [12]],
  ]);
});

test("a centre that points elsewhere is another cluster, and takes nobody's id by its presence", () => {
  // Matched to 10 it would make the sum of all cosines greater than the identity does.
  expect(idsOf([axes[0]!, axes[1]!, Float32Array.of(0.45, 0.45, -0.77)])).toEqual([
    [10, [12]],
    [11, []],
    [0, []],
  ]);
});

test("where there was none all are born, and weights are the new ones'", () => {
  expect(carryIds([], axes.slice(0, 2), (row) => row + 5)).toEqual([
    { cluster: 0, centre: { vector: axes[0], weight: 5 }, absorbs: [] },
    { cluster: 0, centre: { vector: axes[1], weight: 6 }, absorbs: [] },
  ]);
});
