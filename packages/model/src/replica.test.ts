import type { EventBody, ModelEvent } from "@eddy/clustering/events";
import { RetryableError } from "@eddy/contracts/errors";
import { createDeferred } from "@eddy/runtime/deferred";
import { createFakeClock } from "@eddy/runtime/fake-clock";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import type { LogReader, Streams } from "@eddy/streams/port";
import { afterEach, expect, it } from "vitest";
import { encodeEvent } from "./event-codec.ts";
import { createReplica, ProposalLost, type Replica, type ReplicaOptions } from "./replica.ts";
import { createSnapshots } from "./snapshots.ts";
import { encodeState } from "./state-codec.ts";

const founded: EventBody = {
  type: "founded",
  uuid: "u",
  metric: "spherical",
  dimensions: 2,
  model: "m",
  modelRevision: "1",
  halfLifeDocuments: 0,
  halfLifeMs: 0,
};
const choice = { automatic: false, chosen: 1, score: 0, runnerUp: 0, runnerUpScore: 0, clear: true };
const seeded: EventBody = {
  type: "seeded",
  centres: [{ vector: Float32Array.of(1, 0), weight: 16 }],
  sampleSize: 600,
  choice,
};
const rename = (name: string): EventBody => ({ type: "renamed", cluster: 1, name });

const replicas: Replica[] = [];
afterEach(async () => {
  for (const replica of replicas.splice(0)) await replica.stop();
});

async function createSetup() {
  const streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => 0 });
  await streams.createTopics([
    { name: "log", partitions: 1 },
    { name: "models", partitions: 1, compacted: true },
  ]);
  const snapshots = createSnapshots(streams, "models");
  const failures: unknown[] = [];
  function create(more: Partial<ReplicaOptions> = {}) {
    const replica = createReplica({ streams, topic: "log", snapshots, clock: createFakeClock(), ...more });
    replicas.push(replica);
    return replica;
  }
  const start = async (more?: Partial<ReplicaOptions>) => {
    const replica = create(more);
    await replica.start((error) => failures.push(error));
    return replica;
  };
  const append = (body: EventBody, head: Partial<ModelEvent> = {}) =>
    streams.append("log", 0, [
      {
        key: null,
        value: encodeEvent({ worker: "other", sequence: 1, atMs: 0, epoch: 0, ...head, ...body } as ModelEvent),
        headers: {},
      },
    ]);
  const wrapped = (change: Partial<Streams>): Streams =>
    Object.assign(Object.create(streams) as Streams, bound(streams), change);
  return { streams, snapshots, failures, create, start, append, wrapped };
}

/** The methods that a replica uses, on the object whose private fields they need. */
function bound(streams: Streams): Partial<Streams> {
  return {
    bounds: (...call) => streams.bounds(...call),
    append: (...call) => streams.append(...call),
    reader: (...call) => streams.reader(...call),
  };
}

it("folds what is in the log at the start, and goes on with what comes", async () => {
  const { start, append } = await createSetup();
  await append(founded);
  await append(seeded);
  const replica = await start();
  expect([replica.state.version, replica.state.epoch]).toEqual([1, 1]);
  await append(rename("sport"));
  await replica.caughtUp();
  expect(replica.state.clusters.get(1)?.name).toBe("sport");
});

it("tells the proposer what became of its own event; replicas agree", async () => {
  const { start } = await createSetup();
  const [one, two] = [await start(), await start()];
  expect(await one.propose(founded, 0)).toEqual({ version: 0, outcome: { taken: true }, clock: 0 });
  await two.caughtUp();
  const [first, second] = await Promise.all([one.propose(seeded, 0), two.propose(seeded, 0)]);
  expect([first.outcome.taken, second.outcome.taken].sort()).toEqual([false, true]);
  expect([first, second].find(({ outcome }) => !outcome.taken)!.outcome).toEqual({ taken: false, why: "epoch" });
  await Promise.all([one.caughtUp(), two.caughtUp()]);
  expect(Buffer.compare(encodeState(one.state), encodeState(two.state))).toBe(0);
});

it("an append that was tried twice counts once, and its first outcome is the outcome", async () => {
  const { start, streams, wrapped } = await createSetup();
  let lost = 1;
  const clock = createFakeClock();
  const replica = await start({
    clock,
    streams: wrapped({
      async append(...call) {
        await streams.append(...call);
        if (lost-- > 0) throw new RetryableError("STREAM_UNAVAILABLE", "no acknowledgement");
      },
    }),
  });
  const proposed = replica.propose(founded, 0);
  while (lost >= 0) await clock.advance(1_000);
  expect(await proposed).toMatchObject({ version: 0, outcome: { taken: true } });
  await replica.caughtUp();
  expect([replica.state.version, replica.state.refused.get("late")]).toEqual([1, 1]);
});

it("takes each offset once, in order, from a reader that jumps back and ahead", async () => {
  const { start, append, streams, wrapped } = await createSetup();
  await append(founded);
  await append(seeded);
  for (const name of ["a", "b", "c", "d"]) await append(rename(name));
  const folded: number[] = [];
  let calls = 0;
  const jumpy = (reader: LogReader): LogReader => ({
    async fetch(options) {
      const records = await reader.fetch({ ...options, maxRecords: 3 });
      calls += 1;
      // A leader change: from the start again; then records are passed over.
      if (calls === 2) return [...(await streams.reader("log", 0, 0).fetch({ maxRecords: 2, waitMs: 0 })), ...records];
      if (calls === 3) return records.slice(1);
      return records;
    },
    seek: (offset) => reader.seek(offset),
    get position() {
      return reader.position;
    },
    close: () => reader.close(),
  });
  const replica = await start({
    streams: wrapped({ reader: (...call) => jumpy(streams.reader(...call)) }),
    folded: (_, version) => folded.push(version),
  });
  await append(rename("e"));
  await append(rename("f"));
  await replica.caughtUp();
  expect(folded).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(replica.state.clusters.get(1)?.name).toBe("f");
});

