import { encodeState } from "@eddy/model/state-codec";
import { ledgerFaults } from "../support/ledger.ts";
import { publishAtRandom } from "./publish.ts";
import type { Sabotage } from "./sabotage.ts";
import { limits, topics, World } from "./world.ts";

const KINDS = ["ingest", "embed-worker", "cluster-worker"] as const;

/** Plays one seed to its end and says what is wrong then: nothing, unless a rule was sabotaged. */
export async function run(seed: number, sabotage: Sabotage = {}): Promise<string[]> {
  const world = new World(seed, 1 + (seed % 3), sabotage);
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
