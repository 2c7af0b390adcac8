import { describe, expect, it } from "vitest";
import fixture from "./fixtures/scikit-learn-isomap.json" with { type: "json" };
import { createShortestPaths } from "./isomap/shortest-paths.ts";
import { isomap } from "./isomap.ts";

/** Numerical Recipes' generator: the fixture's script has the same. */
function uniform() {
  let state = 1;
  return () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function roll(count: number) {
  const next = uniform();
  const rows = Array.from({ length: count }, () => {
    const [turn, along] = [1.5 * Math.PI * (1 + 2 * next()), 21 * next()];
    return [turn * Math.cos(turn), along, turn * Math.sin(turn)];
  });
  return { values: Float32Array.from(rows.flat()), count, width: 3 };
}

function islands(count: number) {
  const next = uniform();
  const rows = Array.from({ length: count }, (_, i) => [10 * (i % 3) ** 2 + next(), next(), next()]);
  return { values: Float32Array.from(rows.flat()), count, width: 3 };
}

/** The largest difference, each column turned to the wanted one's sign, as a share of the column's largest size. */
function worst(got: Float32Array, wanted: readonly number[]): number {
  return Math.max(
    ...[0, 1].map((column) => {
      const pairs = wanted.flatMap((value, i) => (i % 2 === column ? [[value, got[i]!] as const] : []));
      const sign = Math.sign(pairs.reduce((sum, [a, b]) => sum + a * b, 0));
      const size = Math.max(...pairs.map(([a]) => Math.abs(a)));
      return Math.max(...pairs.map(([a, b]) => Math.abs(a - sign * b))) / size;
    }),
  );
}

/** How the distances of points on two maps go together. */
function correlation(a: ArrayLike<number>, b: ArrayLike<number>, count: number): number {
  const next = uniform();
  const pairs = Array.from({ length: 20_000 }, () => [Math.floor(next() * count), Math.floor(next() * count)] as const);
  const of = (map: ArrayLike<number>) =>
    pairs.map(([i, j]) => Math.hypot(map[2 * i]! - map[2 * j]!, map[2 * i + 1]! - map[2 * j + 1]!));
  const less = (values: number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  };
  const [x, y] = [less(of(a)), less(of(b))];
  const dot = (p: number[], q: number[]) => p.reduce((sum, value, i) => sum + value * q[i]!, 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}

describe("Isomap", () => {
  it("with all points as landmarks is scikit-learn's, also where the graph falls apart", async () => {
    const { count, neighbours, values: wanted } = fixture.islands;
    const { values, joined } = await isomap(islands(count), { neighbours, landmarks: count, seed: 1 });
    expect(joined).toBe(2);
    expect(worst(values, wanted)).toBeLessThan(1e-3);
  });

  it("unrolls 2,000 points as scikit-learn does: exactly, and by 1,000 and 100 landmarks nearly", async () => {
    const { count, neighbours, values: wanted } = fixture.roll;
    const points = roll(count);
    const exact = await isomap(points, { neighbours, landmarks: count, seed: 1 });
    expect(exact.joined).toBe(0);
    expect(worst(exact.values, wanted)).toBeLessThan(1e-3);
    const done: number[] = [];
    const some = await isomap(points, { neighbours, seed: 1, onProgress: (progress) => done.push(progress.done) });
    expect(correlation(some.values, wanted, count)).toBeGreaterThan(0.999);
    expect(done.at(-1)).toBe(1);
    const few = await isomap(points, { neighbours, landmarks: 100, seed: 2 });
    expect(correlation(few.values, wanted, count)).toBeGreaterThan(0.99);
    expect(await isomap(points, { neighbours, landmarks: 100, seed: 2 })).toEqual(few);
    expect((await isomap(points, { neighbours, landmarks: 100, seed: 3 })).values).not.toEqual(few.values);
    // Straight distances would not do.
    const flat = points.values.filter((_, i) => i % 3 !== 2);
    expect(correlation(flat, wanted, count)).toBeLessThan(0.9);
  });

  it("refuses fewer landmarks than components, and stops when told", async () => {
    const points = islands(30);
    await expect(isomap(points, { landmarks: 2, seed: 1 })).rejects.toThrow(/landmarks/);
    await expect(isomap(points, { seed: 1, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

describe("shortest paths", () => {
  it("are those of trying every way round", () => {
    const next = uniform();
    const count = 60;
    const edges = Array.from(
      { length: 110 },
      () => [Math.floor(next() * count), Math.floor(next() * count), next()] as const,
    );
    const wanted = Array.from({ length: count }, (_, i) =>
      Array.from({ length: count }, (_, j) => (i === j ? 0 : Number.POSITIVE_INFINITY)),
    );
    const adjacent: [number, number][][] = Array.from({ length: count }, () => []);
    for (const [a, b, length] of edges) {
      const rounded = Math.fround(length);
      adjacent[a]!.push([b, rounded]);
      adjacent[b]!.push([a, rounded]);
      wanted[a]![b] = wanted[b]![a] = Math.min(wanted[a]![b]!, rounded);
    }
    for (let via = 0; via < count; via++) {
      for (const row of wanted)
        for (let j = 0; j < count; j++) row[j] = Math.min(row[j]!, row[via]! + wanted[via]![j]!);
    }
    const starts = new Int32Array(count + 1);
    for (let i = 0; i < count; i++) starts[i + 1] = starts[i]! + adjacent[i]!.length;
    const paths = createShortestPaths({
      starts,
      others: Int32Array.from(adjacent.flat(), ([other]) => other),
      lengths: Float32Array.from(adjacent.flat(), ([, length]) => length),
    });
    const found = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      paths(i, found);
      for (let j = 0; j < count; j++) expect(found[j]).toBeCloseTo(wanted[i]![j]!, 9);
    }
    expect(wanted.flat()).toContain(Number.POSITIVE_INFINITY);
  });
});
