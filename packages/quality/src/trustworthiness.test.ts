import { createRandom } from "@eddy/runtime/random";
import { describe, expect, it } from "vitest";
import fixture from "./fixtures/trustworthiness.json" with { type: "json" };
import { fixedSample, takeRows } from "./sample.ts";
import { trustworthiness, trustworthinessLimit } from "./trustworthiness.ts";

describe("trustworthiness", () => {
  it.each(fixture.cases)(
    "equals scikit-learn, seed $seed",
    ({ points, width, map, neighbours, trustworthiness: expected }) => {
      expect(trustworthiness({ points, width }, { points: map, width: 2 }, neighbours)).toBeCloseTo(expected, 12);
    },
  );

  it("works a case by hand", () => {
    // On the map 0's nearest is 3, its third nearest in truth: 2 ranks too many. 3's is 0: 2. 1 and 2 keep theirs, 2 and 1.
    const truth = { points: [0, 1, 1.9, 3.5], width: 1 };
    const map = { points: [0, 5, 6, 1], width: 1 };
    expect(trustworthiness(truth, map, 1)).toBeCloseTo(1 - (2 / (4 * 1 * (8 - 3 - 1))) * 4, 12);
  });

  it("is 1 for the space itself, turned and stretched", () => {
    const random = createRandom(5);
    const points = Float32Array.from({ length: 300 }, random.next);
    const map = points.map((_, i) => 3 * (i % 2 ? points[i - 1]! : -points[i + 1]!));
    expect(trustworthiness({ points, width: 2 }, { points: map, width: 2 }, 10)).toBe(1);
  });

  it("refuses too many rows, unequal rows and too many neighbours", () => {
    const rows = (n: number) => ({ points: new Float32Array(n), width: 1 });
    expect(() => trustworthiness(rows(trustworthinessLimit + 1), rows(trustworthinessLimit + 1))).toThrow(/sample/);
    expect(() => trustworthiness(rows(20), rows(21))).toThrow(/21/);
    expect(() => trustworthiness(rows(10), rows(10), 5)).toThrow(/half/);
  });
});

describe("a fixed sample", () => {
  it("is the same each time, ascending, without a row twice", () => {
    const sample = fixedSample(1_000, 100);
    expect(sample).toEqual(fixedSample(1_000, 100));
    expect(sample).not.toEqual(fixedSample(1_000, 100, 1));
    expect(sample).toHaveLength(100);
    expect([...new Set(sample)].sort((a, b) => a - b)).toEqual([...sample]);
    expect(sample.at(-1)).toBeLessThan(1_000);
  });

  it("takes each row equally often", () => {
    const taken = new Array<number>(20).fill(0);
    for (let seed = 0; seed < 2_000; seed++) for (const row of fixedSample(20, 5, seed)) taken[row]!++;
    // 500 each; the standard deviation is 19.
    for (const times of taken) expect(Math.abs(times - 500)).toBeLessThan(100);
  });

  it("is all rows where there are no more, and its rows can be taken", () => {
    expect([...fixedSample(3, 5)]).toEqual([0, 1, 2]);
    expect([...takeRows(Float32Array.of(1, 2, 3, 4, 5, 6), 2, [0, 2])]).toEqual([1, 2, 5, 6]);
  });
});
