import { expect, it } from "vitest";
import { displayWidth } from "./display-width.ts";
import { sampleReport } from "./sample-report.ts";
import { toText } from "./to-text.ts";

it("is what a terminal shows", () => {
  expect(toText(sampleReport, { width: 80, bold: (text) => `*${text}*` })).toBe(`*Clusters of <news> & more*
A. Author and B. Author: “A write-up”, 2024

• K-Means on the embeddings reaches a purity of 0.840, above the published 0.78.
• DEC comes close and squeezes its own space: its silhouette says little about
  the clusters.

*GOAL                     WANTED    HERE*
purity, mean of 5 seeds  ≥ 0.815   0.822                ✓ met
smallest cluster         ≥ 15 %    11.2 %               ✗ missed
whole run                ≤ 90 min  a small sample only  – not judged

*Clusters*
────────

Four clusters are found.

They are compared with the labels.

Our choice: The write-up gives no seed: ours are 0 to 4.

The write-up is wrong: ARI is called an intrinsic metric; it needs labels.

Not done: all-mpnet-base-v2 could not be had.

*Agreement with the labels*
*method             purity     ARI  documents  published*
K-Means     0.840 ± 0.001   0.635      5,000          –
*DEC         0.822 ± 0.010   0.600      5,000      0.780*
TF-IDF <b>         38.0 %  −0.010      5,000       none
Mean ± standard deviation over 5 seeds.

Picture: Confusion of classes. What is drawn.

Picture: Purity by length. What is drawn.

*Pictures*
────────

Picture: Loss by epoch. What is drawn.

Picture: Words. What is drawn.

Picture: The plane. What is drawn.

Picture: The network. What is drawn.

command  eddy reproduce sample --seeds 5
machine  2 cores, 8 GB
took     3:07 min
`);
});

it("cuts no number, however narrow", () => {
  const lines = toText(sampleReport, { width: 40 }).split("\n");
  expect(lines.find((line) => line.startsWith("DEC"))).toMatch(/0\.822 ± 0\.010 +0\.600 +5,000 +0\.780$/);
});

it.each([60, 72, 100])("stays within %i columns", (width) => {
  const lines = toText(sampleReport, { width }).split("\n");
  expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width);
});

it("writes no control character of a stranger", () => {
  const text = toText({ ...sampleReport, title: "a\u001b[31m", facts: { x: "\u0007" } });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
});
