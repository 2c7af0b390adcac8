import { createRandom } from "@eddy/runtime/random";
import { expect, test } from "vitest";
import { createMemoryCache } from "./cache.ts";
import { kMeans } from "./k-means.ts";
import type { Run } from "./run.ts";
import { scoresOf } from "./scores.ts";

const run = {
  options: { quick: false },
  cache: createMemoryCache(),
  signal: new AbortController().signal,
  step: (_: string, work: (tell: () => void) => Promise<unknown>) => work(() => {}),
} as unknown as Run;

/** Rows of mostly zeros around one of four lists of columns. */
function wideRows(count: number, width: number, seed: number) {
  const random = createRandom(seed);
  const values = new Float32Array(count * width);
  const labels = Array.from({ length: count }, (_, row) => `${row % 4}`);
  for (let row = 0; row < count; row++) {
    for (let word = 0; word < 12; word++) {
      const column = word < 9 ? (row % 4) * 60 + random.below(60) : random.below(width);
      values[row * width + column] = 0.3;
    }
  }
  return { values, labels, count, width };
}

test("wide rows are clustered by their products as narrow ones are by their coordinates", async () => {
  const { values, labels, count, width } = wideRows(300, 1_100, 3);
  const wide = await kMeans(run, { values, count, width, key: "wide" }, 4, 0);
  // The same points, a column less than counts as wide.
  const narrow = new Float32Array(count * 1_000);
  for (let row = 0; row < count; row++) narrow.set(values.subarray(row * width, row * width + 1_000), row * 1_000);
  const plain = await kMeans(run, { values: narrow, count, width: 1_000, key: "narrow" }, 4, 0);
  expect(scoresOf(labels, wide).purity).toBeGreaterThan(0.95);
  expect(scoresOf(Array.from(plain, String), wide).ari).toBeGreaterThan(0.95);
});
