/**
 * Backups of a river that goes on, at every moment of it: under the seeded scheduler a backup's questions come between the workers' steps,
 * while processes are killed and replaced. What it holds is restored into another world, where workers start, and people go on publishing;
 * then the ledger is checked, as in simulation.test.ts. SIM_SEED=<n> SIM_RUNS=1 runs a failure again.
 */

import { encodeState } from "@eddy/model/state-codec";
import { afterEach, expect, test, vi } from "vitest";
import { ledgerFaults } from "../support/ledger.ts";
import { backUp, boundsOf, type CopySabotage, restore } from "./copy.ts";
import { KINDS } from "./mischief.ts";
import { publishAtRandom } from "./publish.ts";
import { limits, topics, World } from "./world.ts";

const rules = vi.hoisted(() => ({ hold: true }));
vi.mock("@eddy/model/held-model", async (importOriginal) => {
  const original = await importOriginal<typeof import("@eddy/model/held-model")>();
  const openHeldModel: typeof original.openHeldModel = async (...given) => {
    const model = await original.openHeldModel(...given);
    return rules.hold ? model : { ...model, state: model.state, hold() {} };
  };
  return { ...original, openHeldModel };
});
afterEach(() => void (rules.hold = true));

const FIRST = Number(process.env.SIM_SEED ?? 1);
const RUNS = Number(process.env.SIM_RUNS ?? 60);
/** Shows a point that was written behind a sweep's back. */
const KEPT = [221];
/** Another world of the same shape. */
const NEXT = 12_000;

/** Plays on; `until` is asked before each turn. */
async function play(world: World, steps: (() => Promise<void>)[], until: () => boolean | Promise<boolean>) {
  const { scheduler } = world;
  for (let turn = 0; turn < 20_000 && !(await until()); turn++) {
    const chance = scheduler.random();
    const kind = KINDS[scheduler.pick(KINDS.length)]!;
    if (chance < 0.003) {
      world.kill(kind);
      await world.spawn(kind);
    } else if (chance < 0.006) {
      await world.spawn(kind);
      world.freeze(kind);
    } else if (chance < 0.1) await steps.shift()?.();
    await scheduler.turn();
  }
}

async function run(seed: number, sabotage: CopySabotage = {}): Promise<string[]> {
  const first = new World(seed, 1 + (seed % 3));
  await first.open();
  const steps = await publishAtRandom(first, 60, { anyDoor: false, poisonous: false });
  for (const kind of KINDS) await first.spawn(kind);
  const begin = first.scheduler.pick(46);
  await play(
    first,
    steps,
    async () => steps.length <= 60 - begin && (await first.streams.bounds(topics.modelLog, 0)).end > 0,
  );
  const before = await boundsOf(first.streams, topics.documents);
  let done = false;
  const backup = backUp(first, sabotage).finally(() => {
    done = true;
  });
  backup.catch(() => {});
  await play(first, steps, () => done);
  const held = await backup;
  await play(first, steps, () => steps.length === 0);

  const world = new World(seed + NEXT, 1 + (seed % 3));
  await world.open();
  await restore(world, held);
  const faults: string[] = [];
  const after = await boundsOf(world.streams, topics.documents);
  for (const [partition, { end }] of before.entries())
    if (after[partition]!.end < end)
      faults.push(`G1 documents/${partition} ends at ${after[partition]!.end}, not ${end}`);
  const more = await publishAtRandom(world, 30, { anyDoor: false, poisonous: false });
  for (const kind of KINDS) await world.spawn(kind);
  await play(world, more, () => more.length === 0);
  world.wake();
  for (let turn = 0; turn < 20_000 && !(await world.quiet()); turn++) await world.scheduler.turn();
  if (!(await world.quiet())) faults.push("it never comes to rest, or points stay stale");
  const states = (world.processes.get("cluster-worker") ?? []).map(({ replica }) =>
    Buffer.from(encodeState(replica!.state)).toString("base64"),
  );
  if (new Set(states).size > 1) faults.push("G7 replicas differ");
  const ledger = { streams: world.streams, topics, points: world.points, limits };
  return [...faults, ...world.failures, ...(await world.lags()), ...(await ledgerFaults(ledger))];
}

test(`${RUNS} seeds from ${FIRST}: what is backed up goes on as if nothing had happened`, {
  timeout: 600_000,
}, async () => {
  for (const seed of [...Array.from({ length: RUNS }, (_, n) => FIRST + n), ...KEPT])
    expect(await run(seed), `SIM_SEED=${seed} SIM_RUNS=1`).toEqual([]);
});

test.each<[string, Partial<typeof rules>, CopySabotage]>([
  ["a model that isn't held", { hold: false }, {}],
  ["commits that are read after the points", {}, { lateCommits: true }],
  ["a model that ends before the points do", {}, { earlyModel: true }],
  ["documents that end before what was made of them", {}, { earlyDocuments: true }],
])("%s shows within some tens of seeds", { timeout: 300_000 }, async (_, without, sabotage) => {
  Object.assign(rules, without);
  for (let seed = 1; seed <= 60; seed++) if ((await run(seed, sabotage)).length > 0) return;
  expect.unreachable("60 seeds, and no fault");
});
