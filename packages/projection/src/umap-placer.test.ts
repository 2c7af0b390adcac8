import { createRandom } from "@eddy/runtime/random";
import { describe, expect, it } from "vitest";
import { umap } from "./umap.ts";
import { createPlacer } from "./umap-placer.ts";

const GROUPS = 4;
const WIDTH = 8;

/** Row i lies about corner i % GROUPS. */
function clouds(count: number, seed: number) {
  const random = createRandom(seed);
  const values = Float32Array.from({ length: count * WIDTH }, (_, at) => {
    const corner = at % WIDTH === Math.floor(at / WIDTH) % GROUPS ? 3 : 0;
    return corner + random.next() + random.next() - 1;
  });
  return { values, count, width: WIDTH };
}

function centresOf(map: Float32Array): number[][] {
  const count = map.length / 2;
  return Array.from({ length: GROUPS }, (_, group) => {
    const rows = Array.from({ length: count }, (_, row) => row).filter((row) => row % GROUPS === group);
    return [0, 1].map((i) => rows.reduce((sum, row) => sum + map[row * 2 + i]!, 0) / rows.length);
  });
}

describe("createPlacer", () => {
  it("puts new points of a cloud among the references of that cloud", async () => {
    const references = clouds(400, 1);
    const map = await umap(references, { seed: 1, epochs: 150 });
    const placer = await createPlacer(references, map, { seed: 1 });
    const placed = await placer.place(clouds(200, 2));
    await placer.close();
    const centres = centresOf(map);
    let right = 0;
    for (let row = 0; row < 200; row++) {
      const apart = centres.map((centre) => Math.hypot(...centre.map((value, i) => value - placed[row * 2 + i]!)));
      if (apart.indexOf(Math.min(...apart)) === row % GROUPS) right++;
    }
    expect(right).toBeGreaterThan(190);
  });

  it("gives a point the same place, whatever comes with it", async () => {
    const references = clouds(100, 1);
    const map = await umap(references, { seed: 1, epochs: 50 });
    const placer = await createPlacer(references, map, { seed: 1 });
    const points = clouds(20, 3);
    const together = await placer.place(points);
    const alone = await placer.place({ values: points.values.slice(7 * WIDTH, 8 * WIDTH), count: 1, width: WIDTH });
    await placer.close();
    expect(alone).toEqual(together.slice(14, 16));
    expect(centresOf(together)).not.toEqual(centresOf(map));
  });

  it("copes with duplicates and with fewer references than neighbours", async () => {
    const references = { values: new Float32Array(4 * WIDTH).fill(1), count: 4, width: WIDTH };
    const placer = await createPlacer(references, Float32Array.of(0, 0, 0, 2, 2, 0, 2, 2), {
      seed: 1,
      metric: "cosine",
    });
    const placed = await placer.place({ values: new Float32Array(2 * WIDTH).fill(1), count: 2, width: WIDTH });
    await placer.close();
    expect([...placed].every((value) => value > -2 && value < 4)).toBe(true);
  });

  it("refuses a map of another size", async () => {
    await expect(createPlacer(clouds(10, 1), new Float32Array(15), { seed: 1 })).rejects.toThrow(RangeError);
  });
});
