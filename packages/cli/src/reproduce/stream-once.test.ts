import { createRandom } from "@eddy/runtime/random";
import { expect, test } from "vitest";
import { streamOnce } from "./stream-once.ts";

/** Unit vectors near one of `k` axes. */
function documentsAround(k: number, count: number, seed: number) {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, at) => {
    const vector = Float32Array.from(
      { length: 8 },
      (_, axis) => (axis === at % k ? 1 : 0) + 0.2 * (random.next() - 0.5),
    );
    const length = Math.hypot(...vector);
    return {
      id: `d${at}`,
      text: at === 5 ? "  " : `text ${at}`,
      label: `${at % k}`,
      vector: vector.map((x) => x / length),
    };
  });
}

test("every document is clustered or refused, and clusters are those of the vectors", async () => {
  const documents = documentsAround(3, 900, 1);
  const signal = new AbortController().signal;
  const { given, settled, rejected } = await streamOnce(documents, { clusters: 3, dimensions: 8, signal });
  expect(rejected).toEqual({ EMPTY_TEXT: 1 });
  expect(given.size).toBe(899);
  expect([...settled.keys()].sort()).toEqual([...given.keys()].sort());
  const byLabel = ["0", "1", "2"].map(
    (label) =>
      new Set(documents.filter((one) => one.label === label && settled.has(one.id)).map(({ id }) => settled.get(id))),
  );
  expect(byLabel.map((clusters) => clusters.size)).toEqual([1, 1, 1]);
});

test("can be stopped", async () => {
  const stop = new AbortController();
  const running = streamOnce(documentsAround(2, 600, 2), { clusters: 2, dimensions: 8, signal: stop.signal });
  stop.abort(new Error("interrupted"));
  await expect(running).rejects.toThrow("interrupted");
});
