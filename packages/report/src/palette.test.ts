import { describe, expect, it } from "vitest";
import { inkOf, inks, noiseInk } from "./palette.ts";

type Rgb = readonly [number, number, number];
type Matrix = readonly [Rgb, Rgb, Rgb];

/** Full dichromacy on linear RGB: Machado, Oliveira and Fernandes, "A Physiologically-based Model…", 2009, table 1, severity 1. */
const views: Readonly<Record<string, Matrix>> = {
  "full colour vision": [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const times = (matrix: Matrix, [a, b, c]: Rgb) =>
  matrix.map(([x, y, z]) => x * a + y * b + z * c) as unknown as [number, number, number];

function linear(hex: string): Rgb {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** Ottosson, "A perceptual color space for image processing", 2020. */
function oklab(rgb: Rgb): Rgb {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb,
  ).map(Math.cbrt) as unknown as Rgb;
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  );
}

/** The least distance between two of the colours, as they are seen; black to white is 1. */
function nearest(colours: readonly string[], view: Matrix): number {
  const seen = colours.map((colour) =>
    oklab(times(view, linear(colour)).map((value) => Math.min(1, Math.max(0, value))) as unknown as Rgb),
  );
  const distances = seen.flatMap((a, at) =>
    seen.slice(at + 1).map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])),
  );
  return Math.min(...distances);
}

/** A just noticeable difference is about 0.02. */
const DISTINCT = 0.07;
/** What many plot with: a control, for red and green and orange and green fall together in it. */
const usual = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b"];

describe.each(Object.entries(views))("with %s", (_, view) => {
  it("inks and noise are told apart", () => {
    expect(nearest([...inks, noiseInk], view)).toBeGreaterThan(DISTINCT);
  });

  it("all are seen on white", () => {
    for (const ink of [...inks, noiseInk]) expect(nearest([ink, "#ffffff"], view), ink).toBeGreaterThan(0.15);
  });
});

it("colours that people confuse are found", () => {
  expect(nearest(usual, views["full colour vision"]!)).toBeGreaterThan(DISTINCT);
  expect(nearest(usual, views.protanopia!)).toBeLessThan(0.02);
  expect(nearest(usual, views.deuteranopia!)).toBeLessThan(DISTINCT);
});

it("28 groups differ in colour or shape", () => {
  const marks = Array.from({ length: 28 }, (_, at) => `${inkOf(at).colour} ${inkOf(at).shape}`);
  expect(new Set(marks).size).toBe(28);
  expect(inkOf(28)).toEqual(inkOf(0));
});
