/**
 * Seeded simulation of the whole river over the real chain, fold and workers: processes are killed, replaced and turned into
 * zombies at random points, appends lose their acknowledgements, fetches end anywhere. Afterwards the ledger is checked:
 * G1 one point a document, G2 counted once and counts equal to the points', G3 and G6 the last version, G5 the dead letters,
 * G7 equal replicas. A failure names its seed: SIM_SEED=<n> SIM_RUNS=1 runs it again.
 */
import { encodeState } from "@eddy/model/state-codec";
import { expect, test } from "vitest";
import { ledgerFaults } from "../support/ledger.ts";
import { publishAtRandom } from "./publish.ts";
import { limits, topics, World } from "./world.ts";

const FIRST = Number(process.env.SIM_SEED ?? 1);
const RUNS = Number(process.env.SIM_RUNS ?? 150);
const KINDS = ["ingest", "embed-worker", "cluster-worker"] as const;

async function run(seed: number): Promise<string[]> {
  const world = new World(seed, 1 + (seed % 3));
  const { scheduler } = world;
  await world.open();
  const published = await publishAtRandom(world, 60);
  for (const kind of KINDS) await world.spawn(kind);
  let published_ = 0;
  for (let turn = 0; turn < 4_000; turn++) {
    const chance = scheduler.random();
    const kind = KINDS[scheduler.pick(KINDS.length)]!;
    if (chance < 0.004) {
      world.kill(kind);
      await world.spawn(kind);
    } else if (chance < 0.009) {
      await world.spawn(kind);
      world.freeze(kind);
    } else if (chance < 0.1 && published_ < published.length) await published[published_++]!();
    if (!(await scheduler.turn()) && published_ >= published.length) break;
  }
  for (; published_ < published.length; published_++) await published[published_]!();
  // The end: zombies are gone, everyone else finishes.
  for (let turn = 0; turn < 20_000 && !(await world.quiet()); turn++) await scheduler.turn();
  const faults = [
    ...world.failures,
    ...(await world.lags()),
    ...(await ledgerFaults({ streams: world.streams, topics, points: world.points, limits })),
  ];
  const states = (world.processes.get("cluster-worker") ?? []).map(({ replica }) =>
    Buffer.from(encodeState(replica!.state)).toString("base64"),
  );
  if (new Set(states).size > 1) faults.push("G7 replicas differ");
  return faults;
}

test(`${RUNS} seeds from ${FIRST}: every document once, in its last version, whatever dies`, {
  timeout: 600_000,
}, async () => {
  for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
    expect(await run(seed), `SIM_SEED=${seed} SIM_RUNS=1`).toEqual([]);
  }
});
