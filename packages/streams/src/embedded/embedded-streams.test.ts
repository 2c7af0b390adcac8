import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RetryableError } from "@eddy/contracts/errors";
import { describe, expect, it } from "vitest";
import { describeStreams } from "../conformance.ts";
import type { EmbeddedConsumer } from "./embedded-consumer.ts";
import { EmbeddedStreams } from "./embedded-streams.ts";
import { createLmdbStorage } from "./lmdb-storage.ts";
import { createMemoryStorage } from "./memory-storage.ts";

describeStreams("embedded, in memory", async () => {
  const streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: Date.now });
  return {
    streams,
    expel: (consumer) => streams.expel(consumer as EmbeddedConsumer),
    stop: () => streams.close(),
  };
});

describeStreams("embedded, LMDB", async () => {
  const folder = mkdtempSync(join(tmpdir(), "eddy-log-"));
  const open = () => new EmbeddedStreams({ storage: createLmdbStorage(folder), now: Date.now });
  let streams = open();
  return {
    streams,
    expel: (consumer) => streams.expel(consumer as EmbeddedConsumer),
    async reopen() {
      await streams.close();
      streams = open();
      return streams;
    },
    async stop() {
      await streams.close();
      rmSync(folder, { recursive: true });
    },
  };
});

describe("an append that fails", () => {
  it("leaves no hole, and fails alone", async () => {
    const storage = createMemoryStorage();
    let failing = false;
    const streams = new EmbeddedStreams({
      storage: {
        ...storage,
        async append(...call) {
          if (failing) throw new RetryableError("DISK_FULL", "the disk is full");
          await storage.append(...call);
        },
      },
      now: () => 7,
    });
    await streams.createTopics([{ name: "t", partitions: 1 }]);
    const record = (value: string) => ({ key: null, value: Buffer.from(value), headers: {} });
    await streams.append("t", 0, [record("a")]);
    failing = true;
    const waiting = streams.reader("t", 0, 1).fetch({ maxRecords: 9, waitMs: 20_000 });
    await expect(streams.append("t", 0, [record("lost"), record("lost too")])).rejects.toMatchObject({
      code: "DISK_FULL",
    });
    expect(await streams.bounds("t", 0)).toEqual({ start: 0, end: 1 });
    failing = false;
    await streams.append("t", 0, [record("b")]);
    expect((await waiting).map(({ offset, value }) => [offset, String(value)])).toEqual([[1, "b"]]);
  });
});

it("stamps a record without a time with its own, also where the time is given as undefined", async () => {
  const streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => 7 });
  await streams.createTopics([{ name: "t", partitions: 1 }]);
  await streams.append("t", 0, [{ key: null, value: null, headers: {}, timestampMs: undefined }]);
  expect((await streams.reader("t", 0, 0).fetch({ maxRecords: 1, waitMs: 0 }))[0]?.timestampMs).toBe(7);
});
