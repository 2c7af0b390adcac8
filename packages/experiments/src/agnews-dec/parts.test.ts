import { autoencoderLayers, layerTable, parameterCount } from "@eddy/deep/layers";
import { expect, it } from "vitest";
import { silhouetteIn } from "../frame/scores.ts";
import { rightByLength } from "./lengths.ts";
import type { Method } from "./methods.ts";
import { stretchSentence } from "./methods-section.ts";
import { derivation } from "./network-section.ts";
import { randomDirections } from "./noise.ts";
import { plainText, wordCount } from "./plain-text.ts";
import { planeFit } from "./planes-section.ts";
import { published } from "./published.ts";
import { publishedSettings } from "./settings.ts";
import { nearestTo } from "./spaces-section.ts";
import { clusterWords } from "./words.ts";

it.each([
  ["Wall St. Bears (Reuters)", "wall st bears reuters"],
  ["dwindling\\band, A-1", "dwindlingband a1"],
  ["Zürich\nwins 2:1", "zrichwins 21"],
  ["", ""],
])("%j is cleaned to %j", (text, plain) => {
  expect(plainText(text)).toBe(plain);
});

it("counts words between white space", () => {
  expect(["two words", " one\t", "", "a\nb  c"].map(wordCount)).toEqual([2, 1, 0, 3]);
});

it("has 279,744 parameters by the write-up's formula, a layer's biases more than published", () => {
  const rows = layerTable(384, autoencoderLayers({ sizes: [384, ...publishedSettings.sizes] }));
  const byFormula = rows.map((row) => derivation(row)).map((text) => text.split(/ [×+] /).map(Number));
  const sums = byFormula.map(([inputs, outputs, biases]) => inputs! * outputs! + biases!);
  expect(sums).toEqual(rows.map(({ trainable }) => trainable));
  expect(parameterCount(rows)).toBe(279_744);
  expect(parameterCount(rows) - published.parameters).toBe(128);
});

it("puts each length into one class, the bounds into the upper one", () => {
  const shares = rightByLength([14, 15, 29, 30, 60, 200], [true, true, false, true, false, true]);
  expect(shares).toEqual([
    { documents: 1, right: 1 },
    { documents: 2, right: 0.5 },
    { documents: 1, right: 1 },
    { documents: 0, right: Number.NaN },
    { documents: 2, right: 0.5 },
  ]);
});

it("random directions have length 1, no clusters, and the same values for the same seed", () => {
  const noise = randomDirections(200, 24, 3);
  for (let row = 0; row < 200; row++) {
    expect(Math.hypot(...noise.values.subarray(row * 24, (row + 1) * 24))).toBeCloseTo(1, 5);
  }
  const halves = Int32Array.from({ length: 200 }, (_, row) => row % 2);
  expect(Math.abs(silhouetteIn(noise, halves)!)).toBeLessThan(0.02);
  expect(randomDirections(200, 24, 3).values).toEqual(noise.values);
  expect(randomDirections(200, 24, 4).values).not.toEqual(noise.values);
});

it("tells keywords and the nearest rows of each cluster", () => {
  const texts = ["goal match goal", "match goal", "chip software", "software chip chip"];
  const space = { values: Float32Array.of(0, 0.2, 5, 9), count: 4, width: 1, key: "" };
  const [first, second] = clusterWords(texts, space, [0, 0, 1, 1], 2, { keywords: 1, nearest: 1 });
  expect(first).toEqual({ size: 2, keywords: ["goal"], nearest: [0] });
  expect(second).toEqual({ size: 2, keywords: ["chip"], nearest: [2] });
});

it("says where the published silhouettes fit only where all of them do", () => {
  const seen = [
    { name: "before", silhouette: 0.36, stated: null },
    { name: "after", silhouette: 0.53, stated: 0.52 },
    { name: "words", silhouette: 0.39, stated: 0.38 },
  ];
  expect(planeFit(seen)[0]!.text).toContain("0.53 beside 0.52 (after), 0.39 beside 0.38 (words)");
  expect(planeFit(seen.slice(0, 2))).toEqual([]);
  expect(planeFit([...seen, { name: "other", silhouette: 0.1, stated: 0.2 }])).toEqual([]);
});

it("finds the epoch whose silhouette is nearest", () => {
  const epochs = [0.1, 0.45, 0.6].map((silhouette, epoch) => ({ epoch, silhouette, purity: 1 }));
  expect(nearestTo(epochs, 0.52).epoch).toBe(1);
});

it("says which methods are above plain K-Means, or that none is", () => {
  const method = (name: string, purity: number): Method => ({
    ...{ name, space: "", silhouettes: [0] },
    scores: [{ purity, accuracy: purity, ari: 0, nmi: 0 }],
  });
  const plain = method("K-Means", 0.84);
  expect(stretchSentence([method("N2D", 0.85), method("IDEC", 0.84)], plain)).toBe(
    "Above plain K-Means: N2D (0.850). The others are not.",
  );
  expect(stretchSentence([method("IDEC", 0.8)], plain)).toMatch(/^None/);
});
