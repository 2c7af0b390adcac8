import { createRandom } from "@eddy/runtime/random";
import { describe, expect, it } from "vitest";
import { leadingEigenvectors } from "./eigenvectors.ts";

const diagonal = (values: readonly number[]) => ({
  size: values.length,
  multiply(x: Float64Array, into: Float64Array) {
    for (const [at, value] of values.entries()) into[at] = value * x[at]!;
  },
});

describe("leadingEigenvectors", () => {
  it("solves the path of n points by hand: eigenvalues 2 cos(πj / (n + 1)), close together", () => {
    const size = 400;
    const path = {
      size,
      multiply(x: Float64Array, into: Float64Array) {
        for (let i = 0; i < size; i++) into[i] = (x[i - 1] ?? 0) + (x[i + 1] ?? 0);
      },
    };
    const { values, vectors, converged } = leadingEigenvectors(path, 4, { random: createRandom(1), tolerance: 1e-9 });
    expect(converged).toBe(true);
    for (let j = 0; j < 4; j++) {
      expect(values[j]).toBeCloseTo(2 * Math.cos((Math.PI * (j + 1)) / (size + 1)), 9);
      const product = new Float64Array(size);
      path.multiply(vectors[j]!, product);
      for (let i = 0; i < size; i++) expect(Math.abs(product[i]! - values[j]! * vectors[j]![i]!)).toBeLessThan(1e-7);
    }
  });

  it("finds equal eigenvalues, each with a direction of its own", () => {
    const operator = diagonal([...new Array(5).fill(3), ...new Array(95).fill(1)]);
    const { values, vectors } = leadingEigenvectors(operator, 5, { random: createRandom(2) });
    for (const value of values) expect(value).toBeCloseTo(3, 9);
    for (let a = 0; a < 5; a++) {
      for (let b = 0; b <= a; b++) {
        const dot = vectors[a]!.reduce((sum, value, i) => sum + value * vectors[b]![i]!, 0);
        expect(dot).toBeCloseTo(a === b ? 1 : 0, 9);
      }
    }
  });

  it("copes with an operator that is nothing, and with one of size 1", () => {
    expect([...leadingEigenvectors(diagonal(new Array(30).fill(0)), 2, { random: createRandom(3) }).values]).toEqual([
      0, 0,
    ]);
    const { values, vectors } = leadingEigenvectors(diagonal([7]), 1, { random: createRandom(3) });
    expect([values[0], vectors[0]![0]]).toEqual([7, 1]);
  });

  it("says where it has not converged", () => {
    const many = diagonal(Array.from({ length: 3000 }, (_, i) => 1 - i * 1e-6));
    expect(leadingEigenvectors(many, 3, { random: createRandom(4), restarts: 1 }).converged).toBe(false);
  });
});
