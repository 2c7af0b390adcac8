import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Assigner, createAssigner, type Metric } from "./assigner.ts";

const WIDTH = 7;
const metrics: readonly Metric[] = ["spherical", "euclidean"];
const assigners = new Map<Metric, Assigner>();

beforeAll(async () => {
  for (const metric of metrics) assigners.set(metric, await createAssigner({ metric, dimensions: WIDTH, threads: 1 }));
});
afterAll(() => Promise.all([...assigners.values()].map((assigner) => assigner.close())));

function unit(row: readonly number[]): number[] {
  const norm = Math.hypot(...row);
  return norm === 0 ? [1, ...row.slice(1)] : row.map((value) => value / norm);
}

const row = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: WIDTH, maxLength: WIDTH });
const rows = (min: number) => fc.array(row, { minLength: min, maxLength: 12 });
const flat = (list: readonly (readonly number[])[]) => Float32Array.from(list.flat());

/** Distances of one point to every centre, by a plain loop in f64. */
function naive(metric: Metric, point: readonly number[], centres: readonly (readonly number[])[]): number[] {
  return centres.map((centre) =>
    metric === "spherical"
      ? 1 - point.reduce((sum, value, i) => sum + value * centre[i]!, 0)
      : Math.hypot(...point.map((value, i) => value - centre[i]!)),
  );
}

describe.each(metrics)("%s", (metric) => {
  const assigner = () => assigners.get(metric)!;
  // Integers up to 100 make every Euclidean product exact in f32; cosines of unit vectors carry f32 rounding.
  const prepare = (list: number[][]) => (metric === "spherical" ? list.map(unit) : list);
  const tolerance = metric === "spherical" ? 1e-5 : 1e-3;

  it("agrees with a plain loop", async () => {
    await fc.assert(
      fc.asyncProperty(rows(0), rows(1), async (rawPoints, rawCentres) => {
        const points = prepare(rawPoints);
        const centres = prepare(rawCentres);
        const found = await assigner().assign(flat(points), flat(centres), points.length, centres.length);
        expect(found.nearest).toHaveLength(points.length);
        points.forEach((point, i) => {
          const distances = naive(metric, point, centres);
          const sorted = distances.toSorted((a, b) => a - b);
          expect(Math.abs(found.distance[i]! - sorted[0]!)).toBeLessThan(tolerance);
          expect(Math.abs(distances[found.nearest[i]!]! - sorted[0]!)).toBeLessThan(tolerance);
          const margin = centres.length === 1 ? 0 : sorted[1]! - sorted[0]!;
          expect(Math.abs(found.margin[i]! - margin)).toBeLessThan(2 * tolerance);
          expect(found.margin[i]).toBeGreaterThanOrEqual(0);
        });
      }),
    );
  });

  it("gives a tie to the lowest index", async () => {
    // Whole numbers: their products are exact, so equal centres have equal scores in every tile of the matrix product.
    await fc.assert(
      fc.asyncProperty(row, fc.integer({ min: 2, max: 40 }), async (centre, copies) => {
        const far = centre.map((value) => (value > 0 ? -value - 1 : -value + 1));
        const point = centre.map((value) => (value === 0 ? 1 : value));
        const centres = [far, ...Array.from({ length: copies }, () => point)];
        const found = await assigner().assign(flat([point]), flat(centres), 1, centres.length);
        expect([found.nearest[0], found.margin[0]]).toEqual([1, 0]);
      }),
    );
  });

  it("has no margin where there is one centre", async () => {
    const [a, b] = prepare([
      [1, 2, 3, 4, 5, 6, 7],
      [7, 6, 5, 4, 3, 2, 1],
    ]);
    const found = await assigner().assign(flat([a!, b!]), flat([a!]), 2, 1);
    expect([...found.nearest]).toEqual([0, 0]);
    expect([...found.margin]).toEqual([0, 0]);
  });

  it("takes no points", async () => {
    const found = await assigner().assign(new Float32Array(0), new Float32Array(WIDTH), 0, 1);
    expect(found.nearest).toHaveLength(0);
  });

  it("takes rows, too, also while others are under way", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rows(1), { minLength: 1, maxLength: 4 }), rows(1), async (rawBatches, rawCentres) => {
        const centres = flat(prepare(rawCentres));
        const batches = rawBatches.map((batch) => prepare(batch).map((one) => Float32Array.from(one)));
        const found = await Promise.all(
          batches.map((batch) => assigner().assign(batch, centres, batch.length, rawCentres.length)),
        );
        for (const [at, batch] of batches.entries())
          expect(found[at]).toEqual(
            await assigner().assign(flat(prepare(rawBatches[at]!)), centres, batch.length, rawCentres.length),
          );
      }),
    );
  });

  it("refuses lengths that don't fit, and points without centres", async () => {
    await expect(assigner().assign(new Float32Array(WIDTH + 1), new Float32Array(WIDTH), 1, 1)).rejects.toThrow(
      RangeError,
    );
    await expect(assigner().assign([new Float32Array(WIDTH - 1)], new Float32Array(WIDTH), 1, 1)).rejects.toThrow(
      "row 0",
    );
    await expect(assigner().assign([], new Float32Array(WIDTH), 1, 1)).rejects.toThrow(RangeError);
    await expect(assigner().assign(new Float32Array(WIDTH), new Float32Array(0), 1, 0)).rejects.toThrow(RangeError);
  });
});

it("a case by hand: Euclidean distances 3-4-5", async () => {
  const assigner = await createAssigner({ metric: "euclidean", dimensions: 2 });
  const found = await assigner.assign(Float32Array.of(3, 4), Float32Array.of(0, 0, 3, 3), 1, 2);
  expect([found.nearest[0], found.distance[0], found.margin[0]]).toEqual([1, 1, 4]);
  await assigner.close();
});
