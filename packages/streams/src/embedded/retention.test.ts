import type { TopicSpec } from "@eddy/contracts/topics";
import { expect, it } from "vitest";
import { EmbeddedStreams } from "./embedded-streams.ts";
import { createMemoryStorage } from "./memory-storage.ts";
import { createRetention } from "./retention.ts";

const BYTES = 10;

async function createLog(spec: Omit<TopicSpec, "name" | "partitions">) {
  const storage = createMemoryStorage();
  let now = 0;
  const streams = new EmbeddedStreams({ storage, now: () => now });
  await streams.createTopics([{ name: "t", partitions: 1, ...spec }]);
  const retention = createRetention(streams, storage);
  return {
    streams,
    retention,
    append: async (count: number, at: number, bytes = BYTES) => {
      now = at;
      await streams.append(
        "t",
        0,
        Array.from({ length: count }, () => ({ key: null, value: Buffer.alloc(bytes), headers: {} })),
      );
    },
    bounds: () => streams.bounds("t", 0),
  };
}

it("cuts what is older than the retention, in steps, and leaves the rest", async () => {
  const { append, retention, bounds } = await createLog({ retention: { ms: 100, bytes: 1e9 } });
  await append(2500, 10);
  await append(1500, 200);
  expect(await retention.apply(100)).toBe(0);
  expect(await retention.apply(150)).toBe(2000);
  expect(await bounds()).toEqual({ start: 2000, end: 4000 });
  expect(await retention.apply(150)).toBe(0);
  expect(await retention.apply(1e6)).toBe(2000);
  expect(await bounds()).toEqual({ start: 4000, end: 4000 });
});

it.each([
  ["many small records", 5000, 10],
  ["few large ones, all within a step", 40, 100_000],
])("keeps at most so many bytes, and the newest of them: %s", async (_, count, bytes) => {
  const limit = (count * bytes) / 2;
  const { append, retention, bounds } = await createLog({ retention: { ms: 1e9, bytes: limit } });
  await append(count, 10, bytes);
  await retention.apply(20);
  const { start, end } = await bounds();
  expect((end - start) * bytes).toBeLessThanOrEqual(limit);
  expect(end - start, "but no more than need be goes").toBeGreaterThanOrEqual(count / 4);
});

it("never cuts what a group of the topic has yet to read", async () => {
  const { streams, append, retention, bounds } = await createLog({ retention: { ms: 1, bytes: 1 } });
  await append(3000, 10);
  await streams.rewind("slow", "t", 0, { offset: 1234, metadata: "" });
  await streams.rewind("quick", "t", 0, { offset: 3000, metadata: "" });
  // Of a replay, which may have been given up.
  await streams.rewind("new.replay", "t", 0, { offset: 7, metadata: "" });
  await retention.apply(1e6);
  expect(await bounds()).toEqual({ start: 1234, end: 3000 });
  await streams.rewind("slow", "t", 0, { offset: 2999, metadata: "" });
  await retention.apply(1e6);
  expect(await bounds()).toEqual({ start: 2999, end: 3000 });
});

it("leaves topics without a retention alone", async () => {
  const { append, retention, bounds } = await createLog({});
  await append(3000, 10);
  expect(await retention.apply(1e12)).toBe(0);
  expect(await bounds()).toEqual({ start: 0, end: 3000 });
});

it("compacts: the last record of each key stays at its offset, deleted keys go", async () => {
  const { streams, retention } = await createLog({ compacted: true });
  const record = (key: string, value: string | null) => ({
    key: Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    headers: {},
  });
  await streams.append("t", 0, [
    record("a", "1"),
    record("b", "1"),
    record("a", "2"),
    record("b", null),
    record("c", "1"),
  ]);
  expect(await retention.apply(0)).toBe(3);
  const found = await streams.reader("t", 0, 0).fetch({ maxRecords: 10, waitMs: 0 });
  expect(found.map(({ offset, key, value }) => [offset, String(key), String(value)])).toEqual([
    [2, "a", "2"],
    [4, "c", "1"],
  ]);
  expect(await retention.apply(0)).toBe(0);
});
