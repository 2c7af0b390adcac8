import { deadLetterTopic } from "@eddy/contracts/topics";
import { encodeState } from "@eddy/model/state-codec";
import { deadLetterNote } from "@eddy/streams/dead-letter";
import { ledgerFaults } from "../support/ledger.ts";
import { readTopic } from "../support/read-topic.ts";
import { inspect, isLastTry, KINDS, loseOffsets, type Mischief, makeGap, repair } from "./mischief.ts";
import { isPoison, textsOrder } from "./order.ts";
import { publishAtRandom } from "./publish.ts";
import type { Sabotage } from "./sabotage.ts";
import { limits, topics, World } from "./world.ts";

const MISCHIEF: readonly Mischief[] = ["none", "poison", "offsets", "gap"];
/** Between one mischief and the next. */
const TURNS = 700;

/** Plays one seed to its end and says what is wrong then: nothing, unless a rule was sabotaged. */
export async function run(seed: number, sabotage: Sabotage = {}): Promise<string[]> {
  const world = new World(seed, 1 + (seed % 3), sabotage);
  // A late commit of a zombie may lie before a head that was cut: a log that takes it has lost what the rest rests on.
  const mischief = sabotage.zombieCommits ? "none" : MISCHIEF[(seed >> 2) % MISCHIEF.length]!;
  const { scheduler } = world;
  await world.open();
  // Texts that were cut away can't tell the order of an id that comes through several partitions.
  const anyDoor = seed % 2 === 0 && mischief !== "gap";
  const published = await publishAtRandom(world, 60, { anyDoor, poisonous: mischief === "poison" });
  for (const kind of KINDS) await world.spawn(kind);
  let published_ = 0;
  for (let turn = 0; turn < 4_000; turn++) {
    const chance = scheduler.random();
    const kind = KINDS[scheduler.pick(KINDS.length)]!;
    const isSpared = chance < 0.009 && (await isLastTry(world, kind));
    if (chance < 0.004 && !isSpared) {
      world.kill(kind);
      await world.spawn(kind);
    } else if (chance < 0.009 && !isSpared) {
      await world.spawn(kind);
      world.freeze(kind);
    } else if (chance < 0.1 && published_ < published.length) await published[published_++]!();
    if (turn % TURNS === TURNS - 1 && mischief === "offsets") await loseOffsets(world);
    if (turn % TURNS === TURNS - 1 && mischief === "gap") {
      if (world.gapsExpected) await mend(world, sabotage);
      else await makeGap(world);
    }
    if (!(await scheduler.turn()) && published_ >= published.length) break;
  }
  for (; published_ < published.length; published_++) await published[published_]!();
  if (world.gapsExpected) await mend(world, sabotage);
  // The end: zombies are gone, everyone else finishes; then those that slept wake up.
  await finish(world);
  world.wake();
  for (let turn = 0; turn < 300; turn++) await scheduler.turn();
  if (sabotage.zombieCommits) await restart(world);
  await finish(world);
  const { order, faults: disorder } = mischief === "gap" ? { faults: [] } : await textsOrder(world.streams);
  const found = await inspect(world);
  const faults = [
    ...world.failures,
    ...(await world.lags()),
    ...disorder,
    ...found.map(({ problem }) => `repair finds: ${problem}`),
    ...(await letterFaults(world)),
    ...(await ledgerFaults({ streams: world.streams, topics, points: world.points, limits, ...(order && { order }) })),
  ];
  const states = (world.processes.get("cluster-worker") ?? []).map(({ replica }) =>
    Buffer.from(encodeState(replica!.state)).toString("base64"),
  );
  if (new Set(states).size > 1) faults.push("G7 replicas differ");
  return faults;
}

async function finish(world: World): Promise<void> {
  for (let turn = 0; turn < 20_000 && !(await world.quiet()); turn++) await world.scheduler.turn();
}

/** Whoever comes next reads from the commits, where somebody set them back. */
async function restart(world: World): Promise<void> {
  for (const kind of KINDS) world.killAll(kind);
  // A commit that was under way may be the one that sets back, and would then wait for a next start.
  for (let turn = 0; turn < 300; turn++) await world.scheduler.turn();
  for (const kind of KINDS) await world.spawn(kind);
}

async function mend(world: World, { noRepair }: Sabotage): Promise<void> {
  world.gapsExpected = false;
  if (noRepair) for (const kind of KINDS) await world.spawn(kind);
  else await repair(world);
}

/** What kills a process is condemned, and nothing else is. */
async function letterFaults({ streams }: World): Promise<string[]> {
  const places = async (topic: string, isWanted: (value: Uint8Array | null) => boolean) =>
    new Set(
      (await readTopic(streams, topic)).flatMap(({ partition, record }) => {
        const note = deadLetterNote(record.headers);
        return isWanted(record.value)
          ? [note ? `${note.partition}:${note.offset}` : `${partition}:${record.offset}`]
          : [];
      }),
    );
  const condemned = await places(deadLetterTopic(topics.texts), () => true);
  const killers = await places(deadLetterTopic(topics.texts), isPoison);
  const published = await places(topics.documents, isPoison);
  return condemned.size === killers.size && killers.size === published.size
    ? []
    : [`crashes: ${published.size} records kill, ${condemned.size} are condemned, ${killers.size} of them rightly`];
}
