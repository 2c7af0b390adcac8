import { emptyState, type ModelState } from "@eddy/clustering/state";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import { createRetention } from "@eddy/streams/embedded/retention";
import type { LogRecord } from "@eddy/streams/port";
import { expect, it } from "vitest";
import { createSnapshots } from "./snapshots.ts";
import { encodeState } from "./state-codec.ts";

/** A state whose bytes differ with the version; 100,000 numbers wide: 800 kB, two chunks. */
function stateOf(version: number, width = 4): ModelState {
  const state = emptyState();
  state.version = version;
  const sum = Float64Array.from({ length: width }, (_, i) => version + i / 7);
  state.clusters.set(1, { id: 1, sum, weight: 1, sumSquares: 1, count: 1, decayedAt: 0, name: "", bornAt: 0, heir: 0 });
  return state;
}

async function createSetup() {
  const storage = createMemoryStorage();
  const streams = new EmbeddedStreams({ storage, now: () => 0 });
  await streams.createTopics([{ name: "models", partitions: 1, compacted: true }]);
  const all = async () => {
    const { end } = await streams.bounds("models", 0);
    return end === 0 ? [] : streams.reader("models", 0, 0).fetch({ maxRecords: end, maxBytes: 1e9, waitMs: 0 });
  };
  return {
    streams,
    snapshots: createSnapshots(streams, "models"),
    retention: createRetention(streams, storage),
    all,
    append: (records: readonly LogRecord[]) => streams.append("models", 0, records),
  };
}

const newestOf = async ({ snapshots }: Awaited<ReturnType<typeof createSetup>>) => (await snapshots.load()).newest;

it("there is none at first", async () => {
  expect(await (await createSetup()).snapshots.load()).toEqual({ newest: undefined, oldestVersion: -1 });
});

it("comes back bit for bit, in chunks under a broker's record limit", async () => {
  const setup = await createSetup();
  const state = stateOf(12, 100_000);
  await setup.snapshots.save(state);
  const records = await setup.all();
  expect(records).toHaveLength(2);
  for (const { value } of records) expect(value!.byteLength).toBeLessThan(1_000_000);
  expect(Buffer.compare(encodeState((await newestOf(setup))!), encodeState(state))).toBe(0);
});

it("keeps the newest three, also through compaction, whatever order they came in", async () => {
  const setup = await createSetup();
  for (const version of [5, 30, 10, 20, 40]) await setup.snapshots.save(stateOf(version));
  const loaded = await setup.snapshots.load();
  expect([loaded.newest?.version, loaded.oldestVersion]).toEqual([40, 20]);
  await setup.retention.apply(0);
  expect((await setup.all()).map(({ key }) => String(key))).toEqual(["model:30:0", "model:20:0", "model:40:0"]);
  expect((await setup.snapshots.load()).newest?.version).toBe(40);
});

it("passes over one that was half written, and removes it once it is old", async () => {
  const setup = await createSetup();
  await setup.snapshots.save(stateOf(10));
  const other = await createSetup();
  await other.snapshots.save(stateOf(20, 100_000));
  const [, half] = await other.all();
  await setup.append([half!]);
  expect((await setup.snapshots.load()).newest?.version).toBe(10);
  for (const version of [30, 40, 50]) await setup.snapshots.save(stateOf(version));
  await setup.retention.apply(0);
  expect((await setup.all()).map(({ key }) => String(key))).toEqual(["model:30:0", "model:40:0", "model:50:0"]);
});

it("passes over one that is damaged", async () => {
  const setup = await createSetup();
  await setup.snapshots.save(stateOf(10));
  await setup.snapshots.save(stateOf(20));
  const damaged = (await setup.all())[1]!;
  const value = Buffer.from(damaged.value!);
  value[value.length >> 1]! ^= 1;
  await setup.append([{ ...damaged, value }]);
  expect((await setup.snapshots.load()).newest?.version).toBe(10);
});

it("of two writers of one version either will do; other records are no snapshots", async () => {
  const setup = await createSetup();
  await setup.append([
    { key: null, value: Buffer.from("x"), headers: {} },
    { key: Buffer.from("encoder:1"), value: Buffer.from("x"), headers: {} },
  ]);
  await Promise.all([setup.snapshots.save(stateOf(7, 100_000)), setup.snapshots.save(stateOf(7, 100_000))]);
  expect((await newestOf(setup))?.version).toBe(7);
});
