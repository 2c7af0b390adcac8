import { type ChainNote, formatNote, parseNote } from "./chain.ts";
import type { Streams } from "./port.ts";

interface Place {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
}

/** One change that mends something. */
export type Step =
  /** The group goes on here; rewind: to emit again what is after it. */
  | (Place & { readonly kind: "set" | "rewind"; readonly offset: number; readonly note: ChainNote })
  /** The group's commit is changed: back to an offset where it is after it, and what it has of some origins (undefined: nothing). */
  | (Place & {
      readonly kind: "back";
      readonly offset?: number;
      readonly applied?: ReadonlyMap<number, number | undefined>;
    })
  /** The model goes on over (from, to] of a partition of `embeddings`. */
  | { readonly kind: "skip"; readonly partition: number; readonly from: number; readonly to: number };

type SetStep = Step & { readonly kind: "set" | "rewind" };

/** What a step does, for people. */
export function stepText(step: Step): string {
  if (step.kind === "skip") return `the model skips (${step.from}, ${step.to}] of partition ${step.partition}`;
  const place = `${step.group} in ${step.topic}/${step.partition}`;
  if (step.kind !== "back")
    return step.kind === "set"
      ? `${place} goes on at ${step.offset}`
      : `${place} is set back to ${step.offset}, to emit again what follows`;
  const skips = [...(step.applied ?? [])].map(([origin, source]) =>
    source === undefined ? `starts anew with origin ${origin}` : `goes on after ${source} of origin ${origin}`,
  );
  return `${place} ${[...(step.offset === undefined ? [] : [`is set back to ${step.offset}`]), ...skips].join(", and ")}`;
}

/**
 * Takes the steps; of those that set the same commit the one that emits again from the earliest offset. The groups must be
 * stopped: a Kafka refuses the first commit otherwise (FatalError CONFIG_INVALID), before anything is changed.
 */
export async function takeSteps(
  streams: Streams,
  steps: readonly Step[],
  skip: (step: Step & { readonly kind: "skip" }) => Promise<void>,
): Promise<void> {
  const sets = new Map<string, SetStep>();
  for (const step of steps) {
    if (step.kind !== "set" && step.kind !== "rewind") continue;
    const key = `${step.group} ${step.topic}/${step.partition}`;
    const other = sets.get(key);
    if (!other || (step.kind === "rewind" && (other.kind === "set" || step.offset < other.offset))) sets.set(key, step);
  }
  const moved = steps.filter((step) => step.kind === "back");
  for (const place of [...sets.values(), ...moved]) await probe(streams, place);
  for (const step of steps) if (step.kind === "skip") await skip(step);
  for (const { group, topic, partition, offset, note } of sets.values())
    await streams.rewind(group, topic, partition, { offset, metadata: formatNote(note) });
  for (const step of moved) await moveBack(streams, step);
}

/** A commit of what is committed: refused while the group has members. */
async function probe(streams: Streams, { group, topic, partition }: Place): Promise<void> {
  const commit = (await streams.committed(group, topic)).get(partition);
  if (commit) await streams.rewind(group, topic, partition, commit);
}

async function moveBack(
  streams: Streams,
  { group, topic, partition, offset, applied }: Step & { readonly kind: "back" },
): Promise<void> {
  const commit = (await streams.committed(group, topic)).get(partition);
  if (!commit) return;
  const note = parseNote(commit.metadata) ?? { applied: new Map<number, number>(), previous: new Map() };
  const next = new Map(note.applied);
  for (const [origin, source] of applied ?? []) {
    if (source === undefined) next.delete(origin);
    else next.set(origin, source);
  }
  await streams.rewind(group, topic, partition, {
    offset: Math.min(commit.offset, offset ?? commit.offset),
    metadata: formatNote({ applied: next, previous: note.previous }),
  });
}
