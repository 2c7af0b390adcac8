import { nearestNeighbours } from "@eddy/compute/neighbours";
import { createRandom } from "@eddy/runtime/random";
import { describe, expect, it } from "vitest";
import { tsne } from "./tsne.ts";

const [count, width, groups] = [400, 6, 4];

/** Groups of points in a row, group of point i: i mod groups. */
function mixture(seed: number) {
  const random = createRandom(seed);
  const centres = Array.from({ length: groups * width }, () => 4 * random.next());
  const values = Float32Array.from({ length: count * width }, (_, at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    return centres[(row % groups) * width + column]! + random.next() + random.next() - 1;
  });
  return { values, count, width };
}

describe("t-SNE", () => {
  it("keeps groups together, the same way each time", async () => {
    const points = mixture(3);
    const done: number[] = [];
    const options = { iterations: 160, exaggerated: 100 };
    const map = await tsne(points, { ...options, onProgress: (progress) => done.push(progress.done) });
    const { indices } = await nearestNeighbours({ values: map.values, count, width: 2 }, 5, "euclidean");
    const strangers = indices.filter((other, e) => other % groups !== Math.floor(e / 5) % groups).length;
    expect(strangers / indices.length).toBeLessThan(0.02);
    expect(map.divergence).toBeGreaterThan(0);
    expect(map.divergence).toBeLessThan(1);
    expect(done.at(-1)).toBe(1);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(await tsne(points, options)).toEqual(map);
  });

  it("stops when told, and refuses a perplexity that the points don't have", async () => {
    const stop = new AbortController();
    const run = tsne(mixture(1), { signal: stop.signal, onProgress: ({ done }) => done > 0.12 && stop.abort() });
    await expect(run).rejects.toThrow(/abort/i);
    await expect(tsne(mixture(1), { perplexity: count })).rejects.toThrow(RangeError);
  });
});
