import { rowsOf } from "@eddy/deep/rows";
import { createRandom } from "@eddy/runtime/random";
import { expect, test } from "vitest";
import { type Cache, createMemoryCache } from "./cache.ts";
import type { Run } from "./run.ts";
import { trainedAutoencoder } from "./trained.ts";

const { next } = createRandom(1);
const options = {
  rows: { ...rowsOf(Float32Array.from({ length: 200 * 6 }, next), 6), key: "rows" },
  layout: { sizes: [6, 4, 2] },
  ...{ epochs: 5, batchSize: 20, seed: 3 },
  adam: { learningRate: 1e-2 },
};

/** A run whose clock jumps by a minute at each look, and which may stop after so many reports. */
function runWith(cache: Cache, stopAfter = Number.POSITIVE_INFINITY) {
  const stop = new AbortController();
  const steps: string[] = [];
  let [now, reports] = [0, 0];
  const run = {
    cache,
    clock: { now: () => (now += 60_000) },
    signal: stop.signal,
    step(name: string, work: (tell: (done: number) => void) => Promise<unknown>) {
      steps.push(name);
      return work(() => {
        if (++reports === stopAfter) stop.abort(new Error("interrupted"));
      });
    },
  } as unknown as Run;
  return { run, steps, reports: () => reports };
}

test("a training that was stopped goes on where it was, to the same weights, and is then kept", async () => {
  const whole = await trainedAutoencoder(runWith(createMemoryCache()).run, "whole", options);
  const cache = createMemoryCache();
  await expect(trainedAutoencoder(runWith(cache, 2).run, "first", options)).rejects.toThrow("interrupted");
  const second = runWith(cache);
  const resumed = await trainedAutoencoder(second.run, "second", options);
  expect(second.reports()).toBe(3);
  expect(resumed.weights).toEqual(whole.weights);
  expect(resumed.curve).toEqual(whole.curve);

  const third = runWith(cache);
  expect((await trainedAutoencoder(third.run, "third", options)).weights).toEqual(whole.weights);
  expect(third.steps).toEqual([]);
});

test("other rows, seed or settings are another training", async () => {
  const cache = createMemoryCache();
  await trainedAutoencoder(runWith(cache).run, "first", options);
  for (const other of [
    { ...options, seed: 4 },
    { ...options, epochs: 6 },
    { ...options, rows: { ...options.rows, key: "others" } },
  ]) {
    const { run, steps } = runWith(cache);
    await trainedAutoencoder(run, "other", other);
    expect(steps).toEqual(["other"]);
  }
});
