import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import { beforeEach, expect, test } from "vitest";
import { createCheckpoints, replayGroup } from "./checkpoints.ts";

const GROUP = replayGroup("new");
let streams: EmbeddedStreams;
beforeEach(async () => {
  streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => 0 });
  await streams.createTopics([{ name: "t", partitions: 3 }]);
});

const open = () => createCheckpoints(streams, "t", GROUP);
const first = { offsets: [1, 2, 3], copiedBefore: 0, cut: 50 };
const second = { offsets: [4, 5, 6], copiedBefore: 77, cut: 50 };
const third = { offsets: [7, 8, 9], copiedBefore: null, cut: 50 };

test("what was saved last is gone on with, by another process as well", async () => {
  const one = open();
  expect(await one.load()).toBeUndefined();
  for (const checkpoint of [first, second, third]) {
    await one.save(checkpoint);
    expect(await open().load()).toMatchObject(checkpoint);
  }
  const other = open();
  await other.load();
  await other.save(second);
  expect(await open().load()).toMatchObject(second);
});

test.each([1, 2])("dead after %i of 3 commits, it goes on at the checkpoint before", async (commits) => {
  await open().save(first);
  const dying = open();
  await dying.load();
  const { rewind } = streams;
  let left = commits;
  streams.rewind = async (...commit) => {
    if (left-- === 0) throw new Error("killed");
    await rewind.apply(streams, commit);
  };
  await expect(dying.save(third)).rejects.toThrow("killed");
  streams.rewind = rewind;
  const heir = open();
  expect(await heir.load()).toMatchObject(first);
  await heir.save(second);
  expect(await open().load()).toMatchObject(second);
});

test("dead in the first one, it has none", async () => {
  await streams.rewind(GROUP, "t", 0, { offset: 1, metadata: "replay1;1;1;0;0;0" });
  expect(await open().load()).toBeUndefined();
  await streams.rewind(GROUP, "t", 1, { offset: 1, metadata: "of another tool" });
  await streams.rewind(GROUP, "t", 2, { offset: 1, metadata: "replay1;1;1;0;0;0" });
  expect(await open().load()).toBeUndefined();
});

test("two at a time: the one that is behind stops", async () => {
  await open().save(first);
  const [one, other] = [open(), open()];
  await one.load();
  await other.load();
  await one.save(second);
  await expect(other.save(third)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  await one.save(third);
  expect(await open().load()).toMatchObject(third);
});
