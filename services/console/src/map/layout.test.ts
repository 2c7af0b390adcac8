import { createRandom } from "@eddy/runtime/random";
import { describe, expect, it } from "vitest";
import { fitLayout } from "./layout.ts";

const WIDTH = 6;

/** Unit rows about one of three axes, row i about axis i % 3. */
function points(count: number, seed: number) {
  const random = createRandom(seed);
  const values = new Float32Array(count * WIDTH);
  for (let row = 0; row < count; row++) {
    const vector = Array.from({ length: WIDTH }, (_, i) => (i === row % 3 ? 1 : 0) + 0.2 * (random.next() - 0.5));
    const norm = Math.hypot(...vector);
    values.set(
      vector.map((value) => value / norm),
      row * WIDTH,
    );
  }
  return { values, count, width: WIDTH };
}

/** The share of `placed` whose nearest of `places` is about the same axis. */
function together(places: Float32Array, placed: Float32Array): number {
  let right = 0;
  for (let row = 0; row < placed.length / 2; row++) {
    let best = { at: -1, distance: Number.POSITIVE_INFINITY };
    for (let at = 0; at < places.length / 2; at++) {
      const distance = Math.hypot(places[at * 2]! - placed[row * 2]!, places[at * 2 + 1]! - placed[row * 2 + 1]!);
      if (distance < best.distance) best = { at, distance };
    }
    if (best.at % 3 === row % 3) right++;
  }
  return right / (placed.length / 2);
}

describe("fitLayout", () => {
  for (const [method, count] of [
    ["pca", 30],
    ["umap", 240],
  ] as const) {
    it(`${method} of ${count} points: within the frame, and new points fall among their like`, async () => {
      const layout = await fitLayout(points(count, 1), { metric: "cosine" });
      expect(layout.method).toBe(method);
      expect(layout.places.length).toBe(2 * count);
      expect(layout.places.filter((value) => Math.abs(value) > 1.2).length).toBeLessThan(0.03 * count);
      expect(Math.max(...layout.places.map(Math.abs))).toBeGreaterThan(0.9);
      const placed = await layout.place(points(60, 2));
      await layout.close();
      expect(together(layout.places, placed)).toBeGreaterThan(0.95);
    });
  }

  it("goes on from the places that are there", async () => {
    const all = points(240, 1);
    const first = await fitLayout(all, { metric: "cosine" });
    // Turned by a quarter and mirrored: what starts there stays there.
    const start = first.places.map((_, at) => first.places[at ^ 1]!);
    const second = await fitLayout(all, { metric: "cosine", start });
    const centre = (places: Float32Array, group: number) =>
      [0, 1].map((axis) => {
        let sum = 0;
        for (let row = group; row < 240; row += 3) sum += places[row * 2 + axis]! / 80;
        return sum;
      });
    await Promise.all([first.close(), second.close()]);
    for (const group of [0, 1, 2]) {
      const [x, y] = centre(start, group);
      const [u, v] = centre(second.places, group);
      expect(Math.hypot(u! - x!, v! - y!)).toBeLessThan(0.5);
    }
  });
});
