import { pca } from "@eddy/projection/pca";
import { createRandom } from "@eddy/runtime/random";
import { sparseRows } from "@eddy/text/sparse-rows";
import { expect, it } from "vitest";
import { planeError } from "./plane.ts";

const [COUNT, WIDTH] = [40, 12];
const random = createRandom(3);
const rows = sparseRows(
  WIDTH,
  Array.from({ length: COUNT }, () => {
    const cells = Array.from({ length: 4 }, () => [random.below(WIDTH), 1 + random.below(5)] as const);
    return new Map(cells);
  }),
);

it("leaves what lies in the components that are left out", () => {
  const whole = pca(rows, WIDTH);
  const none = planeError(rows, { components: new Float64Array(0), mean: whole.mean });
  for (const rank of [1, 3, 8]) {
    const outside = whole.explained.slice(rank).reduce((sum, share) => sum + share, 0);
    expect(planeError(rows, pca(rows, rank))).toBeCloseTo(none * outside, 9);
  }
  expect(planeError(rows, whole)).toBeCloseTo(0, 9);
});

it("is the mean square of a value where there is no mean and no component", () => {
  const squares = rows.values.reduce((sum, value) => sum + value * value, 0);
  const nothing = { components: new Float64Array(0), mean: new Float64Array(WIDTH) };
  expect(planeError(rows, nothing)).toBeCloseTo(squares / (COUNT * WIDTH), 12);
});
