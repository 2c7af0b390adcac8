import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import { beforeEach, expect, test } from "vitest";
import { awaitFounded, checkModel, type Foundation, found, whileFollowing } from "./foundation.ts";
import { createReplica } from "./replica.ts";
import { createSnapshots } from "./snapshots.ts";

const foundation: Foundation = {
  metric: "spherical",
  dimensions: 3,
  model: "m",
  modelRevision: "1",
  halfLifeDocuments: 0,
  halfLifeMs: 0,
};

let streams: EmbeddedStreams;

beforeEach(async () => {
  streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => 0 });
  await streams.createTopics(["log", "models"].map((name) => ({ name, partitions: 1 })));
});

const replica = () =>
  createReplica({
    streams,
    topic: "log",
    snapshots: createSnapshots(streams, "models"),
    clock: { now: () => 0, sleep: async () => {} },
  });

test("of two that found at once one is heeded, and both go on with it", async () => {
  const [one, other] = await Promise.all(
    [replica(), replica()].map((mine) => whileFollowing(mine, () => found(mine, foundation))),
  );
  expect(one!.uuid).toBe(other!.uuid);
});

test("who needs to know waits until somebody founds", async () => {
  const waiting = replica();
  const known = whileFollowing(waiting, () => awaitFounded(waiting, new AbortController().signal));
  const mine = replica();
  const { uuid } = await whileFollowing(mine, () => found(mine, foundation));
  expect((await known).uuid).toBe(uuid);
});

test("a stop ends the wait", async () => {
  const waiting = replica();
  const stop = new AbortController();
  const known = whileFollowing(waiting, () => awaitFounded(waiting, stop.signal));
  stop.abort(new Error("stopping"));
  await expect(known).rejects.toThrow("stopping");
});

test.each([
  ["another model", { model: "n" }],
  ["another revision", { modelRevision: "2" }],
  ["another width", { dimensions: 4 }],
  ["another metric", { metric: "euclidean" as const }],
])("%s is refused with what was founded", async (_, change) => {
  const mine = replica();
  await whileFollowing(mine, async () => {
    const founded = await found(mine, foundation);
    const refused = { code: "MODEL_MISMATCH", message: expect.stringContaining("m 1 (3 dimensions, spherical)") };
    await expect(found(mine, { ...foundation, ...change })).rejects.toMatchObject(refused);
    if (!("metric" in change)) expect(() => checkModel(founded, { ...foundation, ...change })).toThrow("asked for now");
  });
});