it("starts hot from the newest snapshot, where the log before it is cut", async () => {
  const { start, append, snapshots, streams } = await createSetup();
  await append(founded);
  await append(seeded);
  const cold = await start();
  await snapshots.save(cold.state);
  await streams.truncate("log", 0, 2);
  await append(rename("late"));
  const folded: number[] = [];
  const hot = await start({ folded: (_, version) => folded.push(version) });
  expect(folded).toEqual([2]);
  await cold.caughtUp();
  expect(Buffer.compare(encodeState(hot.state), encodeState(cold.state))).toBe(0);
});

it("stops where the log is cut and no snapshot covers it", async () => {
  const { create, append, streams } = await createSetup();
  await append(founded);
  await append(seeded);
  await streams.truncate("log", 0, 1);
  await expect(create().start(() => {})).rejects.toMatchObject({ name: "FatalError", code: "MODEL_LOG_CUT" });
});

it.each([true, false])("overtaken by the cut of the log while it reads; a snapshot is there: %s", async (there) => {
  const { append, start, snapshots, streams, wrapped, failures } = await createSetup();
  await append(founded);
  const gate = createDeferred();
  let fetches = 0;
  const slow = (reader: LogReader): LogReader => ({
    async fetch(options) {
      if (++fetches > 1) await gate.promise;
      return reader.fetch(options);
    },
    seek: (offset) => reader.seek(offset),
    get position() {
      return reader.position;
    },
    close: () => reader.close(),
  });
  const replica = await start({ streams: wrapped({ reader: (...call) => slow(streams.reader(...call)) }) });
  expect(replica.state.version).toBe(0);
  const quick = await start();
  for (const body of [seeded, rename("a"), rename("b")]) await append(body);
  await quick.caughtUp();
  if (there) await snapshots.save(quick.state);
  await streams.truncate("log", 0, 3);
  gate.resolve();
  if (there) {
    await replica.caughtUp();
    expect(Buffer.compare(encodeState(replica.state), encodeState(quick.state))).toBe(0);
    expect(failures).toEqual([]);
  } else {
    await expect(replica.caughtUp()).rejects.toMatchObject({ code: "MODEL_LOG_CUT" });
    expect(failures).toMatchObject([{ code: "MODEL_LOG_CUT" }]);
  }
});

it("an event of a newer version stops it, at the start and later, and nobody waits in vain", async () => {
  const { create, start, append, streams, failures } = await createSetup();
  await append(founded);
  const replica = await start();
  const failed = new Promise((resolve) => {
    const poll = () => (failures.length > 0 ? resolve(failures[0]) : setImmediate(poll));
    poll();
  });
  await streams.append("log", 0, [{ key: null, value: Buffer.from([8, 1]), headers: {} }]);
  expect(await failed).toMatchObject({ code: "EVENT_UNKNOWN" });
  await expect(replica.caughtUp()).rejects.toMatchObject({ code: "EVENT_UNKNOWN" });
  await expect(replica.propose(seeded, 0)).rejects.toMatchObject({ code: "EVENT_UNKNOWN" });
  await expect(create().start(() => {})).rejects.toMatchObject({ code: "EVENT_UNKNOWN" });
});

it("stopped, it ends every wait", async () => {
  const { start, streams, wrapped } = await createSetup();
  const replica = await start({ streams: wrapped({ append: async () => {} }) });
  const proposed = replica.propose(founded, 0);
  const rejected = expect(proposed).rejects.toThrow("the replica was stopped");
  await replica.stop();
  await rejected;
  expect((await streams.bounds("log", 0)).end).toBe(0);
});

it("rejects its proposals where it jumps to a snapshot: what became of them, only the state tells", async () => {
  const { start, streams, snapshots, append, wrapped } = await createSetup();
  await append(founded);
  await append(seeded);
  const go = createDeferred();
  let isHeld = false;
  const slow = await start({
    streams: wrapped({
      reader: (...call) => {
        const reader = streams.reader(...call);
        const fetch = reader.fetch.bind(reader);
        return Object.assign(reader, {
          fetch: async (options: Parameters<LogReader["fetch"]>[0]) => {
            if (isHeld) await go.promise;
            return fetch({ ...options, waitMs: 0 });
          },
        });
      },
    }),
  });
  isHeld = true;
  const proposed = slow.propose(rename("mine"));
  proposed.catch(() => {});
  const quick = await start();
  while (quick.state.version < 2) await quick.version.after(quick.version.version);
  await append(rename("later"));
  await quick.caughtUp();
  await snapshots.save(quick.state);
  await streams.truncate("log", 0, 4);
  go.resolve();
  await expect(proposed).rejects.toBeInstanceOf(ProposalLost);
  expect(slow.state.clusters.get(1)?.name).toBe("later");
});

it("stops at a record that is no event, naming its place", async () => {
  const { start, streams, append, failures } = await createSetup();
  await append(founded);
  const replica = await start();
  await streams.append("log", 0, [{ key: null, value: Buffer.from("not for you"), headers: {} }]);
  await expect(replica.caughtUp()).rejects.toMatchObject({
    code: "MODEL_LOG_FOREIGN",
    message: expect.stringContaining("log/0@1 is no event"),
  });
  expect(failures).toHaveLength(1);
});
