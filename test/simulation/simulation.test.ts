/**
 * Seeded simulation of the whole river over the real chain, fold and workers: processes are killed, replaced and turned into
 * zombies at random points (some sleep, and wake up last of all), appends lose their acknowledgements, fetches end anywhere.
 * A quarter of the runs each: a record kills its process; offsets expire or are set by a tool; records are lost before they are
 * read, and `eddy repair` heals it. In half of them an id comes through any partition. Afterwards the ledger is checked:
 * G1 one point a document, G2 counted once and counts equal to the points', G3 and G6 the last version, G5 the dead letters,
 * G7 equal replicas. A failure names its seed: SIM_SEED=<n> SIM_RUNS=1 runs it again.
 */
import { expect, test } from "vitest";
import { run } from "./run.ts";

const FIRST = Number(process.env.SIM_SEED ?? 1);
const RUNS = Number(process.env.SIM_RUNS ?? 150);
test(`${RUNS} seeds from ${FIRST}: every document once, in its last version, whatever dies`, {
  timeout: 600_000,
}, async () => {
  for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
    expect(await run(seed), `SIM_SEED=${seed} SIM_RUNS=1`).toEqual([]);
  }
});

test.each([542, 556, 749, 797, 989, 1198, 1400, 1516, 2348, 3117, 7151, 10277, 11396, 12254])(
  "seed %i, which once found a fault",
  async (seed) => {
    expect(await run(seed)).toEqual([]);
  },
);

test.each([263, 383, 527, 7709])("seed %i of replaced workers' commits, which once found a fault", async (seed) => {
  expect(await run(seed, { zombieCommits: true })).toEqual([]);
});

test("commits of replaced workers do no harm, even where the log accepts them", { timeout: 600_000 }, async () => {
  for (let seed = FIRST; seed < FIRST + Math.ceil(RUNS / 5); seed++) {
    expect(await run(seed, { zombieCommits: true }), `SIM_SEED=${seed} SIM_RUNS=1`).toEqual([]);
  }
});
