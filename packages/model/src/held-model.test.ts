import type { EventBody, ModelEvent } from "@eddy/clustering/events";
import { createFakeClock } from "@eddy/runtime/fake-clock";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import { beforeEach, expect, it } from "vitest";
import { encodeEvent } from "./event-codec.ts";
import { whileFollowing } from "./foundation.ts";
import { openHeldModel } from "./held-model.ts";
import { openModel } from "./open-model.ts";
import { createSnapshots } from "./snapshots.ts";
import { decodeState, encodeState } from "./state-codec.ts";

const topics = { modelLog: "log", models: "models" } as const;
const choice = { automatic: false, chosen: 1, score: 0, runnerUp: 0, runnerUpScore: 0, clear: true };
const founded: EventBody = {
  ...{ type: "founded", uuid: "u", metric: "spherical", dimensions: 2, model: "m", modelRevision: "1" },
  ...{ halfLifeDocuments: 0, halfLifeMs: 0 },
};
const seeded: EventBody = {
  ...{ type: "seeded", sampleSize: 600, choice },
  centres: [{ vector: Float32Array.of(1, 0), weight: 16 }],
};
/** One document of a partition. */
const delta = (partition: number, to: number, done: number): EventBody => ({
  ...{ type: "delta", partition, from: to - 1, to, done, assignedWith: 1, sources: [1], clusters: [1] },
  touched: [{ cluster: 1, added: 1, removed: 0, sum: Float32Array.of(0, 1), sumSquares: 1, removedWeight: 0 }],
});

let streams: EmbeddedStreams;
beforeEach(async () => {
  streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => 0 });
  await streams.createTopics([
    { name: "log", partitions: 1 },
    { name: "models", partitions: 1, compacted: true },
  ]);
});

let sequence = 0;
async function log(epoch: number, ...bodies: EventBody[]): Promise<void> {
  for (const body of bodies) {
    const event = { worker: "w", sequence: sequence++, atMs: 0, epoch, ...body } as ModelEvent;
    await streams.append("log", 0, [{ key: null, value: encodeEvent(event), headers: {} }]);
  }
}

/** As any replica folds it, by now. */
const folded = () => {
  const { replica } = openModel({ streams, topics: topics as never, clock: createFakeClock() });
  return whileFollowing(replica, async () => decodeState(encodeState(replica.state)));
};

it("keeps what is counted once it is held, whatever later Deltas say is durable", async () => {
  await log(0, founded, seeded);
  await log(1, delta(0, 0, -1), delta(0, 1, 0));
  const model = await openHeldModel(streams, topics);
  await model.catchUp();
  expect(encodeState(model.state)).toEqual(encodeState(await folded()));
  model.hold();
  // A partition that nothing was counted of before, too.
  await log(1, delta(0, 2, 1), delta(1, 0, -1), delta(0, 3, 2), delta(1, 1, 0));
  await model.catchUp();

  const replica = await folded();
  expect(replica.partitions.get(0)).toMatchObject({ done: 2 });
  const { partitions } = model.state;
  expect(partitions.get(0)).toMatchObject({ applied: 3, done: 0 });
  expect(partitions.get(0)!.ranges.map(({ to }) => to)).toEqual([1, 2, 3]);
  expect(partitions.get(1)).toMatchObject({ applied: 1, done: -1 });
  expect(partitions.get(1)!.ranges.map(({ to }) => to)).toEqual([0, 1]);
  // All else is the model of that version.
  const bare = (state: typeof replica) => encodeState({ ...state, partitions: new Map() });
  expect(bare(model.state)).toEqual(bare(replica));
});

it("begins with the newest snapshot, and says where the log is cut before it", async () => {
  await log(0, founded, seeded);
  await log(1, delta(0, 0, -1), delta(0, 1, 0));
  await createSnapshots(streams, "models").save(await folded());
  await log(1, delta(0, 2, 1));
  await streams.truncate("log", 0, 4);
  const model = await openHeldModel(streams, topics);
  await model.catchUp();
  expect(encodeState(model.state)).toEqual(encodeState(await folded()));
  await streams.truncate("log", 0, 5);
  await log(1, delta(0, 3, 2));
  await expect(openHeldModel(streams, topics)).rejects.toMatchObject({ code: "MODEL_LOG_CUT" });
});
