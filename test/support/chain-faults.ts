import { deadLetterTopic } from "@eddy/contracts/topics";
import { createCheckStage } from "@eddy/ingest/stages/check";
import { ChainReader, chainLink } from "@eddy/streams/chain";
import { deadLetterNote } from "@eddy/streams/dead-letter";
import { headerText, type StoredRecord, type Streams } from "@eddy/streams/port";
import type { Ledger } from "./ledger.ts";
import { readPartition, readTopic } from "./read-topic.ts";

/** `origin:source` of a record. */
type Place = string;

interface Link {
  readonly taken: readonly { readonly origin: number; readonly source: number; readonly record: StoredRecord }[];
  readonly skipped: number;
}

export interface ChainFaults {
  readonly faults: readonly string[];
  /** Copies in the inner topics that a reader passes over, by topic. */
  readonly skipped: Readonly<Record<string, number>>;
}

/**
 * What a reader of each inner topic gets, read from the start: every accepted document once, in the order of its origin, none
 * left out, whatever was written twice (G1, G6); and of a document in `assignments`, versions that only grow.
 */
export async function chainFaults({ streams, topics, limits }: Omit<Ledger, "points">): Promise<ChainFaults> {
  const faults: string[] = [];
  const skipped: Record<string, number> = {};
  const counts = { texts: 0, embeddings: 0, assignments: 0 };

  const compare = (what: string, expected: ReadonlySet<Place>, found: readonly Place[]) => {
    const there = new Set(found);
    const lost = [...expected].filter((place) => !there.has(place));
    const extra = found.filter((place) => !expected.has(place));
    if (lost.length > 0) faults.push(`${what}: ${lost.length} never come, first ${lost[0]}`);
    if (extra.length > 0) faults.push(`${what}: ${extra.length} should not be there, first ${extra[0]}`);
  };

  const texts: Link[] = [];
  const partitions = await streams.partitions(topics.texts);
  for (let partition = 0; partition < partitions; partition++)
    texts.push(await readLink(streams, topics.texts, partition, faults));
  compare(
    topics.texts,
    await acceptedPlaces({ streams, topics, limits }),
    texts.flatMap(({ taken }) => taken.map(({ origin, source }) => `${origin}:${source}`)),
  );

  const refused = await refusedPlaces(streams, deadLetterTopic(topics.texts));
  for (const [partition, { taken }] of texts.entries()) {
    const embeddings = await readLink(streams, topics.embeddings, partition, faults);
    const emitted = taken.map(({ record }) => `${partition}:${record.offset}`).filter((place) => !refused.has(place));
    compare(
      `${topics.embeddings}/${partition}`,
      new Set(emitted),
      embeddings.taken.map(({ origin, source }) => `${origin}:${source}`),
    );
    const assignments = await readLink(streams, topics.assignments, partition, faults);
    const [last, end] = [assignments.taken.at(-1)?.source, embeddings.taken.at(-1)?.source];
    if (last !== end) faults.push(`${topics.assignments}/${partition} ends with ${last}, not ${end}`);
    faults.push(
      ...versionFaults(
        `${topics.assignments}/${partition}`,
        assignments.taken.map(({ record }) => record),
      ),
    );
    counts.texts += texts[partition]!.skipped;
    counts.embeddings += embeddings.skipped;
    counts.assignments += assignments.skipped;
  }
  Object.assign(skipped, counts);
  return { faults, skipped };
}

async function readLink(streams: Streams, topic: string, partition: number, faults: string[]): Promise<Link> {
  const chain = new ChainReader();
  const taken: Link["taken"][number][] = [];
  let skipped = 0;
  for (const record of await readPartition(streams, topic, partition)) {
    const link = chainLink(record.headers);
    if (!link) {
      faults.push(`${topic}/${partition}@${record.offset} has no chain`);
      continue;
    }
    const verdict = chain.accept(link);
    if (verdict === "start" && link.previous !== -1)
      faults.push(
        `${topic}/${partition}@${record.offset} is the first of origin ${link.origin}, but follows ${link.previous}`,
      );
    if (verdict === "take" || verdict === "start") taken.push({ ...link, record });
    else skipped += 1;
  }
  return { taken, skipped };
}

async function acceptedPlaces({ streams, topics, limits }: Omit<Ledger, "points">): Promise<Set<Place>> {
  const records = await readTopic(streams, topics.documents);
  const outcomes = await createCheckStage(limits)(records, { signal: new AbortController().signal });
  return new Set(
    records.flatMap(({ partition, record }, index) =>
      outcomes[index]!.kind === "ok" ? [`${partition}:${record.offset}`] : [],
    ),
  );
}

async function refusedPlaces(streams: Streams, topic: string): Promise<Set<Place>> {
  return new Set(
    (await readTopic(streams, topic)).flatMap(({ record }) => {
      const note = deadLetterNote(record.headers);
      return note ? [`${note.partition}:${note.offset}`] : [];
    }),
  );
}

/** G6: a later record of a document has a greater version. */
function versionFaults(where: string, records: readonly StoredRecord[]): string[] {
  const versions = new Map<string, number>();
  return records.flatMap(({ key, value, headers, offset }) => {
    const id = Buffer.from(key ?? "").toString();
    const version = value
      ? (JSON.parse(Buffer.from(value).toString()) as { version: number }).version
      : Number(headerText(headers, "eddy-version"));
    const before = versions.get(id) ?? -1;
    versions.set(id, version);
    return version > before ? [] : [`G6 ${where}@${offset}: ${id} has version ${version} after ${before}`];
  });
}
