import fc from "fast-check";
import { expect, test } from "vitest";
import { beginSums } from "./sums.ts";

const value = fc.float({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 });
const addition = (width: number) =>
  fc.record({
    vector: fc.float32Array({ minLength: width, maxLength: width, noNaN: true, min: -100, max: 100 }),
    row: fc.nat(20),
    share: fc.constantFrom(1, 1, -1, 0.5, -0.25),
  });

test("sums and squares as a plain loop in f64 has them, for any width, whatever was added before", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 19 }).chain((width) => fc.tuple(fc.constant(width), fc.array(addition(width)))),
      ([width, additions]) => {
        const sums = beginSums(width);
        const rows = new Map<number, number>();
        const plain: Float64Array[] = [];
        for (const { vector, row: name, share } of additions) {
          const row = rows.get(name) ?? rows.size;
          rows.set(name, row);
          plain[row] ??= new Float64Array(width);
          vector.forEach((one, i) => {
            plain[row]![i]! += share * one;
          });
          const squares = share * vector.reduce((sum, one) => sum + one * one, 0);
          expect(Math.abs(sums.add(row, vector, share) - squares)).toBeLessThanOrEqual(1e-9 * Math.abs(squares));
        }
        plain.forEach((sum, row) => {
          expect(sums.of(row)).toEqual(Float32Array.from(sum));
          expect(sums.of(row, 3)).toEqual(Float32Array.from(sum, (one) => one / 3));
        });
      },
    ),
  );
});

test("sums of more clusters than its memory held before", () => {
  const width = 384;
  const vector = Float32Array.from({ length: width }, (_, i) => i);
  const sums = beginSums(width);
  for (let row = 0; row < 3_000; row++) sums.add(row, vector, row);
  expect(sums.of(0)).toEqual(new Float32Array(width));
  expect(sums.of(2_999)).toEqual(vector.map((one) => 2_999 * one));
});

test("what is no number stays one, so that the fold refuses it", () => {
  fc.assert(
    fc.property(value, (finite) => {
      const sums = beginSums(2);
      expect(sums.add(0, Float32Array.of(Number.NaN, finite), 1)).toBeNaN();
      expect(sums.of(0)[0]).toBeNaN();
    }),
  );
});
