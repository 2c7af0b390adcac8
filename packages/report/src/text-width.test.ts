import { expect, it } from "vitest";
import { cutText, textWidth } from "./text-width.ts";

it("is the sum of the letters' widths", () => {
  expect(textWidth("il", 1000)).toBe(484);
  expect(textWidth("Sci/Tech", 10)).toBeCloseTo(6.42 + 5.71 + 2.42 + 3.6 + 6.46 + 5.83 + 5.71 + 5.91, 10);
  expect(textWidth("日本", 10)).toBe(20);
});

it("cuts to fit, with an …", () => {
  const cut = cutText("bottleneck_layer", 60, 10);
  expect(cut).toMatch(/^bottlen\S*…$/);
  expect(textWidth(cut, 10)).toBeLessThanOrEqual(60);
  expect(cutText("short", 60, 10)).toBe("short");
});
