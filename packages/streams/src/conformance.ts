import type { TopicSpec } from "@eddy/contracts/topics";
import { createDeferred, type Deferred } from "@eddy/runtime/deferred";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Consumer,
  type Cursor,
  headerText,
  type LogReader,
  type LogRecord,
  Revoked,
  type Streams,
} from "./port.ts";

/** What a suite runs against, and what an adapter can do beyond the port. */
export interface Peer {
  readonly streams: Streams;
  /** Closes and opens again on the same data; absent: not durable. */
  reopen?(): Promise<Streams>;
  /** Gives a member's partitions to the others without its knowing; absent: it can't be brought about. */
  expel?(consumer: Consumer): void;
  stop(): Promise<void>;
}

const WAIT_MS = 20_000;
const ALL = { maxRecords: 10_000, waitMs: 0 };

const record = (value: string | null, more: Partial<LogRecord> = {}): LogRecord => ({
  key: Buffer.from("key"),
  value: value === null ? null : Buffer.from(value),
  headers: {},
  ...more,
});
const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString());
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => record(String(from + index)));

/** Reads up to `end`, however the adapter cuts its batches. */
async function readTo(reader: Pick<LogReader, "fetch">, end: number) {
  const found = [];
  while ((found.at(-1)?.offset ?? -1) < end - 1) {
    const batch = await reader.fetch({ ...ALL, waitMs: WAIT_MS });
    if (batch.length === 0) break;
    found.push(...batch);
  }
  return found;
}

/** A member whose partitions are held until they are revoked; each is told to whoever waits for it. */
function createMember(streams: Streams, group: string, topic: string) {
  const consumer = streams.consumer({ group, topic });
  const cursors = new Map<number, Cursor>();
  const waiting: { readonly ready: () => boolean; readonly done: Deferred<void> }[] = [];
  const failures: unknown[] = [];
  const told = () => {
    for (const { ready, done } of waiting) if (ready()) done.resolve();
  };
  const started = consumer.start(
    async (cursor) => {
      cursors.set(cursor.partition, cursor);
      told();
      if (!cursor.revoked.aborted)
        await new Promise((resolve) => cursor.revoked.addEventListener("abort", resolve, { once: true }));
      cursors.delete(cursor.partition);
      told();
    },
    (error) => failures.push(error),
  );
  return {
    consumer,
    cursors,
    failures,
    /** Resolves at the first change of this member's partitions after which `ready`. */
    async when(ready: () => boolean): Promise<void> {
      await started;
      const done = createDeferred();
      waiting.push({ ready, done });
      told();
      await done.promise;
    },
    /** Resolves once this member holds just these partitions. */
    holds(...partitions: number[]): Promise<void> {
      return this.when(
        () => partitions.length === cursors.size && partitions.every((partition) => cursors.has(partition)),
      );
    },
  };
}

type Member = ReturnType<typeof createMember>;

/** Resolves once each holds so many partitions, all at one time: on its way there a member may hold as many for a moment. */
async function eachHolds(count: number, members: readonly Member[]): Promise<void> {
  const ready = () => members.every(({ cursors }) => cursors.size === count);
  await Promise.race(members.map((member) => member.when(ready)));
}

