/**
 * Finds what is missing between the workers of a pipeline, and what can be done. Nothing here changes anything; see repair-steps.ts.
 *
 * 1. A link is whole where its reader, once it has read all that is there, will have what its emitter says it emitted last.
 * 2. Where a reader was set past records that it could take, it is set back. Where records are not there, the emitter is set
 *    back to emit them again: the chain makes what is there already harmless.
 * 3. What the emitter's input no longer has can only be skipped, by a person's word.
 * 4. A commit outside of what is kept is set to the first record that is.
 */
import { type ChainNote, parseNote } from "./chain.ts";
import { type CountedRange, emittedUpTo, noteAt } from "./emitter-note.ts";
import { inspectReader, type Reach } from "./inspect-reader.ts";
import type { Bounds, Commit, Streams } from "./port.ts";
import type { Step } from "./repair-steps.ts";

/** Two workers and the topic between them. */
export interface Link {
  readonly topic: string;
  readonly reader: string;
  readonly emitter: string;
  /** What the emitter reads. */
  readonly input: string;
  /** The input carries a chain itself: it is no topic of people's. */
  readonly chained: boolean;
  /** What the reader has, by origin, where its note isn't all that tells. */
  readonly applied?: (partition: number, note: ChainNote | undefined) => ReadonlyMap<number, number>;
  /** What the reader keeps of what it counted last. */
  readonly counted?: (partition: number) => readonly CountedRange[];
  /** How the reader goes on over what is gone, where its note isn't all that says so. */
  readonly skip?: (partition: number, after: number, to: number) => Skip;
}

/** to: at least what was asked for. blocked: why it can't be, yet. */
export interface Skip {
  readonly to: number;
  readonly steps: readonly Step[];
  readonly blocked?: string;
}

export interface Finding {
  readonly topic: string;
  readonly partition: number;
  readonly group: string;
  /** What is wrong, for people. */
  readonly problem: string;
  /** Offsets (after, upTo] of the emitter's input whose records are missing, if the finding is a gap. */
  readonly missing?: { readonly input: string; readonly origin: number; readonly after: number; readonly upTo: number };
  /** Whether that input still has them. */
  readonly kept?: "all" | "some" | "none";
  /** Records are lost: only a person may say that it goes on. */
  readonly needsSkip: boolean;
  /** Why nothing can be done, or not yet. */
  readonly blocked?: string;
  readonly steps: readonly Step[];
}

/** Findings of all links, in the order of the river. */
export async function inspectLinks(streams: Streams, links: readonly Link[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const link of links) {
    const emitters = await emittersOf(streams, link);
    findings.push(...(await inspectInput(streams, link, emitters)));
    const emitsOn = links.some(({ emitter, input }) => emitter === link.reader && input === link.topic);
    findings.push(...(await inspectLink(streams, link, emitters, emitsOn)));
  }
  return findings;
}

interface Emitter {
  readonly partition: number;
  readonly bounds: Bounds;
  readonly commit: Commit | undefined;
  readonly note: ChainNote | undefined;
}

/** Read before the readers' side: what is committed as emitted is there then. */
async function emittersOf(streams: Streams, { emitter, input }: Link): Promise<Emitter[]> {
  const commits = await streams.committed(emitter, input);
  const partitions = Array.from({ length: await streams.partitions(input) }, (_, partition) => partition);
  return Promise.all(
    partitions.map(async (partition) => {
      const commit = commits.get(partition);
      return {
        partition,
        bounds: await streams.bounds(input, partition),
        commit,
        note: commit && parseNote(commit.metadata),
      };
    }),
  );
}

