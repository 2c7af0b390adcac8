import { createRandom } from "@eddy/runtime/random";
import { describe, expect, it } from "vitest";
import { collapseOf } from "./collapse.ts";
import { hardClusters, targetOf } from "./target.ts";

const SEED = 3;

/** Rows that sum to 1; `sharpness` 0 is even. */
function softRows(count: number, k: number, sharpness: number): Float32Array {
  const random = createRandom(SEED);
  const soft = new Float32Array(count * k);
  for (let row = 0; row < count; row++) {
    const shares = Array.from({ length: k }, (_, c) => 1 + 0.01 * random.next() + (c === row % k ? sharpness : 0));
    const sum = shares.reduce((a, b) => a + b);
    soft.set(
      shares.map((share) => share / sum),
      row * k,
    );
  }
  return soft;
}

describe("the target", () => {
  it("by hand: two points, two clusters", () => {
    // f = (1.2, 0.8); row 1: 0.64/1.2 and 0.04/0.8, row 2: 0.16/1.2 and 0.36/0.8.
    const { values, count } = targetOf(Float32Array.of(0.8, 0.2, 0.4, 0.6), 2);
    const rows = [
      [0.64 / 1.2, 0.04 / 0.8],
      [0.16 / 1.2, 0.36 / 0.8],
    ].map(([a, b]) => [a! / (a! + b!), b! / (a! + b!)]);
    expect([...values]).toEqual(rows.flat().map((value) => expect.closeTo(value, 6)));
    expect(count).toBe(2);
  });

  it("of a batch alone is another one than its rows of the whole", () => {
    const soft = Float32Array.of(0.8, 0.2, 0.7, 0.3, 0.4, 0.6, 0.1, 0.9);
    const whole = targetOf(soft, 2).values.slice(0, 4);
    const alone = targetOf(soft.slice(0, 4), 2).values;
    // A batch of one group only is pushed towards the other: its frequencies say that group is too large.
    expect(alone[0]).toBeLessThan(whole[0]! - 0.05);
  });

  it("refuses half a row; the greatest share is the cluster, the lowest of equals", () => {
    expect(() => targetOf(new Float32Array(3), 2)).toThrow(RangeError);
    expect([...hardClusters(Float32Array.of(0.5, 0.5, 0.1, 0.9), 2)]).toEqual([0, 1]);
  });
});

describe("collapse", () => {
  it("is not seen where clusters are even and clear", () => {
    const found = collapseOf(softRows(90, 3, 5), 3);
    expect(found).toMatchObject({ collapsed: false, starved: [], twins: [], undecided: false });
    expect(found.shares).toEqual([1 / 3, 1 / 3, 1 / 3].map((share) => expect.closeTo(share, 6)));
  });

  it("is seen where a cluster starves", () => {
    const soft = softRows(90, 3, 5).map((share, at) => (at % 3 === 2 ? 0.001 : share));
    expect(collapseOf(soft, 3)).toMatchObject({ collapsed: true, starved: [2] });
  });

  it("is seen where two clusters lie on one spot", () => {
    const two = softRows(90, 2, 5);
    const soft = Float32Array.from({ length: 270 }, (_, at) => {
      const [row, c] = [Math.floor(at / 3), at % 3];
      return c === 0 ? two[2 * row]! : two[2 * row + 1]! / 2;
    });
    expect(collapseOf(soft, 3)).toMatchObject({ collapsed: true, twins: [[1, 2]] });
  });

  it("is seen where nothing is told apart", () => {
    expect(collapseOf(softRows(90, 3, 0), 3)).toMatchObject({ collapsed: true, undecided: true, twins: [] });
  });
});
