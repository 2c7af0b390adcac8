import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hungarian } from "./hungarian.ts";

function bestByTrying(matrix: number[][], pick: (a: number, b: number) => number): number {
  const tall = matrix.length > matrix[0]!.length;
  const rows = tall ? matrix[0]!.map((_, j) => matrix.map((row) => row[j]!)) : matrix;
  const from = (i: number, used: number): number => {
    if (i === rows.length) return 0;
    const totals = rows[i]!.flatMap((value, j) => (used & (1 << j) ? [] : [value + from(i + 1, used | (1 << j))]));
    return totals.reduce((a, b) => pick(a, b));
  };
  return from(0, 0);
}

const matrices = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([rows, columns]) => {
  const row = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: columns, maxLength: columns });
  return fc.array(row, { minLength: rows, maxLength: rows });
});

describe("hungarian", () => {
  it("matches a case worked by hand", () => {
    const matrix = [
      [4, 1, 3],
      [2, 0, 5],
      [3, 2, 2],
    ];
    expect(hungarian(matrix)).toEqual({ total: 5, pairs: [[0, 1], [1, 0], [2, 2]] }); // biome-ignore format: a matrix
    expect(hungarian(matrix, { maximise: true }).total).toBe(11);
  });

  it("takes wide, tall and empty matrices", () => {
    expect(hungarian([[5, 1, 9]])).toEqual({ total: 1, pairs: [[0, 1]] });
    expect(hungarian([[5], [1], [9]], { maximise: true })).toEqual({ total: 9, pairs: [[2, 0]] });
    expect(hungarian([])).toEqual({ total: 0, pairs: [] });
    expect(hungarian([[], []])).toEqual({ total: 0, pairs: [] });
  });

  it("refuses what is not a matrix of numbers", () => {
    expect(() => hungarian([[1, 2], [3]])).toThrow(RangeError);
    expect(() => hungarian([[1, Number.NaN]])).toThrow(RangeError);
  });

  it("is as good as trying every matching", () => {
    fc.assert(
      fc.property(matrices, fc.boolean(), (matrix, maximise) => {
        const { pairs, total } = hungarian(matrix, { maximise });
        expect(total).toBe(bestByTrying(matrix, maximise ? Math.max : Math.min));
        expect(pairs).toHaveLength(Math.min(matrix.length, matrix[0]!.length));
        expect(new Set(pairs.map(([i]) => i)).size).toBe(pairs.length);
        expect(new Set(pairs.map(([, j]) => j)).size).toBe(pairs.length);
      }),
      { numRuns: 500 },
    );
  });
});
