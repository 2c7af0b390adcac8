import { expect, it } from "vitest";
import { count, counted, decimal, duration, percent, rate } from "./figures.ts";

it.each([
  [count(46201), "46,201"],
  [counted(1, "document"), "1 document"],
  [counted(0, "document"), "0 documents"],
  [percent(0.28043), "28.0%"],
  [decimal(0.12345), "0.123"],
  [decimal(null), ""],
  [rate(0.44), "0.4/s"],
  [rate(1203.6), "1,204/s"],
  [duration(0.44), "0.4 s"],
  [duration(59.4), "59 s"],
  [duration(59.6), "1:00 min"],
  [duration(187), "3:07 min"],
  [duration(7500), "2:05 h"],
])("%s", (shown, wanted) => {
  expect(shown).toBe(wanted);
});