/** What the emitter's own place in its input tells. A topic of people's nobody can emit again. */
async function inspectInput(streams: Streams, link: Link, emitters: readonly Emitter[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { partition, bounds, commit, note } of emitters) {
    const emitted = await emittedUpTo(streams, link, partition, note);
    const place = `${link.input}/${partition}`;
    const base = { topic: link.input, partition, group: link.emitter, needsSkip: true };
    const anew = { kind: "set" as const, group: link.emitter, topic: link.input, partition, offset: bounds.start };
    const isAnew = (commit && commit.offset > bounds.end) || (emitted !== undefined && emitted >= bounds.end);
    if (isAnew && link.chained) {
      findings.push({
        ...base,
        problem: `${place} ends at ${bounds.end}, but was read further: it was made anew, or has lost its end`,
        blocked: "its new records can't be told from earlier ones: start a pipeline of another name",
        steps: [],
      });
    } else if (isAnew) {
      const { steps, blocked } = await forgetOrigin(streams, link, partition);
      findings.push({
        ...base,
        problem: `${place} ends at ${bounds.end}, but was read up to ${(commit?.offset ?? emitted! + 1) - 1}: it was made anew. Documents without an id would take the places of those that had the same offset`,
        steps: [...steps, { ...anew, note: { applied: new Map(), previous: new Map() } }],
        ...(blocked !== undefined && { blocked }),
      });
    } else if (commit && commit.offset < bounds.start && !link.chained) {
      findings.push({
        ...base,
        problem: `${place}: ${bounds.start - commit.offset} records from ${commit.offset} on were taken by retention before they were read`,
        steps: [{ ...anew, note: note ?? (await noteAt(streams, link, partition, bounds.start)) }],
      });
    } else if (!commit && emitted !== undefined && emitted + 1 < bounds.start) {
      findings.push({
        ...base,
        problem: `${place}: there is no commit any more, and retention took the records between ${emitted} and ${bounds.start}: whether they were read, nobody knows`,
        steps: [{ ...anew, note: await noteAt(streams, link, partition, bounds.start) }],
      });
    }
  }
  return findings;
}

async function inspectLink(
  streams: Streams,
  link: Link,
  emitters: readonly Emitter[],
  emitsOn: boolean,
): Promise<Finding[]> {
  const commits = await streams.committed(link.reader, link.topic);
  const findings: Finding[] = [];
  for (let partition = 0, count = await streams.partitions(link.topic); partition < count; partition++) {
    const commit = commits.get(partition);
    const bounds = await streams.bounds(link.topic, partition);
    const note = commit && parseNote(commit.metadata);
    const isOutside = commit !== undefined && (commit.offset < bounds.start || commit.offset > bounds.end);
    const applied =
      link.applied?.(partition, note) ??
      new Map([
        // Of an origin that its note doesn't name it has taken nothing, and the first record that is kept may not be the first.
        ...(note && commit!.offset < bounds.start ? emitters.map((emitter) => [emitter.partition, -1] as const) : []),
        ...(note?.applied ?? []),
      ]);
    const place = { topic: link.topic, partition, group: link.reader };
    // A topic made anew is a finding of the next link, whose offsets are this one's.
    if (isOutside && !(emitsOn && commit.offset > bounds.end)) {
      findings.push({
        ...place,
        problem: `${link.topic}/${partition} is kept from ${bounds.start} to ${bounds.end}, but ${link.reader} is committed at ${commit.offset}`,
        needsSkip: false,
        steps: [
          { kind: "set", ...place, offset: bounds.start, note: { applied, previous: note?.previous ?? new Map() } },
        ],
      });
    }
    // A reader that doesn't go by its note alone reads anew where it has none.
    const isKnown = commit !== undefined && !isOutside && (note !== undefined || !link.applied);
    const from = isKnown ? commit.offset : bounds.start;
    const reaches = await inspectReader(streams, link.topic, partition, applied, from);
    for (const emitter of emitters) {
      const reach = reaches.get(emitter.partition);
      if (reach) findings.push(...(await compare(streams, link, partition, emitter, reach, applied)));
    }
  }
  return findings;
}

