import { nearestNeighbours } from "@eddy/compute/neighbours";
import { createRandom } from "@eddy/runtime/random";
import { beforeAll, describe, expect, it } from "vitest";
import { type Affinities, affinities } from "./affinities.ts";
import { createDescent, createGradient } from "./descent.ts";
import { createRepulsion } from "./repulsion.ts";

const random = createRandom(11);
const count = 200;
const scattered = (points: number, span: number) =>
  Float64Array.from({ length: 2 * points }, () => (random.next() + random.next() - 1) * (span / 2));

/** Pair by pair. */
function exactRepulsion(positions: Float64Array) {
  const forces = new Float64Array(positions.length);
  let z = 0;
  for (let i = 0; i < positions.length; i += 2) {
    for (let j = 0; j < positions.length; j += 2) {
      if (i === j) continue;
      const [dx, dy] = [positions[i]! - positions[j]!, positions[i + 1]! - positions[j + 1]!];
      const q = 1 / (1 + dx * dx + dy * dy);
      z += q;
      forces[i]! += dx * q * q;
      forces[i + 1]! += dy * q * q;
    }
  }
  return { forces, z };
}

function relativeError(got: Float64Array, wanted: Float64Array): number {
  const squares = (values: Float64Array) => values.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(squares(got.map((value, i) => value - wanted[i]!)) / squares(wanted));
}

describe("repulsion by splines and FFT", () => {
  // Spans at which the grid is fine, and at which it is as wide as it gets beside the kernel.
  it.each([
    [200, 3e-4, 1e-6],
    [200, 3, 1e-5],
    [200, 12, 0.02],
    [1_000, 60, 0.05],
    [1_000, 150, 0.05],
    [2_000, 400, 0.05],
  ])("of %i points over %f is the sum over pairs to %f", (points, span, tolerance) => {
    const positions = scattered(points, span);
    const forces = new Float64Array(positions.length);
    const z = createRepulsion().apply(positions, forces);
    const exact = exactRepulsion(positions);
    expect(relativeError(forces, exact.forces)).toBeLessThan(tolerance);
    expect(Math.abs(z / exact.z - 1)).toBeLessThan(tolerance);
  });

  it("takes points at the edges while the map grows, and all on one spot", () => {
    const repulsion = createRepulsion();
    const forces = new Float64Array(2 * count);
    const shape = scattered(count, 1);
    for (let span = 1e-3; span < 100; span *= 1.1) {
      const z = repulsion.apply(
        shape.map((value) => value * span),
        forces,
      );
      expect(Number.isFinite(z) && forces.every(Number.isFinite), `span ${span}`).toBe(true);
    }
    expect(repulsion.apply(new Float64Array(2 * count).fill(7), forces)).toBeCloseTo(count * (count - 1), 3);
    expect(Math.max(...forces.map(Math.abs))).toBeLessThan(1e-6);
  });
});

describe("descent", () => {
  const perplexity = 8;
  let near: Affinities;
  let dense: Float64Array;

  beforeAll(async () => {
    const values = Float32Array.from({ length: 4 * count }, random.next);
    const points = { values, count, width: 4 };
    near = affinities(await nearestNeighbours(points, 25, "euclidean"), count, perplexity);
    dense = new Float64Array(count * count);
    for (let i = 0; i < count; i++) {
      for (let e = near.starts[i]!; e < near.starts[i + 1]!; e++) {
        const j = near.others[e]!;
        dense[i * count + j] = near.weights[e]!;
        dense[j * count + i] = near.weights[e]!;
      }
    }
  });

  it("starts from affinities over both ways of each pair, each pair once", () => {
    expect(dense.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
    for (let i = 0; i < count; i++) {
      const others = near.others.slice(near.starts[i], near.starts[i + 1]);
      expect(new Set(others).size).toBe(others.length);
      expect(others.every((other) => other > i)).toBe(true);
    }
  });

  it("has the gradient of the divergence", () => {
    const positions = scattered(count, 30);
    const { z } = exactRepulsion(positions);
    const wanted = new Float64Array(2 * count);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        if (i === j) continue;
        const [dx, dy] = [positions[2 * i]! - positions[2 * j]!, positions[2 * i + 1]! - positions[2 * j + 1]!];
        const q = 1 / (1 + dx * dx + dy * dy);
        const pull = 4 * (3 * dense[i * count + j]! - q / z) * q;
        wanted[2 * i]! += pull * dx;
        wanted[2 * i + 1]! += pull * dy;
      }
    }
    const got = new Float64Array(2 * count);
    createGradient(near)(positions, 3, got);
    expect(relativeError(got, wanted)).toBeLessThan(0.02);
  });

  it("goes down", () => {
    const descent = createDescent(near, scattered(count, 1));
    const before = descent.divergence();
    for (let i = 0; i < 100; i++) descent.step({ exaggeration: 1, momentum: 0.5, learningRate: 50 });
    expect(descent.divergence()).toBeLessThan(before / 2);
  });
});

describe("affinities", () => {
  it("have the perplexity asked for, whatever the scale, also with duplicates", () => {
    // Each point's neighbours are the same three, at these distances; seen from one side only.
    for (const scale of [1e-3, 1, 1e4]) {
      const distances = Float32Array.from([0, 1, 2, 3, 0, 1, 2, 3], (distance) => distance * scale);
      const { weights } = affinities({ indices: Int32Array.of(2, 3, 4, 5, 6, 7, 8, 9), distances }, 2, 2);
      const shares = [...weights.slice(0, 4)].map((weight) => weight * 4);
      const entropy = -shares.reduce((sum, share) => sum + share * Math.log(share), 0);
      expect(Math.exp(entropy)).toBeCloseTo(2, 3);
    }
  });
});
