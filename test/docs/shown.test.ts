import { expect, it } from "vitest";
import { mismatch } from "./shown.ts";

it.each([
  ["a b\nc\n", "a   b\n\nc\n"],
  ["a\n…\nd\n", "a\nb\nc\nd\n"],
  ["a\n…\n", "a\nb\n"],
  ["…\nd\n", "a\nd\n"],
  ["c1  25  20.8%  road, bri…\n", "c1 25 20.8% road, bridge, car\n"],
  ["purity  0.975\n", "purity 0.95\n"],
  ["sent 120 documents in 0.4 s (300/s)\n", "sent 120 documents in 1:02 min (1.9/s)\n"],
  ['{"at":"2026-11-23T10:00:00.123Z","time":0.01}\n', '{"at":"2027-01-01T00:00:00.9Z","time":0.5}\n'],
  ['{"id":"a","version":31,"born_at_version":2}\n', '{"id":"a","version":7,"born_at_version":3}\n'],
  ["born  at model version 2\n", "born  at model version 4\n"],
])("takes %j for %j", (shown, actual) => {
  expect(mismatch(shown, actual)).toBeUndefined();
});

it.each([
  ["a\nb\n", "a\n", "b"],
  ["a\n", "a\nb\n", "the end, and not: b"],
  ["a\nc\n", "a\nb\nc\n", "c"],
  ["a\n…\nd\n", "a\nb\n", "d"],
  ["120 documents\n", "121 documents\n", "120 documents"],
  ["purity 0.975\n", "purity 0.8\n", "purity 0.975"],
  ["a b…\n", "a c d\n", "a b…"],
  ["name: pool\n", "name: park\n", "name: pool"],
])("does not take %j for %j", (shown, actual, line) => {
  expect(mismatch(shown, actual)).toBe(line);
});
