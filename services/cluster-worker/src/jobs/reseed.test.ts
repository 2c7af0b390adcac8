import type { Refitted } from "@eddy/clustering/events";
import { createDeferred } from "@eddy/runtime/deferred";
import { expect, it } from "vitest";
import { axes, choice, createPorts, options, pointOf } from "../ports-fixture.ts";
import { createReseeder, HOLD_MS } from "./reseed.ts";

const signal = new AbortController().signal;
const kept: Refitted = {
  type: "refitted",
  clusters: [1, 2].map((cluster) => ({
    cluster,
    centre: { vector: Float32Array.of(2 - cluster, cluster - 1), weight: 1 },
    absorbs: [],
  })),
  sampleSize: 1,
  choice,
};

/** A model that is due to be seeded again, whose centres come when the test says so. */
async function createDue() {
  const setup = await createPorts();
  const { ports, replica, points } = setup;
  await replica.propose(axes, 0);
  points.set("a", pointOf("a", [0, 1], { assigned_with: 0 }));
  replica.state.nextRefit = 1;
  replica.state.documents = 1;
  const centres = createDeferred<Refitted>();
  let asked = 0;
  ports.seeder.refit = () => {
    asked += 1;
    return centres.promise;
  };
  let drained = 0;
  const before = createReseeder(ports, options, signal);
  return {
    ...setup,
    centres,
    asked: () => asked,
    drained: () => drained,
    beforeBatch: () =>
      before(async () => {
        drained += 1;
      }),
  };
}

it("the stream waits for better centres", async () => {
  const { beforeBatch, centres, replica, drained } = await createDue();
  const held = beforeBatch();
  centres.resolve(kept);
  await held;
  expect(replica.state.epoch).toBe(2);
  expect(drained()).toBe(1);
});

it("but not for long: it goes on while they are sought, and they are sought once", async () => {
  const { beforeBatch, centres, replica, clock, asked } = await createDue();
  const held = beforeBatch();
  await clock.advance(HOLD_MS);
  await held;
  await beforeBatch();
  expect([replica.state.epoch, asked()]).toEqual([1, 1]);
  centres.resolve(kept);
  await expect.poll(() => replica.state.epoch).toBe(2);
});

it("a re-fit that fails for good ends the session, also where the stream had gone on", async () => {
  const { beforeBatch, centres, clock } = await createDue();
  const held = beforeBatch();
  await clock.advance(HOLD_MS);
  await held;
  centres.reject(new Error("the thread died"));
  await expect.poll(() => beforeBatch().then(() => "goes on", String)).toBe("Error: the thread died");
});
