import { linksOf } from "@eddy/model/model-link";
import { parseNote } from "@eddy/streams/chain";
import { MAX_ATTEMPTS } from "@eddy/streams/crash-guard";
import { type Finding, inspectLinks } from "@eddy/streams/repair";
import { takeSteps } from "@eddy/streams/repair-steps";
import { withModel } from "../support/with-model.ts";
import { groups, type Kind, topics, type World } from "./world.ts";

/** What operators, tools and brokers do to a pipeline, beside killing its processes. */
export type Mischief = "none" | "poison" | "offsets" | "gap";

export const KINDS: readonly Kind[] = ["ingest", "embed-worker", "cluster-worker"];
const inputs = { ingest: topics.documents, "embed-worker": topics.texts, "cluster-worker": topics.embeddings } as const;
const groupOf = {
  ingest: groups.ingest,
  "embed-worker": groups.embed,
  "cluster-worker": groups.cluster,
} as const;

/**
 * Whether one more end of a process would condemn a record. Four in a row by mere chance can't be told from a record that kills
 * (crash-guard.ts, 4), and are no fault; that a neighbour that kills has it condemned is one, and still comes to light.
 */
export async function isLastTry({ streams }: World, kind: Kind): Promise<boolean> {
  const trials = [...(await streams.committed(groupOf[kind], inputs[kind])).values()].map(
    ({ metadata }) => parseNote(metadata)?.trial,
  );
  return trials.some((trial) => trial?.size === 1 && trial.attempts >= MAX_ATTEMPTS);
}

/** The commits of a group expire, or are set without a note to where nothing is passed over unread. */
export async function loseOffsets(world: World): Promise<void> {
  const { scheduler, streams } = world;
  const kind = KINDS[scheduler.pick(3)]!;
  const [group, topic] = [groupOf[kind], inputs[kind]];
  world.killAll(kind);
  for (const [partition, { offset }] of await streams.committed(group, topic)) {
    const chance = scheduler.random();
    const to = scheduler.pick(offset + 1);
    if (chance < 0.4) world.forgetCommit(group, topic, partition);
    else if (chance < 0.8) await streams.rewind(group, topic, partition, { offset: to, metadata: "" });
  }
  await world.spawn(kind);
}

/** Records are lost before they are read, or a reader is set past them. */
export async function makeGap(world: World): Promise<void> {
  const { scheduler, streams } = world;
  const kind: Kind = scheduler.random() < 0.3 ? "embed-worker" : "cluster-worker";
  const [group, topic] = [groupOf[kind], inputs[kind]];
  world.gapsExpected = true;
  world.killAll(kind);
  for (const [partition, { offset, metadata }] of await streams.committed(group, topic)) {
    const { end } = await streams.bounds(topic, partition);
    if (kind === "cluster-worker" && scheduler.random() < 0.5 && !(await isOnlyWitness(world, partition, metadata)))
      await streams.rewind(group, topic, partition, { offset: end, metadata: "" });
    else if (kind === "embed-worker" || !(await isOnlyCopy(world, partition, metadata)))
      await streams.truncate(topic, partition, offset + scheduler.pick(end - offset + 1));
  }
  await world.spawn(kind);
}

/**
 * Of deletions without effect, which are in no Delta, the reader's note alone tells that they were read. Where nobody can emit them
 * again, only a person can say so once that is lost: rightly, and no repair for this simulation.
 */
async function isOnlyWitness({ streams }: World, partition: number, metadata: string): Promise<boolean> {
  const note = parseNote(metadata);
  const { start } = await streams.bounds(topics.texts, partition);
  return (note?.previous.has(partition) ?? false) && start > note!.applied.get(partition)!;
}

/** Of what the reader has still to write, an earlier gap took what it was made of: without this copy it is lost, beyond repair. */
async function isOnlyCopy({ streams }: World, partition: number, metadata: string): Promise<boolean> {
  const written = parseNote(metadata)?.applied.get(partition) ?? -1;
  return (await streams.bounds(topics.texts, partition)).start > written + 1;
}

/** What `eddy repair` finds while workers run. */
export function inspect(world: World): Promise<readonly Finding[]> {
  return onModel(world, async (links) => inspectLinks(world.streams, links));
}

/** Stops all workers, repairs, and starts them again; says what was found. */
export async function repair(world: World): Promise<readonly Finding[]> {
  for (const kind of KINDS) world.killAll(kind);
  const findings = await onModel(world, async (links) => {
    const found = await inspectLinks(world.streams, links);
    await takeSteps(
      world.streams,
      found.flatMap(({ steps }) => steps),
      async () => void world.failures.push("repair wants to skip, though nothing is lost"),
    );
    return found;
  });
  for (const kind of KINDS) await world.spawn(kind);
  return findings;
}

function onModel<T>({ streams }: World, work: (links: ReturnType<typeof linksOf>) => Promise<T>): Promise<T> {
  return withModel(streams, topics, (state) => work(linksOf(topics, groups, state)));
}
