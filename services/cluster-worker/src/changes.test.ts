import type { ModelEvent } from "@eddy/clustering/events";
import { emptyState } from "@eddy/clustering/state";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import { beforeEach, expect, test } from "vitest";
import { createChanges } from "./changes.ts";

const TOPIC = "events";
let streams: EmbeddedStreams;

beforeEach(async () => {
  streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => 0 });
  await streams.createTopics([{ name: TOPIC, partitions: 1 }]);
});

const choice = { automatic: false, chosen: 1, score: 0, runnerUp: 0, runnerUpScore: 0, clear: true };
const seeded: ModelEvent = {
  type: "seeded",
  worker: "w",
  sequence: 1,
  atMs: 0,
  epoch: 0,
  centres: [{ vector: new Float32Array([1]), weight: 1 }],
  sampleSize: 1,
  choice,
};

async function told(): Promise<number[]> {
  const { end } = await streams.bounds(TOPIC, 0);
  const reader = streams.reader(TOPIC, 0, 0);
  const versions: number[] = [];
  while (reader.position < end)
    for (const { value } of await reader.fetch({ maxRecords: 10, waitMs: 0 }))
      versions.push(JSON.parse(Buffer.from(value!).toString()).version);
  return versions;
}

test("each change is told once, by whoever tells first", async () => {
  const one = createChanges(streams, TOPIC);
  const other = createChanges(streams, TOPIC);
  for (const version of [3, 8])
    for (const changes of [one, other]) changes.folded(seeded, version, { taken: true }, emptyState());
  await one.tell();
  await one.tell();
  await other.tell();
  expect(await told()).toEqual([3, 8]);
});

test("the next owner tells what the last one died with", async () => {
  const dead = createChanges(streams, TOPIC);
  const heir = createChanges(streams, TOPIC);
  for (const changes of [dead, heir]) changes.folded(seeded, 3, { taken: true }, emptyState());
  await dead.tell();
  heir.folded(seeded, 8, { taken: true }, emptyState());
  await heir.tell();
  expect(await told()).toEqual([3, 8]);
});

test("a name is told, with what it is, and is no change of structure", async () => {
  const changes = createChanges(streams, TOPIC);
  const head = { worker: "w", sequence: 2, atMs: 5, epoch: 1 };
  changes.folded(seeded, 3, { taken: true }, emptyState());
  changes.folded({ ...head, type: "renamed", cluster: 2, name: "Sport" }, 4, { taken: true }, emptyState());
  await changes.tell();
  const [record] = await streams.reader(TOPIC, 0, 1).fetch({ maxRecords: 1, waitMs: 0 });
  expect(Buffer.from(record!.key!).toString()).toBe("c2");
  expect(JSON.parse(Buffer.from(record!.value!).toString())).toEqual({
    type: "renamed",
    cluster_id: "c2",
    version: 4,
    at: "1970-01-01T00:00:00.005Z",
    detail: { name: "Sport" },
  });
  expect([...changes.last.keys()]).toEqual(["seeded"]);
});

test("what the fold refused is not told", async () => {
  const changes = createChanges(streams, TOPIC);
  changes.folded(seeded, 3, { taken: false, why: "epoch" }, emptyState());
  await changes.tell();
  expect(await told()).toEqual([]);
});
