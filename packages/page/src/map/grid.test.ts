import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGrid } from "./grid.ts";

const spot = fc.record({
  x: fc.double({ min: -1.2, max: 1.2, noNaN: true }),
  y: fc.double({ min: -1.2, max: 1.2, noNaN: true }),
});
const points = fc.array(spot, { maxLength: 60 }).map((spots) => ({
  x: Float32Array.from(spots, ({ x }) => x),
  y: Float32Array.from(spots, ({ y }) => y),
}));

describe("the grid", () => {
  it("finds the nearest as a look at every point does", () => {
    fc.assert(
      fc.property(points, spot, fc.double({ min: 0.01, max: 1.5, noNaN: true }), (all, at, radius) => {
        const distances = [...all.x.keys()].map((row) => (all.x[row]! - at.x) ** 2 + (all.y[row]! - at.y) ** 2);
        const least = Math.min(...distances);
        const found = createGrid(all).nearest(at, radius);
        if (least > radius * radius) expect(found).toBeUndefined();
        else expect(distances[found!]).toBe(least);
      }),
    );
  });

  it("catches what lies in a loop, also one that is hollow", () => {
    const grid = createGrid({ x: Float32Array.of(0, 0.5, 0.95, 0.5), y: Float32Array.of(0, 0.5, 0.8, 0.05) });
    const square = [
      { x: 0.1, y: 0 },
      { x: 1, y: 0 },
      { x: 1, y: 1 },
      { x: 0.1, y: 1 },
    ];
    expect(grid.within(square)).toEqual([1, 2, 3]);
    expect(grid.within([square[0]!, square[1]!, square[2]!, { x: 0.6, y: 0.1 }])).toEqual([2, 3]);
    expect(grid.within(square.slice(0, 2))).toEqual([]);
  });

  it("takes no points, and points all in one place", () => {
    expect(createGrid({ x: new Float32Array(), y: new Float32Array() }).nearest({ x: 0, y: 0 }, 1)).toBeUndefined();
    const one = createGrid({ x: Float32Array.of(3, 3), y: Float32Array.of(-2, -2) });
    expect(one.nearest({ x: 3.01, y: -2 }, 0.1)).toBeDefined();
  });
});