/** Every Streams adapter passes this. `connect` gives a peer on an empty log. */
export function describeStreams(name: string, connect: () => Promise<Peer>): void {
  describe(`streams: ${name}`, () => {
    let peer: Peer;
    let streams: Streams;
    let made = 0;
    beforeAll(async () => {
      peer = await connect();
      streams = peer.streams;
    });
    afterAll(() => peer.stop());

    async function topicOf(partitions = 1, more: Partial<TopicSpec> = {}): Promise<string> {
      const topic = `conformance-${process.pid}-${made++}`;
      await streams.createTopics([{ name: topic, partitions, ...more }]);
      return topic;
    }
    const values = async (topic: string, partition = 0) => {
      const { start, end } = await streams.bounds(topic, partition);
      return (await readTo(streams.reader(topic, partition, start), end)).map(({ value }) => text(value));
    };

    describe("topics", () => {
      it("are made once, and the same again is no fault", async () => {
        const topic = await topicOf(3);
        await streams.append(topic, 1, [record("kept")]);
        await streams.createTopics([{ name: topic, partitions: 3 }]);
        expect(await streams.partitions(topic)).toBe(3);
        expect(await values(topic, 1)).toEqual(["kept"]);
      });

      it("refuse another partition count, and a name that is not there", async () => {
        const topic = await topicOf(2);
        await expect(streams.createTopics([{ name: topic, partitions: 3 }])).rejects.toMatchObject({
          name: "FatalError",
          code: "TOPIC_SHAPE",
        });
        expect(await streams.partitions(topic)).toBe(2);
        await expect(streams.partitions(`${topic}-absent`)).rejects.toMatchObject({ code: "TOPIC_SHAPE" });
      });

      it("begin empty", async () => {
        const topic = await topicOf();
        expect(await streams.bounds(topic, 0)).toEqual({ start: 0, end: 0 });
        expect(await streams.reader(topic, 0, 0).fetch(ALL)).toEqual([]);
      });
    });

    describe("append", () => {
      it("is seen at once, in order, at contiguous offsets of its own partition", async () => {
        const topic = await topicOf(2);
        await streams.append(topic, 0, numbered(0, 3));
        await streams.append(topic, 1, [record("other")]);
        await streams.append(topic, 0, numbered(3, 5));
        expect(await streams.bounds(topic, 0)).toEqual({ start: 0, end: 5 });
        const found = await readTo(streams.reader(topic, 0, 0), 5);
        expect(found.map(({ offset, value }) => [offset, text(value)])).toEqual(
          [0, 1, 2, 3, 4].map((offset) => [offset, String(offset)]),
        );
        expect(await values(topic, 1)).toEqual(["other"]);
      });

      it("of nothing does nothing", async () => {
        const topic = await topicOf();
        await streams.append(topic, 0, []);
        expect(await streams.bounds(topic, 0)).toEqual({ start: 0, end: 0 });
      });

      it("keeps null and empty keys and values apart, headers and timestamps", async () => {
        const topic = await topicOf();
        const headers = { ce_id: "ünï", binary: Buffer.from([0, 255, 128]), empty: "" };
        await streams.append(topic, 0, [
          record(null),
          record("", { key: Buffer.alloc(0) }),
          record("x", { key: null, headers, timestampMs: 1_234_567_890_123 }),
        ]);
        const [deleted, empty, full] = await readTo(streams.reader(topic, 0, 0), 3);
        expect([deleted!.value, text(deleted!.key)]).toEqual([null, "key"]);
        expect([text(empty!.value), text(empty!.key)]).toEqual(["", ""]);
        expect([text(full!.value), full!.key, full!.timestampMs]).toEqual(["x", null, 1_234_567_890_123]);
        expect(headerText(full!.headers, "ce_id")).toBe("ünï");
        expect(headerText(full!.headers, "empty")).toBe("");
        expect(Buffer.from(full!.headers.binary as Uint8Array).toString("hex")).toBe("00ff80");
        expect(deleted!.timestampMs).toBeGreaterThan(1_600_000_000_000);
      });

      it("takes a value of nearly a megabyte, bit for bit, and keeps it while others are read", async () => {
        const topic = await topicOf();
        const big = Buffer.from(Uint8Array.from({ length: 900_000 }, (_, index) => (index * 31) & 255));
        await streams.append(topic, 0, [record("first"), record(null, { value: big }), record("last")]);
        const found = await readTo(streams.reader(topic, 0, 0), 3);
        for (let again = 0; again < 3; again++) await values(topic);
        expect(Buffer.compare(found[1]!.value!, big)).toBe(0);
        expect([text(found[0]!.value), text(found[2]!.value)]).toEqual(["first", "last"]);
      });

      it("from many at once leaves no hole, and each call's records in their order", async () => {
        const topic = await topicOf();
        const calls = Array.from({ length: 40 }, (_, call) => call);
        await Promise.all(
          calls.map((call) =>
            streams.append(
              topic,
              0,
              Array.from({ length: 1 + (call % 5) }, (_, n) => record(`${call}:${n}`)),
            ),
          ),
        );
        const { end } = await streams.bounds(topic, 0);
        const found = await readTo(streams.reader(topic, 0, 0), end);
        expect(found.map(({ offset }) => offset)).toEqual(Array.from({ length: 120 }, (_, offset) => offset));
        for (const call of calls) {
          const own = found.map(({ value }) => text(value)!).filter((value) => value.startsWith(`${call}:`));
          expect(own).toEqual(Array.from({ length: 1 + (call % 5) }, (_, n) => `${call}:${n}`));
        }
      });
    });

    describe("a reader", () => {
      it("gives at most maxRecords, and reads on from there", async () => {
        const topic = await topicOf();
        await streams.append(topic, 0, numbered(0, 7));
        const reader = streams.reader(topic, 0, 2);
        const first = await reader.fetch({ maxRecords: 3, waitMs: WAIT_MS });
        expect(first.map(({ offset }) => offset)).toEqual([2, 3, 4]);
        expect(reader.position).toBe(5);
        expect((await readTo(reader, 7)).map(({ offset }) => offset)).toEqual([5, 6]);
        await reader.close();
      });

      it("heeds maxBytes, but gives one record whatever its size", async () => {
        const topic = await topicOf();
        await streams.append(
          topic,
          0,
          Array.from({ length: 6 }, () => record("x".repeat(1000))),
        );
        const reader = streams.reader(topic, 0, 0);
        const some = await reader.fetch({ maxRecords: 100, maxBytes: 2_500, waitMs: WAIT_MS });
        expect(some.length).toBeGreaterThan(0);
        expect(some.length).toBeLessThan(6);
        expect((await reader.fetch({ maxRecords: 100, maxBytes: 1, waitMs: WAIT_MS })).length).toBeGreaterThan(0);
      });

      it("waits for a record, and no longer than it is told to", async () => {
        const topic = await topicOf();
        const reader = streams.reader(topic, 0, 0);
        expect(await reader.fetch({ maxRecords: 1, waitMs: 30 })).toEqual([]);
        const later = reader.fetch({ maxRecords: 10, waitMs: WAIT_MS });
        await streams.append(topic, 0, [record("awaited")]);
        expect((await later).map(({ value }) => text(value))).toEqual(["awaited"]);
      });

      it("stops waiting when it is told to", async () => {
        const topic = await topicOf();
        const abort = new AbortController();
        const fetched = streams.reader(topic, 0, 0).fetch({ ...ALL, waitMs: 10 * WAIT_MS, signal: abort.signal });
        abort.abort(new Error("enough"));
        expect(await fetched).toEqual([]);
      });

      it("seeks back and ahead", async () => {
        const topic = await topicOf();
        await streams.append(topic, 0, numbered(0, 5));
        const reader = streams.reader(topic, 0, 4);
        expect((await reader.fetch({ maxRecords: 1, waitMs: WAIT_MS }))[0]?.offset).toBe(4);
        reader.seek(1);
        expect((await reader.fetch({ maxRecords: 1, waitMs: WAIT_MS }))[0]?.offset).toBe(1);
      });
    });

    describe("truncate", () => {
      it("forgets the head: bounds move, offsets stay, a reader behind it is told LOG_GAP", async () => {
        const topic = await topicOf();
        await streams.append(topic, 0, numbered(0, 10));
        const behind = streams.reader(topic, 0, 3);
        await streams.truncate(topic, 0, 6);
        expect(await streams.bounds(topic, 0)).toEqual({ start: 6, end: 10 });
        expect(await values(topic)).toEqual(["6", "7", "8", "9"]);
        await expect(behind.fetch({ ...ALL, waitMs: WAIT_MS })).rejects.toMatchObject({
          name: "FatalError",
          code: "LOG_GAP",
        });
        await streams.truncate(topic, 0, 2);
        expect(await streams.bounds(topic, 0)).toEqual({ start: 6, end: 10 });
      });

      it("leaves the times of what is kept", async () => {
        const topic = await topicOf();
        const times = [1_700_000_000_000, 1_700_000_005_000, 1_700_000_001_000];
        await streams.append(
          topic,
          0,
          times.map((timestampMs, n) => ({ ...record(String(n)), timestampMs })),
        );
        expect(await streams.timestamp(topic, 0, 1)).toBe(times[1]);
        expect(await streams.timestamp(topic, 0, 3)).toBeUndefined();
        await streams.truncate(topic, 0, 2);
        expect(await streams.timestamp(topic, 0, 2)).toBe(times[2]);
        expect([times[2], undefined]).toContain(await streams.timestamp(topic, 0, 0));
      });

      it("of everything keeps the next offset", async () => {
        const topic = await topicOf();
        await streams.append(topic, 0, numbered(0, 4));
        await streams.truncate(topic, 0, 4);
        expect(await streams.bounds(topic, 0)).toEqual({ start: 4, end: 4 });
        await streams.append(topic, 0, [record("next")]);
        expect((await readTo(streams.reader(topic, 0, 4), 5))[0]).toMatchObject({ offset: 4 });
      });
    });

    it("leaves people's topics the partitions that they have", async () => {
      const topic = await topicOf(2);
      await streams.createTopics([{ name: topic, partitions: 3, elastic: true }]);
      expect(await streams.partitions(topic)).toBe(2);
    });

    describe("a group", () => {
      it("spreads the partitions, moves them when members come and go, and tells the one that loses them", async () => {
        const topic = await topicOf(4);
        const first = createMember(streams, "spread", topic);
        await first.holds(0, 1, 2, 3);
        const revoked = new Set<number>();
        for (const { partition, revoked: signal } of first.cursors.values())
          signal.addEventListener("abort", () => revoked.add(partition));
        const second = createMember(streams, "spread", topic);
        await eachHolds(2, [first, second]);
        const shared = [...first.cursors.keys(), ...second.cursors.keys()].sort();
        expect(shared).toEqual([0, 1, 2, 3]);
        expect([...second.cursors.keys()].every((partition) => revoked.has(partition))).toBe(true);
        await first.consumer.stop();
        await second.holds(0, 1, 2, 3);
        expect(first.cursors.size).toBe(0);
        await second.consumer.stop();
        expect(second.consumer.assigned()).toEqual([]);
        expect([...first.failures, ...second.failures]).toEqual([]);
      });

      it("goes on at its commit, note and all; another group knows nothing of it", async () => {
        const topic = await topicOf();
        await streams.append(topic, 0, numbered(0, 6));
        const member = createMember(streams, "commits", topic);
        await member.holds(0);
        const cursor = member.cursors.get(0)!;
        expect(cursor.committed).toBeUndefined();
        const fetched = await cursor.fetch({ maxRecords: 4, waitMs: WAIT_MS });
        expect(fetched.map(({ offset }) => offset)).toEqual([0, 1, 2, 3]);
        const note = `1;a=0:3;p=${"0:3,".repeat(700)}`;
        await cursor.commit({ offset: 4, metadata: note });
        expect(await streams.lag("commits", topic)).toEqual(new Map([[0, 2]]));
        expect((await streams.committed("commits", topic)).get(0)).toEqual({ offset: 4, metadata: note });
        expect((await streams.committed("others", topic)).get(0)).toBeUndefined();
        expect(await streams.lag("others", topic)).toEqual(new Map([[0, 6]]));
        await member.consumer.stop();
        const next = createMember(streams, "commits", topic);
        await next.holds(0);
        expect(next.cursors.get(0)!.committed).toEqual({ offset: 4, metadata: note });
        const rest = await readTo(next.cursors.get(0)!, 6);
        expect(rest.map(({ offset }) => offset)).toEqual([4, 5]);
        await next.consumer.stop();
      });

      it("may be set back by hand while it is stopped", async () => {
        const topic = await topicOf();
        await streams.append(topic, 0, numbered(0, 5));
        await streams.rewind("repair", topic, 0, { offset: 5, metadata: "new" });
        await streams.rewind("repair", topic, 0, { offset: 2, metadata: "old" });
        const member = createMember(streams, "repair", topic);
        await member.holds(0);
        expect(member.cursors.get(0)!.committed).toEqual({ offset: 2, metadata: "old" });
        expect((await readTo(member.cursors.get(0)!, 5))[0]?.offset).toBe(2);
        await member.consumer.stop();
      });

      it("starts at the first record that is kept where it never committed", async () => {
        const topic = await topicOf();
        await streams.append(topic, 0, numbered(0, 5));
        await streams.truncate(topic, 0, 3);
        expect(await streams.lag("late", topic)).toEqual(new Map([[0, 2]]));
        const member = createMember(streams, "late", topic);
        await member.holds(0);
        expect((await readTo(member.cursors.get(0)!, 5)).map(({ offset }) => offset)).toEqual([3, 4]);
        await member.consumer.stop();
      });

      it("seeks without a commit", async () => {
        const topic = await topicOf();
        await streams.append(topic, 0, numbered(0, 5));
        const member = createMember(streams, "seeks", topic);
        await member.holds(0);
        const cursor = member.cursors.get(0)!;
        await readTo(cursor, 5);
        cursor.seek(1);
        expect((await cursor.fetch({ maxRecords: 1, waitMs: WAIT_MS }))[0]?.offset).toBe(1);
        expect((await streams.committed("seeks", topic)).get(0)).toBeUndefined();
        await member.consumer.stop();
      });

      it("wakes a cursor that waits: with a record, or with none when it is revoked", async () => {
        const topic = await topicOf();
        const member = createMember(streams, "wakes", topic);
        await member.holds(0);
        const cursor = member.cursors.get(0)!;
        const awaited = cursor.fetch({ ...ALL, waitMs: WAIT_MS });
        await streams.append(topic, 0, [record("awaited")]);
        expect((await awaited).map(({ value }) => text(value))).toEqual(["awaited"]);
        const none = cursor.fetch({ ...ALL, waitMs: 10 * WAIT_MS });
        await member.consumer.stop();
        expect(await none).toEqual([]);
        expect(cursor.revoked.aborted).toBe(true);
        expect(await cursor.fetch({ ...ALL, waitMs: 10 * WAIT_MS })).toEqual([]);
      });

      it("refuses the commit of a member that has lost the partition", async () => {
        const topic = await topicOf();
        await streams.append(topic, 0, numbered(0, 5));
        const first = createMember(streams, "fence", topic);
        await first.holds(0);
        const stale = first.cursors.get(0)!;
        await stale.commit({ offset: 1, metadata: "mine" });
        await first.consumer.stop();
        const second = createMember(streams, "fence", topic);
        await second.holds(0);
        await second.cursors.get(0)!.commit({ offset: 3, metadata: "theirs" });
        await expect(stale.commit({ offset: 2, metadata: "late" })).rejects.toBeInstanceOf(Revoked);
        expect((await streams.committed("fence", topic)).get(0)).toEqual({ offset: 3, metadata: "theirs" });
        await second.consumer.stop();
      });

      it("refuses a member that was given up for dead and doesn't know it", async ({ skip }) => {
        if (!peer.expel) return skip("this adapter can't bring it about");
        const topic = await topicOf(2);
        await streams.append(topic, 0, numbered(0, 5));
        const zombie = createMember(streams, "expel", topic);
        await zombie.holds(0, 1);
        const stale = zombie.cursors.get(0)!;
        const heir = createMember(streams, "expel", topic);
        await eachHolds(1, [zombie, heir]);
        peer.expel(zombie.consumer);
        await heir.holds(0, 1);
        const [lost] = zombie.cursors.values();
        await expect(lost!.commit({ offset: 2, metadata: "" })).rejects.toBeInstanceOf(Revoked);
        expect(lost!.revoked.aborted, "it has not been told").toBe(false);
        await expect(stale.commit({ offset: 2, metadata: "" })).rejects.toBeInstanceOf(Revoked);
        await heir.cursors.get(0)!.commit({ offset: 1, metadata: "" });
        await zombie.consumer.stop();
        await heir.holds(0, 1);
        await heir.consumer.stop();
      });

      it("tells what a run throws, but not that it was revoked", async () => {
        const topic = await topicOf();
        const failed = createDeferred<unknown>();
        const consumer = streams.consumer({ group: "throws", topic });
        await consumer.start(async () => {
          throw new Error("broken");
        }, failed.resolve);
        expect(await failed.promise).toMatchObject({ message: "broken" });
        await consumer.stop();
        const told: unknown[] = [];
        const quiet = streams.consumer({ group: "quiet", topic });
        const ran = createDeferred();
        await quiet.start(
          async () => {
            ran.resolve();
            throw new Revoked(topic, 0);
          },
          (error) => told.push(error),
        );
        await ran.promise;
        await quiet.stop();
        expect(told).toEqual([]);
      });

      it("does not leave before its run has ended", async () => {
        const topic = await topicOf();
        const running = createDeferred();
        const finish = createDeferred();
        const order: string[] = [];
        const consumer = streams.consumer({ group: "drains", topic });
        await consumer.start(
          async (cursor) => {
            running.resolve();
            await new Promise((resolve) => cursor.revoked.addEventListener("abort", resolve));
            await finish.promise;
            // It still owns the partition: what it finished may be committed.
            await cursor.commit({ offset: 7, metadata: "" });
            order.push("run");
          },
          () => order.push("failed"),
        );
        await running.promise;
        const stopped = consumer.stop().then(() => order.push("stopped"));
        finish.resolve();
        await stopped;
        expect(order).toEqual(["run", "stopped"]);
        expect((await streams.committed("drains", topic)).get(0)?.offset).toBe(7);
      });
    });

    it("finds all again after it was closed and opened", async ({ skip }) => {
      if (!peer.reopen) return skip("this adapter is not durable");
      const topic = await topicOf(2, { retention: { ms: 5, bytes: 6 } });
      await streams.append(topic, 0, numbered(0, 10));
      await streams.append(topic, 1, [record("b", { headers: { h: "1" } })]);
      await streams.truncate(topic, 0, 4);
      await streams.truncate(topic, 1, 1);
      await streams.rewind("again", topic, 0, { offset: 7, metadata: "note" });
      streams = await peer.reopen();
      expect(await streams.partitions(topic)).toBe(2);
      expect(await streams.bounds(topic, 0)).toEqual({ start: 4, end: 10 });
      expect(await streams.bounds(topic, 1)).toEqual({ start: 1, end: 1 });
      expect(await values(topic)).toEqual(["4", "5", "6", "7", "8", "9"]);
      expect((await streams.committed("again", topic)).get(0)).toEqual({ offset: 7, metadata: "note" });
      await streams.append(topic, 1, [record("c")]);
      expect(await streams.bounds(topic, 1)).toEqual({ start: 1, end: 2 });
    });
  });
}
