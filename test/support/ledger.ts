import { ONLY_REVISION_HEADER } from "@eddy/contracts/chain-headers";
import { parseClusterName } from "@eddy/contracts/collection";
import { deadLetterTopic, type Topics } from "@eddy/contracts/topics";
import type { Limits } from "@eddy/ingest/accept-document";
import { createCheckStage } from "@eddy/ingest/stages/check";
import { deadLetterNote } from "@eddy/streams/dead-letter";
import { headerText, type Streams } from "@eddy/streams/port";
import type { StageInput } from "@eddy/streams/stage";
import type { StoredPoint } from "@eddy/vectors/port";
import { readTopic } from "./read-topic.ts";
import { withModel } from "./with-model.ts";

/** A pipeline at rest: nothing waits in its log. */
export interface Ledger {
  readonly streams: Streams;
  readonly topics: Topics;
  /** All points by document id, marks of deleted ones too. */
  readonly points: ReadonlyMap<string, StoredPoint>;
  readonly limits: Limits;
  /** The records of `documents` that count, in the order that they count in; as they lie there, if absent. */
  readonly order?: (records: readonly StageInput[]) => readonly StageInput[];
}

/** What the records of `documents` say must be there. */
export interface Expected {
  /** By document id: `partition:offset` of its last version; null: deleted. */
  readonly revisions: ReadonlyMap<string, string | null>;
  /** `partition:offset` of what is to be rejected. */
  readonly rejected: ReadonlySet<string>;
}

/** Worked out anew by ingest's own stage. */
export async function expectedOf({
  streams,
  topics,
  limits,
  order = (records) => records,
}: Omit<Ledger, "points">): Promise<Expected> {
  const revisions = new Map<string, string | null>();
  const rejected = new Set<string>();
  /** `id revision` of deletions that are meant for one version. */
  const meant = new Set<string>();
  const records = order(await readTopic(streams, topics.documents));
  const outcomes = await createCheckStage(limits)(records, { signal: new AbortController().signal });
  for (const [index, outcome] of outcomes.entries()) {
    const { partition, record } = records[index]!;
    if (outcome.kind === "ok") {
      const { documentId, accepted } = outcome.output;
      const only = headerText(record.headers, ONLY_REVISION_HEADER);
      if (accepted || only === undefined) revisions.set(documentId, accepted?.revision ?? null);
      else meant.add(`${documentId} ${only}`);
    } else rejected.add(`${partition}:${record.offset}`);
  }
  for (const [id, revision] of revisions) if (meant.has(`${id} ${revision}`)) revisions.set(id, null);
  return { revisions, rejected };
}

/** What of the guarantees does not hold; empty: all is well. */
export async function ledgerFaults(ledger: Ledger): Promise<string[]> {
  const expected = await expectedOf(ledger);
  return [
    ...pointFaults(ledger, expected),
    ...(await letterFaults(ledger, expected)),
    ...(await countFaults(ledger)),
    ...(await assignmentFaults(ledger, expected)),
  ];
}

function pointFaults({ points }: Ledger, { revisions }: Expected): string[] {
  const faults: string[] = [];
  for (const [id, revision] of revisions) {
    const point = points.get(id)?.payload;
    if (revision === null ? point && !point.deleted : point?.revision !== revision)
      faults.push(`G1/G3 ${id}: expected ${revision ?? "deleted"}, the store has ${JSON.stringify(point)}`);
  }
  for (const id of points.keys())
    if (!revisions.has(id)) faults.push(`G1 ${id} is in the store, but was never published`);
  return faults;
}

async function letterFaults({ streams, topics }: Ledger, { rejected }: Expected): Promise<string[]> {
  const letters = new Set<string>();
  for (const { record } of await readTopic(streams, deadLetterTopic(topics.documents))) {
    const note = deadLetterNote(record.headers);
    if (note) letters.add(`${note.partition}:${note.offset}`);
    else return ["G5 a record without a note is among the dead letters"];
  }
  const same = letters.size === rejected.size && [...rejected].every((place) => letters.has(place));
  return same ? [] : [`G5 dead letters ${[...letters]} for ${[...rejected]}`];
}

/** The model, folded anew from its log, counts what the points say. */
async function countFaults({ streams, topics, points }: Ledger): Promise<string[]> {
  const clusters = await withModel(streams, topics, async (state) => state.clusters);
  const counts = new Map<number, number>();
  for (const { payload } of points.values()) {
    const cluster = parseClusterName(payload.counted_in ?? "");
    if (!payload.deleted && cluster !== undefined) counts.set(cluster, (counts.get(cluster) ?? 0) + 1);
  }
  const ids = new Set([...clusters.keys(), ...counts.keys()]);
  return [...ids]
    .filter((id) => clusters.get(id)?.count !== (counts.get(id) ?? 0))
    .map((id) => `G2 cluster ${id}: the model counts ${clusters.get(id)?.count}, the points ${counts.get(id) ?? 0}`);
}

interface Row {
  readonly version: number;
  readonly assigned_with: number;
  /** null: deleted. */
  readonly cluster_id: string | null;
}

/** A reader's table of `assignments`, where the greatest (version, assigned_with) wins, equals the store. */
async function assignmentFaults({ streams, topics, points }: Ledger, { revisions }: Expected): Promise<string[]> {
  const table = new Map<string, Row>();
  for (const { record } of await readTopic(streams, topics.assignments)) {
    const { key, value, headers } = record;
    const id = Buffer.from(key!).toString();
    const row: Row = value
      ? (JSON.parse(Buffer.from(value).toString()) as Row)
      : { version: Number(headerText(headers, "eddy-version")), assigned_with: 0, cluster_id: null };
    const before = table.get(id);
    if (
      !before ||
      before.version < row.version ||
      (before.version === row.version && !(before.assigned_with > row.assigned_with))
    )
      table.set(id, row);
  }
  return [...revisions.keys()].flatMap((id) => {
    const payload = points.get(id)?.payload;
    const row = table.get(id);
    if (!payload && !row) return [];
    const isSame =
      row?.version === payload?.version &&
      (row?.cluster_id === null) === (payload?.deleted ?? false) &&
      // A sweep moves points without a word in `assignments`.
      (payload?.deleted || row?.assigned_with !== payload?.assigned_with || row?.cluster_id === payload?.cluster_id);
    return isSame ? [] : [`assignments of ${id}: ${JSON.stringify(row)}, the store has ${JSON.stringify(payload)}`];
  });
}
