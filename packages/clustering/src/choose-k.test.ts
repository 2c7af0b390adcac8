import { createRandom } from "@eddy/runtime/random";
import { describe, expect, it } from "vitest";
import { chooseK } from "./choose-k.ts";

import { createLoopAssign, plantedPoints } from "./points-fixture.ts";
import { refitModel, seedModel } from "./seed.ts";

describe("choosing k", () => {
  // With three starts a k, one of 20 clusters may stay cut in two.
  it.each([
    [3, 0],
    [8, 0],
    [20, 1],
  ])("finds %i planted clusters, which come in turn, within %i", (k, off) => {
    const { next } = createRandom(k);
    const choice = chooseK(plantedPoints(k, 400, 24, 0.3, next), next);
    expect(choice).toMatchObject({ automatic: true, clear: true });
    expect(Math.abs(choice.chosen - k)).toBeLessThanOrEqual(off);
    expect(choice.runnerUp).not.toBe(choice.chosen);
    expect(choice.runnerUpScore).toBeLessThanOrEqual(choice.score);
  });

  it("sees no clear structure in random directions", () => {
    const { next } = createRandom(11);
    expect(chooseK(plantedPoints(256, 256, 128, 0, next), next).clear).toBe(false);
  });
});

const dimensions = 8;
const tools = () => ({ assign: createLoopAssign(dimensions), random: createRandom(5).next });

describe("seeding", () => {
  const sample = plantedPoints(4, 120, dimensions, 0.2, createRandom(2).next);

  it("gives the asked number of centres, each with the same prior, the same for the same seed", async () => {
    const seeded = await seedModel({ sample, k: 4, seed: 1 }, tools());
    expect(seeded).toMatchObject({ sampleSize: 120, choice: { automatic: false, chosen: 4 } });
    expect(seeded.centres.map(({ weight }) => weight)).toEqual([16, 16, 16, 16]);
    // Planted clusters of 30: every centre is near one of the points of its own.
    const owners = seeded.centres.map(({ vector }) => {
      const dots = Array.from({ length: 4 }, (_, row) =>
        vector.reduce((sum, value, i) => sum + value * sample.values[row * dimensions + i]!, 0),
      );
      return dots.indexOf(Math.max(...dots));
    });
    expect([...owners].sort()).toEqual([0, 1, 2, 3]);
    expect(await seedModel({ sample, k: 4, seed: 1 }, tools())).toEqual(seeded);
  });

  it.each([
    ["fewer documents than clusters", 3, 10, 3],
    ["too few documents to choose k", 15, 0, 1],
    ["one document", 1, 5, 1],
  ])("copes with %s", async (_, count, k, centres) => {
    const few = { values: sample.values.subarray(0, count * dimensions), count, dimensions };
    expect((await seedModel({ sample: few, k, seed: 1 }, tools())).centres).toHaveLength(centres);
  });

  it("a refit keeps the ids of what is still there, and chooses k anew: what is merged is told apart", async () => {
    const { centres } = await seedModel({ sample, k: 4, seed: 1 }, tools());
    const old = centres.map(({ vector }, index) => ({ cluster: 7 + index, centre: vector }));
    const refit = await refitModel({ sample, k: 0, seed: 9, old }, tools());
    expect(refit.choice).toMatchObject({ automatic: true, chosen: 4 });
    expect(refit.clusters.map(({ cluster }) => cluster).sort()).toEqual([10, 7, 8, 9]);
    expect(refit.clusters.reduce((sum, { centre }) => sum + centre.weight, 0)).toBe(120);
    const grown = await refitModel({ sample, k: 0, seed: 9, old: old.slice(0, 2) }, tools());
    expect(grown.clusters.map(({ cluster }) => cluster).sort()).toEqual([0, 0, 7, 8]);
  });

  it("keeps the present k where another is only a little better", () => {
    const { chosen } = chooseK(sample, createRandom(3).next);
    const scores = [2, 3, 4, 5, 6].map((present) => chooseK(sample, createRandom(3).next, present).chosen);
    expect(scores).toContain(chosen);
    for (const [index, kept] of scores.entries()) expect([chosen, index + 2]).toContain(kept);
  });
});