/** What the reader will have, against what the emitter says. */
async function compare(
  streams: Streams,
  link: Link,
  partition: number,
  emitter: Emitter,
  { fromCommit, fromStart, takenAt, ahead }: Reach,
  applied: ReadonlyMap<number, number>,
): Promise<Finding[]> {
  const origin = emitter.partition;
  const emitted = emittedTo(emitter, partition, ahead?.previous);
  if (emitted === undefined || emitted <= fromCommit) return [];
  const place = { topic: link.topic, partition, group: link.reader };
  const findings: Finding[] = [];
  if (takenAt !== undefined && fromStart > fromCommit) {
    findings.push({
      ...place,
      problem: `${link.topic}/${partition}: ${link.reader} was set past records of origin ${origin} from offset ${takenAt} on`,
      needsSkip: false,
      steps: [{ kind: "back", ...place, offset: takenAt }],
    });
  }
  if (emitted <= fromStart) return findings;
  const upTo = Math.min(emitted, ahead?.previous ?? emitted);
  const { start, end } = emitter.bounds;
  const kept = end <= fromStart || start > upTo ? "none" : start > fromStart + 1 ? "some" : "all";
  const finding = {
    ...place,
    problem: `${link.topic}/${partition}: records of ${link.input}/${origin} after ${fromStart} up to ${upTo} are missing`,
    missing: { input: link.input, origin, after: fromStart, upTo },
    kept,
  } as const;
  const rewind = async (after: number): Promise<Step> => {
    const note = await noteAt(
      streams,
      link,
      origin,
      after + 1,
      emitter.commit && { offset: emitter.commit.offset, note: emitter.note },
    );
    // The reader has it, though its record may be gone.
    const previous = new Map([[partition, after], ...note.previous]);
    const from = { group: link.emitter, topic: link.input, partition: origin, offset: after + 1 };
    return { kind: "rewind", ...from, note: { ...note, previous } };
  };
  if (kept === "all") {
    findings.push({ ...finding, needsSkip: false, steps: [await rewind(fromStart)] });
  } else {
    const gone = kept === "some" ? start - 1 : upTo;
    const { to, steps, blocked } = skipOf(link, partition, origin, fromStart, gone, applied);
    const takenAgain = ahead && ahead.previous <= to ? ahead.offset : undefined;
    findings.push({
      ...finding,
      needsSkip: true,
      ...(blocked !== undefined && { blocked }),
      steps: [
        ...steps,
        {
          kind: "back" as const,
          ...place,
          ...(takenAgain !== undefined && { offset: takenAgain }),
          applied: new Map([[origin, to]]),
        },
        ...(kept === "some" ? [await rewind(to)] : []),
      ],
    });
  }
  return findings;
}

function skipOf(
  link: Link,
  partition: number,
  origin: number,
  after: number,
  to: number,
  applied: ReadonlyMap<number, number>,
): Skip {
  if (link.skip) return link.skip(partition, after, to);
  const blocked =
    applied.get(origin) === after
      ? {}
      : { blocked: `${link.reader} has not read what is before the gap: let its worker go on first` };
  return { to, steps: [], ...blocked };
}

/** The last source that went to an output partition, as the emitter's commit says; undefined: it doesn't. */
function emittedTo({ commit, note }: Emitter, partition: number, ahead: number | undefined): number | undefined {
  const noted = note?.previous.get(partition);
  if (noted !== undefined) return noted;
  // Without a note: what a record follows was emitted, unless it is still to come.
  return commit && ahead !== undefined && ahead < commit.offset ? ahead : undefined;
}

/** Lets the readers of all output partitions take an origin's records from offset 0 on: once they have read all that is there. */
async function forgetOrigin(
  streams: Streams,
  { topic, reader }: Link,
  origin: number,
): Promise<{ readonly steps: readonly Step[]; readonly blocked?: string }> {
  const lag = [...(await streams.lag(reader, topic)).values()].reduce((sum, records) => sum + records, 0);
  const blocked = `${reader} has ${lag} records of ${topic} to read first: let its worker go on`;
  const steps = [...(await streams.committed(reader, topic)).keys()].map(
    (partition): Step => ({ kind: "back", group: reader, topic, partition, applied: new Map([[origin, undefined]]) }),
  );
  return { steps, ...(lag > 0 && { blocked }) };
}
