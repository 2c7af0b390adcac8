import type { Refitted } from "@eddy/clustering/events";
import { clusterName } from "@eddy/contracts/collection";
import { expect, it } from "vitest";
import { axes, choice, createPorts, options, pointOf } from "../ports-fixture.ts";
import { refit, refitDue } from "./refit.ts";
import { sweep } from "./sweep.ts";

const signal = new AbortController().signal;
const [first, second] = [clusterName(1), clusterName(2)];

async function createSeeded() {
  const setup = await createPorts();
  await setup.replica.propose(axes, 0);
  return setup;
}

it("a sweep assigns anew what was assigned before the change, and says how many moved", async () => {
  const { ports, points, replica } = await createSeeded();
  points.set("a", pointOf("a", [0, 1], { cluster_id: first, assigned_with: 0 }));
  points.set("b", pointOf("b", [1, 0], { cluster_id: first, assigned_with: 0 }));
  points.set("c", pointOf("c", [0.1, 0.9], { cluster_id: first, assigned_with: 0 }));
  points.set("fresh", pointOf("fresh", [0, 1], { cluster_id: first, assigned_with: 1 }));
  expect(await sweep(ports, replica.state.structuredAt, signal)).toEqual({ looked: 3, moved: 2 });
  const clusters = Object.fromEntries([...points].map(([id, { payload }]) => [id, payload.cluster_id]));
  expect(clusters).toEqual({ a: second, b: first, c: second, fresh: first });
  expect(points.get("a")!.payload).toMatchObject({ assigned_with: 1, version: 0 });
});

it("a sweep meets what is written meanwhile with the old model, and leaves what is newer", async () => {
  const { ports, points, replica } = await createSeeded();
  for (const id of ["b", "c", "d"]) points.set(id, pointOf(id, [0, 1], { cluster_id: first, assigned_with: 0 }));
  let rounds = 0;
  const { reassign } = ports.store;
  ports.store.reassign = async (changes) => {
    rounds += 1;
    // Behind the sweep's back: one that it has passed, and an edit of one that it has in hand.
    if (rounds === 1) {
      points.set("a", pointOf("a", [0, 1], { cluster_id: first, assigned_with: 0 }));
      points.set("b", pointOf("b", [1, 0], { cluster_id: first, assigned_with: 1, version: 9 }));
    }
    await reassign(changes);
  };
  await sweep(ports, replica.state.structuredAt, signal);
  expect(points.get("a")!.payload.cluster_id).toBe(second);
  expect(points.get("b")!.payload).toMatchObject({ cluster_id: first, version: 9 });
});

it("a sweep stops between two pages", async () => {
  const { ports, points, replica } = await createSeeded();
  for (const id of ["a", "b", "c"]) points.set(id, pointOf(id, [0, 1], { cluster_id: first, assigned_with: 0 }));
  const stop = new AbortController();
  const { reassign } = ports.store;
  ports.store.reassign = async (changes) => {
    await reassign(changes);
    stop.abort();
  };
  expect(await sweep(ports, replica.state.structuredAt, stop.signal)).toMatchObject({ looked: 2 });
  expect(points.get("c")!.payload.assigned_with).toBe(0);
});

const flat: Refitted = {
  type: "refitted",
  clusters: [
    { cluster: 1, centre: { vector: Float32Array.of(0.6, 0.8), weight: 2 }, absorbs: [2] },
    { cluster: 0, centre: { vector: Float32Array.of(-1, 0), weight: 1 }, absorbs: [] },
  ],
  sampleSize: 3,
  choice,
};

it("a refit is made from a sample of the store and the present centres", async () => {
  const { ports, points, replica, asked, willRefit } = await createSeeded();
  expect(refitDue(ports)).toBe(false);
  points.set("a", pointOf("a", [0, 1], { assigned_with: 0 }));
  points.set("b", pointOf("b", [1, 0], { assigned_with: 0 }));
  willRefit(flat);
  await refit(ports, options, signal);
  expect(asked).toEqual([
    {
      sample: { values: Float32Array.of(0, 1, 1, 0), count: 2, dimensions: 2 },
      k: 2,
      seed: 2,
      old: [
        { cluster: 1, centre: Float32Array.of(1, 0) },
        { cluster: 2, centre: Float32Array.of(0, 1) },
      ],
    },
  ]);
  expect([...replica.state.clusters.values()].map(({ id, heir }) => [id, heir])).toEqual([
    [1, 0],
    [2, 1],
    [3, 0],
  ]);
});

it("a refit without points is none; one that comes too late changes nothing", async () => {
  const { ports, points, replica, asked, willRefit } = await createSeeded();
  willRefit(flat);
  await refit(ports, options, signal);
  expect([asked, replica.state.version]).toEqual([[], 1]);
  points.set("a", pointOf("a", [0, 1], { assigned_with: 0 }));
  const seeder = ports.seeder.refit;
  ports.seeder.refit = async (request) => {
    // Another worker was faster.
    await replica.propose(flat, replica.state.epoch);
    return seeder(request);
  };
  await refit(ports, options, signal);
  expect(replica.state).toMatchObject({ version: 3, epoch: 2, refused: new Map([["epoch", 1]]) });
});
