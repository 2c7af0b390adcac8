import { expect, it } from "vitest";
import { backoffMs } from "./backoff.ts";

it.each([
  { failures: 1, random: 1, expected: 100 },
  { failures: 2, random: 1, expected: 200 },
  { failures: 4, random: 1, expected: 800 },
  { failures: 5, random: 1, expected: 1_000 },
  { failures: 2_000, random: 1, expected: 1_000 },
  { failures: 3, random: 0.25, expected: 100 },
  { failures: 3, random: 0, expected: 0 },
])("failure $failures with random $random waits $expected ms", ({ failures, random, expected }) => {
  expect(backoffMs(failures, { baseMs: 100, maxMs: 1_000 }, () => random)).toBe(expected);
});

it("takes the ceiling itself without jitter", () => {
  expect(backoffMs(2, { baseMs: 100, maxMs: 1_000, jitter: "none" }, () => 0)).toBe(200);
});
