import { createRandom } from "@eddy/runtime/random";
import { describe, expect, it } from "vitest";
import { umap } from "./umap.ts";

const GROUPS = 4;
const SEED = 11;

/** Clouds about the corners of a simplex, `apart` from each other, row i in cloud i % GROUPS. */
function clouds(count: number, { width = 8, apart = 8, spread = 1 } = {}) {
  const random = createRandom(SEED);
  const values = Float32Array.from({ length: count * width }, (_, at) => {
    const corner = at % width === Math.floor(at / width) % GROUPS ? apart : 0;
    return corner + spread * (random.next() + random.next() - 1);
  });
  return { values, count, width };
}

/** The share of points whose nearest centre of a group is their own group's. */
function groupedShare(map: Float32Array, width: number): number {
  const count = map.length / width;
  const centres = Array.from({ length: GROUPS }, (_, group) =>
    Array.from({ length: width }, (_, i) => {
      let sum = 0;
      for (let row = group; row < count; row += GROUPS) sum += map[row * width + i]! / (count / GROUPS);
      return sum;
    }),
  );
  let right = 0;
  for (let row = 0; row < count; row++) {
    const distances = centres.map((centre) => Math.hypot(...centre.map((value, i) => value - map[row * width + i]!)));
    if (distances.indexOf(Math.min(...distances)) === row % GROUPS) right++;
  }
  return right / count;
}

describe("umap", () => {
  for (const [name, points, options] of [
    ["a connected graph, 2 components", clouds(400, { apart: 1.5 }), { neighbours: 30 }],
    ["one part a cloud", clouds(400), { components: 3, minDist: 0 }],
    ["more parts than twice the components", clouds(400), { components: 1, neighbours: 10 }],
    ["more components than lanes", clouds(400), { components: 7 }],
    ["cosine", clouds(400), { metric: "cosine", neighbours: 20 }],
  ] as const) {
    it(`keeps clouds apart: ${name}`, async () => {
      const map = await umap(points, { seed: SEED, epochs: 150, ...options });
      const width = "components" in options ? options.components : 2;
      expect(map.length).toBe(400 * width);
      expect([...map].every(Number.isFinite)).toBe(true);
      expect(groupedShare(map, width)).toBeGreaterThan(0.97);
    });
  }

  it("is the same for a seed, and another for another", async () => {
    const points = clouds(200);
    const [first, again, other] = await Promise.all([1, 1, 2].map((seed) => umap(points, { seed, epochs: 20 })));
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it("copes with duplicates, a few points, and more neighbours than points", async () => {
    const same = { values: new Float32Array(60).fill(0.5), count: 30, width: 2 };
    for (const points of [same, clouds(5), clouds(3)]) {
      const map = await umap(points, { seed: SEED, epochs: 10, neighbours: 10 });
      expect([...map].every(Number.isFinite)).toBe(true);
    }
  });

  it("says how far it is, and can be stopped", async () => {
    const heard: number[] = [];
    await umap(clouds(60), { seed: SEED, epochs: 4, onProgress: ({ done }) => heard.push(done) });
    expect(heard).toEqual([...heard].sort((a, b) => a - b));
    expect(heard.at(-1)).toBeCloseTo(1, 9);
    const abort = new AbortController();
    const stopped = umap(clouds(60), {
      seed: SEED,
      signal: abort.signal,
      onProgress: ({ done }) => done > 0.5 && abort.abort(),
    });
    await expect(stopped).rejects.toThrow(/abort/i);
  });

  it("refuses options that don't fit", async () => {
    for (const wrong of [{ neighbours: 1 }, { minDist: 2 }, { components: 0 }, { epochs: 0 }]) {
      await expect(umap(clouds(40), { seed: SEED, ...wrong })).rejects.toThrow(RangeError);
    }
    await expect(umap(clouds(2), { seed: SEED })).rejects.toThrow(RangeError);
  });
});
