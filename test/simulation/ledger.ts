import { parseClusterName } from "@eddy/contracts/collection";
import { deadLetterTopic } from "@eddy/contracts/topics";
import { acceptDocument, madeId } from "@eddy/ingest/accept-document";
import { decodeDocument } from "@eddy/ingest/decode-document";
import { createReplica } from "@eddy/model/replica";
import { createSnapshots } from "@eddy/model/snapshots";
import { deadLetterNote } from "@eddy/streams/dead-letter";
import { headerText, type StoredRecord, type Streams } from "@eddy/streams/port";
import type { World } from "./world.ts";
import { DIMENSIONS, topics } from "./world.ts";

async function all(streams: Streams, topic: string, partition: number): Promise<StoredRecord[]> {
  const { start, end } = await streams.bounds(topic, partition);
  return end === start ? [] : streams.reader(topic, partition, start).fetch({ maxRecords: end - start, waitMs: 0 });
}

/** What `documents` says must be there, worked out anew from the records; and what is there. */
export async function ledgerFaults(world: World): Promise<string[]> {
  const { streams, points } = world;
  const faults: string[] = [];
  const expected = new Map<string, string | null>();
  const rejected = new Set<string>();
  const partitions = await streams.partitions(topics.documents);
  for (let partition = 0; partition < partitions; partition++) {
    for (const record of await all(streams, topics.documents, partition)) {
      const place = { partition, offset: record.offset, timestampMs: record.timestampMs };
      const intent = decodeDocument(record);
      if (intent.kind === "reject") rejected.add(`${partition}:${record.offset}`);
      else if (intent.kind === "delete") expected.set(intent.id, null);
      else {
        const result = acceptDocument(intent.document, intent.id, place, { maxBytes: 1e6, dimensions: DIMENSIONS });
        if ("accepted" in result) expected.set(intent.id ?? madeId(place), `${partition}:${record.offset}`);
      }
    }
  }
  for (const [id, revision] of expected) {
    const point = points.get(id)?.payload;
    if (revision === null ? point && !point.deleted : point?.revision !== revision)
      faults.push(`G1/G3 ${id}: expected ${revision ?? "deleted"}, the store has ${JSON.stringify(point)}`);
  }
  for (const id of points.keys())
    if (!expected.has(id)) faults.push(`G1 ${id} is in the store, but was never published`);

  const letters = new Set<string>();
  for (let partition = 0; partition < partitions; partition++) {
    for (const record of await all(streams, deadLetterTopic(topics.documents), partition)) {
      const note = deadLetterNote(record.headers)!;
      letters.add(`${note.partition}:${note.offset}`);
    }
  }
  if (letters.size !== rejected.size || [...rejected].some((place) => !letters.has(place)))
    faults.push(`G5 dead letters ${[...letters]} for ${[...rejected]}`);

  // The model, folded anew from its log.
  const replica = createReplica({
    streams,
    topic: topics.modelLog,
    snapshots: createSnapshots(streams, topics.models),
    clock: { now: () => 0, sleep: async () => {} },
  });
  await replica.start(() => {});
  const { clusters } = replica.state;
  await replica.stop();
  const counts = new Map<number, number>();
  for (const { payload } of points.values()) {
    const cluster = parseClusterName(payload.counted_in ?? "");
    if (!payload.deleted && cluster !== undefined) counts.set(cluster, (counts.get(cluster) ?? 0) + 1);
  }
  for (const { id, count } of clusters.values()) {
    if (count !== (counts.get(id) ?? 0))
      faults.push(`G2 cluster ${id}: the model counts ${count}, the points ${counts.get(id) ?? 0}`);
  }

  faults.push(...(await assignmentFaults(world, expected)));
  return faults;
}

/** A reader's table of `assignments`, where the greatest (version, assigned_with) wins, equals the store. */
async function assignmentFaults(
  { streams, points }: World,
  expected: ReadonlyMap<string, string | null>,
): Promise<string[]> {
  const table = new Map<string, { version: number; deleted: boolean }>();
  for (let partition = 0; partition < (await streams.partitions(topics.assignments)); partition++) {
    for (const { key, value, headers } of await all(streams, topics.assignments, partition)) {
      const id = Buffer.from(key!).toString();
      const parsed = value ? (JSON.parse(Buffer.from(value).toString()) as { version: number }) : undefined;
      const version = parsed?.version ?? Number(headerText(headers, "eddy-version"));
      if ((table.get(id)?.version ?? -1) <= version) table.set(id, { version, deleted: !parsed });
    }
  }
  return [...expected.keys()].flatMap((id) => {
    const payload = points.get(id)?.payload;
    const row = table.get(id);
    if (!payload && !row) return [];
    return row?.version === payload?.version && row?.deleted === (payload?.deleted ?? false)
      ? []
      : [`assignments of ${id}: ${JSON.stringify(row)}, the store has version ${payload?.version}`];
  });
}
