import { expect, test } from "vitest";
import { refitLimit, seedingSteps, seedSize } from "./schedule.ts";

test.each([
  [512, 1024],
  [511, 1024],
  [513, 2048],
  [10, 32],
  [16, 32],
  [17, 64],
  [0, 32],
])("seeded on %i: again at %i documents", (sample, next) => {
  expect(seedingSteps(sample)).toBe(next);
});

test("a first seed wants 512 or 25·k; automatic counts as 20; grown up after 50·k·32", () => {
  expect([0, 4, 20, 21, 100].map(seedSize)).toEqual([512, 512, 512, 525, 2500]);
  expect(refitLimit(4)).toBe(6400);
});
