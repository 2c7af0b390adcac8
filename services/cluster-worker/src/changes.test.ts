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

test("what the fold refused is not told", async () => {
  const changes = createChanges(streams, TOPIC);
  changes.folded(seeded, 3, { taken: false, why: "epoch" }, emptyState());
  await changes.tell();
  expect(await told()).toEqual([]);
});
