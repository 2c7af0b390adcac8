import { createRandom } from "@eddy/runtime/random";
import { describe, expect, it } from "vitest";
import { fitCurve } from "./curve.ts";
import { FORCE_SHIFT, forcesOf } from "./forces.ts";
import { createNarrowMover, createWideMover, LANES } from "./movers.ts";

describe("forcesOf", () => {
  it("is within 0.2 % of the formulas, from points that almost touch to the far ends", () => {
    const { a, b } = fitCurve(0.1, 1);
    const { pull, push } = forcesOf({ a, b });
    const bits = new Uint32Array(1);
    const float = new Float32Array(bits.buffer);
    const random = createRandom(1);
    for (let round = 0; round < 1000; round++) {
      float[0] = 10 ** (random.next() * 12 - 8);
      const squared = float[0];
      const step = bits[0]! >>> FORCE_SHIFT;
      const exactPull = (-2 * a * b * squared ** (b - 1)) / (1 + a * squared ** b);
      const exactPush = (2 * b) / ((0.001 + squared) * (1 + a * squared ** b));
      expect(Math.abs(pull[step]! / exactPull - 1)).toBeLessThan(0.005);
      expect(Math.abs(push[step]! / exactPush - 1)).toBeLessThan(0.005);
    }
    expect([pull[0], push[0]]).toEqual([0, 0]);
  });
});

describe("movers", () => {
  const count = 40;
  const forces = forcesOf(fitCurve(0, 1));
  const run = (make: typeof createWideMover) => {
    const random = createRandom(4);
    const layout = Float64Array.from({ length: count * LANES }, () => random.next() * 3);
    const move = make(layout, { count, width: LANES, forces, random: Int32Array.of(99) });
    for (let round = 0; round < 200; round++) {
      const row = random.below(count);
      const others = Int32Array.from({ length: 3 }, () => (row + 1 + random.below(count - 1)) % count);
      move(row, { others, draws: Int32Array.of(4, 0, 5), size: 3 }, 0.7);
    }
    return layout;
  };

  it("move alike, narrow and wide", () => {
    const narrow = run(createNarrowMover);
    expect([...narrow].every(Number.isFinite)).toBe(true);
    expect([...narrow]).toEqual([...run(createWideMover)]);
  });

  it("pull two points together by what the formula says, both by as much", () => {
    for (const make of [createNarrowMover, createWideMover]) {
      const layout = new Float64Array(2 * LANES);
      layout[0] = 3;
      const due = { others: Int32Array.of(1), draws: Int32Array.of(0), size: 1 };
      make(layout, { count: 2, width: LANES, forces, random: Int32Array.of(1) })(0, due, 0.5);
      const { a, b } = fitCurve(0, 1);
      const step = (0.5 * 3 * 2 * a * b * 9 ** (b - 1)) / (1 + a * 9 ** b);
      expect(layout[0]).toBeCloseTo(3 - step, 2);
      expect(layout[LANES]).toBeCloseTo(step, 2);
      expect([...layout].filter((value) => value !== 0)).toHaveLength(2);
    }
  });

  it("never push a point off itself, and hold a step to 4", () => {
    for (const make of [createNarrowMover, createWideMover]) {
      const alone = Float64Array.of(1, 2, 3, 4, 5);
      const nobody = { others: Int32Array.of(0), draws: Int32Array.of(50), size: 1 };
      make(alone, { count: 1, width: LANES, forces, random: Int32Array.of(1) })(0, nobody, 1);
      expect([...alone]).toEqual([1, 2, 3, 4, 5]);
      const close = new Float64Array(2 * LANES);
      close[0] = 0.05;
      const strong = { pull: forces.pull.map(() => 1000), push: forces.push };
      const due = { others: Int32Array.of(1), draws: Int32Array.of(0), size: 1 };
      make(close, { count: 2, width: LANES, forces: strong, random: Int32Array.of(1) })(0, due, 1);
      expect(close[0]).toBeCloseTo(4.05, 9);
    }
  });
});
