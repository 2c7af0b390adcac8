import { readFileSync } from "node:fs";
import { createRandom } from "@eddy/runtime/random";
import { sparseRows } from "@eddy/text/sparse-rows";
import { describe, expect, it } from "vitest";
import { pca } from "./pca.ts";

interface Case {
  readonly name: string;
  readonly rows: readonly (readonly number[])[];
  readonly components: readonly (readonly number[])[];
  readonly explained: readonly number[];
  readonly mean: readonly number[];
  readonly values: readonly (readonly number[])[];
}

const { cases }: { cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL("fixtures/scikit-learn-pca.json", import.meta.url), "utf8"),
);

const dense = (rows: Case["rows"]) => ({
  values: Float32Array.from(rows.flat()),
  count: rows.length,
  width: rows[0]!.length,
});
const sparse = (rows: Case["rows"]) =>
  sparseRows(
    rows[0]!.length,
    rows.map((row) => new Map([...row.entries()].filter(([, value]) => value !== 0))),
  );

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) {
  expect(actual.length).toBe(expected.length);
  for (let at = 0; at < expected.length; at++) {
    expect(Math.abs(actual[at]! - expected[at]!), `at ${at}`).toBeLessThan(tolerance);
  }
}

describe("pca", () => {
  for (const { name, rows, components, explained, mean, values } of cases) {
    for (const [kind, made] of [
      ["dense", dense(rows)],
      ["sparse", sparse(rows)],
    ] as const) {
      it(`is scikit-learn's, signs and all: ${name}, ${kind}`, () => {
        const found = pca(made, components.length);
        expectClose(found.components, components.flat(), 1e-6);
        expectClose(found.explained, explained, 1e-9);
        expectClose(found.mean, mean, 1e-9);
        expectClose(found.values, values.flat(), 2e-5);
      });
    }
  }

  it("is the same for a seed, and for another but for rounding", () => {
    const { rows } = cases[1]!;
    const [first, again, other] = [1, 1, 2].map((seed) => pca(dense(rows), 5, { seed }));
    expect(again).toEqual(first);
    expectClose(other!.components, first!.components, 1e-6);
  });

  it("finds a plane in 60 dimensions, with nothing left for the third component", () => {
    const random = createRandom(3);
    const directions = Array.from({ length: 2 }, () => Array.from({ length: 60 }, () => random.next() - 0.5));
    const rows = Array.from({ length: 200 }, () => {
      const [a, b] = [random.next(), random.next()];
      return directions[0]!.map((value, i) => a * value + b * directions[1]![i]!);
    });
    const { explained } = pca(dense(rows), 3);
    expect(explained[0]! + explained[1]!).toBeCloseTo(1, 9);
    expect(explained[2]).toBeLessThan(1e-9);
  });

  it("copes with rows that are all the same", () => {
    const { values, explained } = pca({ values: new Float32Array(50).fill(2), count: 10, width: 5 }, 2);
    expect([...values].every((value) => Math.abs(value) < 1e-6)).toBe(true);
    expect([...explained].every((share) => share >= 0 && share <= 1)).toBe(true);
  });

  it("refuses more components than there can be", () => {
    expect(() => pca({ values: new Float32Array(12), count: 3, width: 4 }, 3)).toThrow(RangeError);
  });
});
