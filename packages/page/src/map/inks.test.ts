import { describe, expect, it } from "vitest";
import { assignSlots, inkOfSlot, rgbOf, SLOTS } from "./inks.ts";

describe("slots", () => {
  it("are those of the clusters' numbers, whatever the order of sizes", () => {
    expect([...assignSlots(new Map(), ["c10", "c2", "c28"])].sort()).toEqual([
      ["c10", 9],
      ["c2", 1],
      ["c28", 27],
    ]);
  });

  it("do not depend on what a visitor saw before", () => {
    const before = assignSlots(new Map(), ["c1", "c2", "c3"]);
    const living = ["c3", "c8", "c1", "c29"];
    expect(assignSlots(before, living)).toEqual(assignSlots(new Map(), living));
    expect(Object.fromEntries(assignSlots(before, living))).toEqual({ c1: 0, c3: 2, c8: 7, c29: 1 });
  });

  it("are each given once, as long as there are enough", () => {
    const all = (count: number) => Array.from({ length: count }, (_, n) => `c${1 + n * 7}`);
    expect(new Set(assignSlots(new Map(), all(SLOTS)).values()).size).toBe(SLOTS);
    expect(assignSlots(new Map(), all(SLOTS + 10)).size).toBe(SLOTS + 10);
  });

  it("are the same object where nothing changed", () => {
    const before = assignSlots(new Map(), ["c1", "c2"]);
    expect(assignSlots(before, ["c2", "c1"])).toBe(before);
    expect(assignSlots(before, ["c2"])).not.toBe(before);
  });
});

const light = (hex: string) => {
  const [r, g, b] = rgbOf(hex).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
};
/** WCAG 2.2. */
const contrast = (a: string, b: string) => {
  const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
};

describe.each([
  [false, "#f6f7f5", 1.9],
  [true, "#101416", 3],
] as const)("inks, dark %s", (dark, ground, least) => {
  it("tell 28 clusters apart by colour or shape", () => {
    const marks = Array.from({ length: SLOTS }, (_, slot) => inkOfSlot(slot, dark));
    expect(new Set(marks.map(({ colour, shape }) => `${colour} ${shape}`)).size).toBe(28);
    expect(inkOfSlot(SLOTS, dark)).toEqual(inkOfSlot(0, dark));
  });

  it("are seen on the ground", () => {
    for (let slot = 0; slot < 7; slot++) {
      const { colour } = inkOfSlot(slot, dark);
      expect(contrast(colour, ground), colour).toBeGreaterThan(least);
    }
  });
});
