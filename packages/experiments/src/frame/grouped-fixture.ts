import { createRandom } from "@eddy/runtime/random";
import { createMemoryCache } from "./cache.ts";
import type { LabelledTexts } from "./data.ts";
import type { Matrix } from "./matrix.ts";
import type { Run, RunOptions } from "./run.ts";

/** Labels of the groups, in the alphabet's order. */
export const groupLabels = ["Business", "Sci/Tech", "Sports", "World"] as const;

export interface Grouped extends LabelledTexts {
  readonly vectors: Matrix;
}

/** Short texts of four groups with words of their own, and unit vectors about four directions. */
export function groupedTexts(count: number, width: number, seed: number): Grouped {
  const random = createRandom(seed);
  const group = (row: number) => row % groupLabels.length;
  const rows = Array.from({ length: count }, (_, row) => row);
  const values = new Float32Array(count * width);
  for (const row of rows) {
    const vector = values.subarray(row * width, (row + 1) * width);
    for (let at = 0; at < width; at++) vector[at] = 0.9 * (random.next() - 0.5) + (at === group(row) ? 1 : 0);
    const norm = Math.hypot(...vector);
    for (let at = 0; at < width; at++) vector[at]! /= norm;
  }
  const word = (row: number) => `${["profit", "chip", "goal", "vote"][group(row)]}${random.below(30)}`;
  return {
    ids: rows.map((row) => `${row}`),
    labels: rows.map((row) => groupLabels[group(row)]!),
    texts: rows.map((row) => Array.from({ length: 8 + (row % 50) }, () => word(row)).join(" ")),
    vectors: { values, count, width, key: `grouped-${count}-${width}-${seed}` },
  };
}

export interface FakeRun extends Run {
  /** The steps that were worked on, in order. */
  readonly steps: string[];
}

/** A run that keeps what it makes in memory, and whose stream finds the labels. */
export function createFakeRun(options: Partial<RunOptions> = {}, { signal } = new AbortController()): FakeRun {
  const steps: string[] = [];
  return {
    steps,
    options: {
      ...{ data: "nowhere", seeds: 2, quick: true, full: false, model: "Xenova/all-MiniLM-L6-v2" },
      ...{ modelSource: "cache", features: "minilm" },
      ...options,
    },
    cache: createMemoryCache(),
    clock: { now: () => 0 },
    signal,
    async stream(documents) {
      const given = new Map(documents.map(({ id, label }) => [id, label]));
      return { given, settled: given, rejected: {}, seconds: 1 };
    },
    async step(name, work) {
      steps.push(name);
      return work(() => {});
    },
    say: () => {},
  };
}
