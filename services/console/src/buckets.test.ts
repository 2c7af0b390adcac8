import fc from "fast-check";
import { expect, test } from "vitest";
import { planBuckets } from "./buckets.ts";

const at = (text: string) => Date.parse(text);

test("the shortest step that people count by, from a whole multiple of it", () => {
  const day = planBuckets(at("2026-11-22T00:10:00Z"), at("2026-11-22T23:59:00Z"), 48);
  expect(day).toEqual({ fromMs: at("2026-11-22T00:00:00Z"), stepMs: 1_800_000, count: 48 });
  expect(planBuckets(1_000, 1_000, 2)).toEqual({ fromMs: 1_000, stepMs: 1_000, count: 1 });
  // What lies at the very end is in a bucket.
  expect(planBuckets(0, 2_000, 3)).toEqual({ fromMs: 0, stepMs: 1_000, count: 3 });
  expect(planBuckets(0, 2_000, 2)).toEqual({ fromMs: 0, stepMs: 2_000, count: 2 });
});

test("at most so many, both ends within, and no step shorter would do", () => {
  const date = fc.integer({ min: at("0000-01-01T00:00:00Z"), max: at("9999-12-31T23:59:59Z") });
  fc.assert(
    fc.property(date, date, fc.integer({ min: 2, max: 200 }), (a, b, most) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const { fromMs, stepMs, count } = planBuckets(from, to, most);
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThanOrEqual(most);
      expect(fromMs).toBeLessThanOrEqual(from);
      expect(fromMs + stepMs).toBeGreaterThan(from);
      expect(fromMs + stepMs * count).toBeGreaterThan(to);
      expect(fromMs + stepMs * (count - 1)).toBeLessThanOrEqual(to);
    }),
  );
});
