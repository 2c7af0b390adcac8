/**
 * How far a replay is, kept as commits of its group (`<to>.replay`) on the old `documents`: nothing else is needed to go on.
 *
 * 1. A checkpoint is one commit a partition, of one round: the offset to read on at, and a note with the round, the offset of
 *    the round before, how far the collection was copied, and where its part ends.
 * 2. A round counts once all partitions have it. Where only some have it, they are taken back to the round before: so the
 *    partitions are never apart, and versions of a document that lie in two of them are copied again in their order.
 * 3. What lies after a checkpoint is copied again, in order: the last version of each document stays the same.
 */
import { FatalError } from "@eddy/contracts/errors";
import type { Streams } from "@eddy/streams/port";

export interface Checkpoint {
  /** Next offset of each partition of `documents`. */
  readonly offsets: readonly number[];
  /** Documents of the collection that came before this time (milliseconds since 1970) are copied; null: it is done. */
  readonly copiedBefore: number | null;
  /** The collection's part holds nothing that came at this time or later; it stays the same through all of a replay. */
  readonly cut: number;
}

export interface Checkpoints {
  /** undefined: there is none yet. */
  load(): Promise<Checkpoint | undefined>;
  /** Throws FatalError CONFIG_INVALID where another process writes them. */
  save(checkpoint: Checkpoint): Promise<void>;
}

export function replayGroup(to: string): string {
  return `${to}.replay`;
}

interface Note {
  readonly round: number;
  readonly before: number;
  readonly copiedBefore: number | null;
  readonly copiedBeforeThen: number | null;
  readonly cut: number;
}

const NOTE = /^replay1;(\d{1,15});(\d{1,15});(\d{1,15}|-);(\d{1,15}|-);(\d{1,15})$/;

export function createCheckpoints(streams: Streams, topic: string, group: string): Checkpoints {
  let last: (Checkpoint & { readonly round: number }) | undefined;
  /** Of the commits that this process knows of. */
  let newest = 0;

  async function commits() {
    const found = await streams.committed(group, topic);
    return Array.from({ length: await streams.partitions(topic) }, (_, partition) => {
      const commit = found.get(partition);
      const note = commit && parse(commit.metadata);
      return commit && note && { offset: commit.offset, note };
    });
  }

  return {
    async load() {
      const found = await commits();
      if (found.some((commit) => commit === undefined)) return undefined;
      const whole = found as NonNullable<(typeof found)[number]>[];
      const round = Math.min(...whole.map(({ note }) => note.round));
      newest = Math.max(...whole.map(({ note }) => note.round));
      const { note } = whole[0]!;
      last = {
        round,
        offsets: whole.map(({ offset, note }) => (note.round === round ? offset : note.before)),
        copiedBefore: note.round === round ? note.copiedBefore : note.copiedBeforeThen,
        cut: note.cut,
      };
      return last;
    },
    async save(checkpoint) {
      const before = last ?? { ...checkpoint, round: 0 };
      if (last && (await commits()).some((commit) => commit && commit.note.round > newest))
        throw new FatalError("CONFIG_INVALID", `another replay writes as ${group}: only one may run at a time`);
      const round = before.round + 1;
      for (const [partition, offset] of checkpoint.offsets.entries()) {
        const note = {
          round,
          before: before.offsets[partition]!,
          copiedBefore: checkpoint.copiedBefore,
          copiedBeforeThen: before.copiedBefore,
          cut: checkpoint.cut,
        };
        await streams.rewind(group, topic, partition, { offset, metadata: format(note) });
      }
      last = { ...checkpoint, round };
      newest = round;
    },
  };
}

function format({ round, before, copiedBefore, copiedBeforeThen, cut }: Note): string {
  return `replay1;${round};${before};${copiedBefore ?? "-"};${copiedBeforeThen ?? "-"};${cut}`;
}

function parse(text: string): Note | undefined {
  const match = NOTE.exec(text);
  if (!match) return undefined;
  const time = (digits: string) => (digits === "-" ? null : Number(digits));
  return {
    round: Number(match[1]),
    before: Number(match[2]),
    copiedBefore: time(match[3]!),
    copiedBeforeThen: time(match[4]!),
    cut: Number(match[5]),
  };
}
