import fc from "fast-check";
import { expect, test } from "vitest";
import { halvings } from "./decay.ts";

test("is 2^−t to 1e-15", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1000, noNaN: true }), (t) => {
      const expected = 2 ** -t;
      expect(Math.abs(halvings(t) - expected)).toBeLessThanOrEqual(8e-15 * expected);
    }),
    { numRuns: 2000 },
  );
  for (const t of [0.1, 1 / 3, 0.5, 0.75, 1.5, 2.7]) expect(Math.abs(halvings(t) - 2 ** -t)).toBeLessThan(1e-15);
});

test("is exact for whole half-lives", () => {
  for (let t = 0; t <= 1074; t++) expect(halvings(t)).toBe(2 ** -t);
});

test.each([
  [0, 1],
  [-0, 1],
  [-3, 1],
  [Number.NaN, 1],
  [1075, 0],
  [Number.POSITIVE_INFINITY, 0],
  [5e-324, 1],
])("2^−%d is %d", (t, share) => {
  expect(halvings(t)).toBe(share);
});

test("never grows with time, never leaves 0 to 1, and halves may be taken in two steps", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 500, noNaN: true }), fc.double({ min: 0, max: 500, noNaN: true }), (a, b) => {
      expect(halvings(a + b)).toBeLessThanOrEqual(halvings(a) * (1 + 1e-14));
      expect(halvings(a)).toBeGreaterThanOrEqual(0);
      expect(Math.abs(halvings(a) * halvings(b) - halvings(a + b))).toBeLessThanOrEqual(1e-12 * halvings(a + b));
    }),
  );
});
