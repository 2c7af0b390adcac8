import { FatalError, RetryableError } from "@eddy/contracts/errors";
import { createDeferred } from "@eddy/runtime/deferred";
import { createFakeClock } from "@eddy/runtime/fake-clock";
import { afterEach, describe, expect, it } from "vitest";
import { chainLink, formatNote, parseNote } from "./chain.ts";
import { deadLetterNote } from "./dead-letter.ts";
import type { EmbeddedConsumer } from "./embedded/embedded-consumer.ts";
import { EmbeddedStreams } from "./embedded/embedded-streams.ts";
import { createMemoryStorage } from "./embedded/memory-storage.ts";
import { type Cursor, type LogRecord, Revoked, type Streams } from "./port.ts";
import { deadLetter, drop, ok, type Stage } from "./stage.ts";
import { replaced } from "./streams-fixture.ts";
import { createTurns } from "./turns.ts";
import { createWorker, type Worker } from "./worker.ts";
import { silentObserver } from "./worker-observer.ts";

const workers: Worker[] = [];
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop();
});

const text = (bytes: Uint8Array | null) => String(bytes && Buffer.from(bytes));
const record = (value: string, headers: LogRecord["headers"] = {}): LogRecord => ({
  key: null,
  value: Buffer.from(value),
  headers,
});
/** Upper case; "bad…" is refused, "skip…" dropped. */
const shout: Stage<string> = async (batch) =>
  batch.map(({ record: { value } }) => {
    const word = text(value);
    if (word.startsWith("bad")) return deadLetter({ code: "NO_TEXT", message: word });
    return word.startsWith("skip") ? drop("asked for") : ok(word.toUpperCase());
  });

async function createSetup({ partitions = 1, wrap = (streams: Streams) => streams } = {}) {
  const inner = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => 0 });
  await inner.createTopics([
    { name: "in", partitions },
    { name: "in.dlq", partitions },
    { name: "out", partitions: 2 },
  ]);
  const steps: string[] = [];
  const logged = replaced(inner, {
    append: async (topic, partition, records) => {
      steps.push(`${topic}/${partition} ${records.map(({ value }) => text(value)).join(" ")}`);
      await inner.append(topic, partition, records);
    },
  });
  const clock = createFakeClock();
  const failures: unknown[] = [];
  const committed = { value: 0, wake: () => {} };
  const said = { anew: [] as string[], suspected: [] as number[], gaps: [] as string[] };
  async function start(stage: Stage<string>, { chained = false, maxRecords = 4, depth = 2, group = "g" } = {}) {
    const worker = createWorker<string>({
      name: "shouter",
      group,
      streams: wrap(logged),
      input: "in",
      output: "out",
      chained,
      stage,
      encode: (word) => ({ key: Buffer.from(word), value: Buffer.from(word), partition: word.endsWith("1") ? 1 : 0 }),
      reader: { group: "reader", lagLimit: 1e9 },
      maxRecords,
      depth,
      clock,
      alone: createTurns(),
      random: () => 1,
      observer: {
        ...silentObserver,
        startedAnew: (message) => said.anew.push(message),
        suspected: (records, condemned) => said.suspected.push(condemned ? -records : records),
        gap: ({ origin, applied, previous }, change) => said.gaps.push(`${change} ${origin}: ${applied}..${previous}`),
        committed(_, offset) {
          steps.push(`commit ${offset}`);
          committed.value = Math.max(committed.value, offset);
          committed.wake();
        },
      },
    });
    workers.push(worker);
    await worker.start((error) => {
      failures.push(error);
      committed.wake();
    });
    return worker;
  }
  /** Resolves once the input is committed up to `offset`; rejects where the worker failed. */
  async function done(offset: number) {
    while (committed.value < offset) {
      if (failures.length > 0) throw failures[0];
      await new Promise<void>((resolve) => {
        committed.wake = resolve;
      });
    }
  }
  const all = async (topic: string, partition = 0) => {
    const { end } = await inner.bounds(topic, partition);
    return end === 0 ? [] : inner.reader(topic, partition, 0).fetch({ maxRecords: end, waitMs: 0 });
  };
  return { streams: inner, start, done, steps, failures, clock, all, said };
}

describe("a worker", () => {
  it("emits in order, sends dead letters before their successors, commits after both", async () => {
    const { streams, start, done, steps, all } = await createSetup();
    const words = ["a0", "bad1", "b1", "skip", "c0", "d0", "bad2", "e1"];
    await streams.append(
      "in",
      0,
      words.map((word) => record(word)),
    );
    await start(shout);
    await done(8);
    expect(steps).toEqual([
      "in.dlq/0 bad1",
      "out/0 A0",
      "out/1 B1",
      "commit 4",
      "in.dlq/0 bad2",
      "out/0 C0 D0",
      "out/1 E1",
      "commit 8",
    ]);
    expect((await all("out", 0)).map(({ headers }) => chainLink(headers))).toEqual([
      { origin: 0, source: 0, previous: -1 },
      { origin: 0, source: 4, previous: 0 },
      { origin: 0, source: 5, previous: 4 },
    ]);
    expect((await all("out", 1)).map(({ headers }) => chainLink(headers))).toEqual([
      { origin: 0, source: 2, previous: -1 },
      { origin: 0, source: 7, previous: 2 },
    ]);
    const note = parseNote((await streams.committed("g", "in")).get(0)!.metadata);
    expect(note).toEqual({
      applied: new Map(),
      previous: new Map([
        [0, 5],
        [1, 7],
      ]),
    });
    expect(deadLetterNote((await all("in.dlq"))[1]!.headers)).toMatchObject({
      offset: 6,
      stage: "shouter",
      code: "NO_TEXT",
    });
  });

  it("emits in the order of the input though stages end in any order", async () => {
    const { streams, start, done, all } = await createSetup();
    await streams.append(
      "in",
      0,
      ["a", "b"].map((word) => record(word)),
    );
    const first = createDeferred();
    const second = createDeferred();
    await start(
      async (batch, context) => {
        if (text(batch[0]!.record.value) === "a") {
          await first.promise;
        } else second.resolve();
        return shout(batch, context);
      },
      { maxRecords: 1 },
    );
    await second.promise;
    expect(await all("out")).toEqual([]);
    first.resolve();
    await done(2);
    expect((await all("out")).map(({ value }) => text(value))).toEqual(["A", "B"]);
  });

  it("goes on with the chain where its commit left it", async () => {
    const { streams, start, done, all } = await createSetup();
    const link = (source: number, previous: number) => ({
      "eddy-origin": "7",
      "eddy-source": String(source),
      "eddy-previous": String(previous),
      ce_id: `ce${source}`,
      other: "stays behind",
    });
    await streams.append("in", 0, [
      record("old", link(3, 2)),
      record("again", link(3, 2)),
      record("ahead", link(9, 8)),
      record("next", link(5, 3)),
    ]);
    const metadata = formatNote({ applied: new Map([[7, 3]]), previous: new Map([[0, 11]]) });
    await streams.rewind("g", "in", 0, { offset: 1, metadata });
    await start(shout, { chained: true });
    await done(4);
    const out = await all("out");
    expect(out.map(({ value, headers }) => [text(value), chainLink(headers)])).toEqual([
      ["NEXT", { origin: 0, source: 3, previous: 11 }],
    ]);
    expect(Object.keys(out[0]!.headers).sort()).toEqual(["ce_id", "eddy-origin", "eddy-previous", "eddy-source"]);
    expect(parseNote((await streams.committed("g", "in")).get(0)!.metadata)).toEqual({
      applied: new Map([[7, 5]]),
      previous: new Map([[0, 3]]),
    });
  });

  it("stops where a record has no chain", async () => {
    const { streams, start, done } = await createSetup();
    await streams.append("in", 0, [record("foreign")]);
    await start(shout, { chained: true });
    await expect(done(1)).rejects.toMatchObject({ code: "LOG_GAP" });
  });

  it("finds the record that crashes its stage, and lets the others pass", async () => {
    const { streams, start, done, all } = await createSetup();
    const words = ["a", "b", "crash", "c", "d", "e", "f"];
    await streams.append(
      "in",
      0,
      words.map((word) => record(word)),
    );
    let calls = 0;
    await start(
      async (batch, context) => {
        calls += 1;
        if (batch.some((input) => text(input.record.value) === "crash")) throw new TypeError("it crashed");
        return shout(batch, context);
      },
      { maxRecords: 7 },
    );
    await done(7);
    expect((await all("out")).map(({ value }) => text(value))).toEqual(["A", "B", "C", "D", "E", "F"]);
    const [letter] = await all("in.dlq");
    expect(deadLetterNote(letter!.headers)).toMatchObject({ code: "CRASHED", offset: 2 });
    expect(calls, "halves, not one by one").toBeLessThan(8);
  });

  it("stops at a stage that gives another number of outcomes", async () => {
    const { streams, start, done } = await createSetup();
    await streams.append("in", 0, [record("a"), record("b")]);
    await start(async () => [ok("ONE")]);
    await expect(done(2)).rejects.toMatchObject({ code: "INTERNAL" });
  });

  it("tries again what is retryable, with waits, and drops nothing", async () => {
    const { streams, start, done, clock, all } = await createSetup();
    await streams.append("in", 0, [record("a"), record("b")]);
    let failuresLeft = 3;
    const failed = createDeferred();
    await start(async (batch, context) => {
      if (failuresLeft-- > 0) {
        failed.resolve();
        throw new RetryableError("STORE_UNAVAILABLE", "away");
      }
      return shout(batch, context);
    });
    await failed.promise;
    expect(await all("in.dlq")).toEqual([]);
    await clock.advance(100);
    expect(failuresLeft).toBe(1);
    await clock.advance(10_000);
    await done(2);
    expect((await all("out")).map(({ value }) => text(value))).toEqual(["A", "B"]);
  });

  it("tries an append again; a fatal error of the stage stops it at once, and commits nothing", async () => {
    const tries: string[] = [];
    const { streams, start, done, clock } = await createSetup({
      wrap: (inner) =>
        replaced(inner, {
          append: async (topic, partition, records) => {
            tries.push(topic);
            if (tries.length < 3) throw new RetryableError("STREAM_UNAVAILABLE", "no leader");
            await inner.append(topic, partition, records);
          },
        }),
    });
    await streams.append("in", 0, [record("a")]);
    const worker = await start(shout);
    while (tries.length < 3) await clock.advance(1_000);
    await done(1);
    expect(tries).toEqual(["out", "out", "out"]);
    await worker.stop();
    await streams.append("in", 0, [record("b")]);
    const broken = await start(async () => {
      throw new FatalError("MODEL_MISMATCH", "another model");
    });
    await expect(done(2)).rejects.toMatchObject({ code: "MODEL_MISMATCH" });
    await broken.stop();
    expect((await streams.committed("g", "in")).get(0)?.offset).toBe(1);
  });

  it("stops without a fault in the middle of a batch: nothing of it is emitted once it is revoked", async () => {
    const { streams, start, failures, all } = await createSetup();
    await streams.append("in", 0, [record("a")]);
    const entered = createDeferred();
    const worker = await start(async (batch, { signal }) => {
      entered.resolve();
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return shout(batch, { signal });
    });
    await entered.promise;
    await worker.stop();
    expect(await all("out")).toEqual([]);
    // What was announced is taken back.
    expect((await streams.committed("g", "in")).get(0)).toEqual({ offset: 0, metadata: "1;a=;p=" });
    expect(failures).toEqual([]);
  });

  it("that was replaced unknowingly emits what the chain passes over, but can't commit", async () => {
    const { streams, start, done, all, failures } = await createSetup();
    await streams.append("in", 0, [record("a")]);
    const entered = createDeferred();
    const go = createDeferred();
    const ended = createDeferred();
    const zombie = await start(async (batch, context) => {
      entered.resolve();
      await go.promise;
      setImmediate(() => ended.resolve());
      return shout(batch, context);
    });
    await entered.promise;
    streams.expel(zombie.consumer as EmbeddedConsumer);
    await start(shout);
    await done(1);
    await streams.append("in", 0, [record("b")]);
    await done(2);
    go.resolve();
    await ended.promise;
    const links = (await all("out")).map(({ headers }) => chainLink(headers)!.source);
    expect(links.sort()).toEqual([0, 0, 1]);
    expect((await streams.committed("g", "in")).get(0)?.offset).toBe(2);
    expect(failures.filter((error) => !(error instanceof Revoked))).toEqual([]);
  });
});

describe("a record that kills the process", () => {
  /** Lets processes die of what the stage says, and others take over, until the input is committed. */
  async function live(setup: Awaited<ReturnType<typeof createSetup>>, until: number, killer: string, maxRecords = 64) {
    const { streams, start, done } = setup;
    for (let deaths = 0; ; deaths++) {
      const died = createDeferred();
      const worker: Worker = await start(
        async (batch, context) => {
          if (!batch.some((input) => text(input.record.value) === killer)) return shout(batch, context);
          streams.expel(worker.consumer as EmbeddedConsumer);
          died.resolve();
          return new Promise(() => {});
        },
        { maxRecords, depth: 1 },
      );
      const ended = await Promise.race([done(until).then(() => true), died.promise]);
      workers.splice(workers.indexOf(worker), 1);
      if (!ended) continue;
      await worker.stop();
      return deaths;
    }
  }

  it.each([0, 5, 70, 149])("is found across its deaths at %i, and is the only one condemned", async (at) => {
    const setup = await createSetup();
    const words = Array.from({ length: 150 }, (_, n) => (n === at ? "kill" : `w${n}x`));
    await setup.streams.append(
      "in",
      0,
      words.map((word) => record(word)),
    );
    const deaths = await live(setup, 150, "kill");
    expect(deaths).toBeLessThanOrEqual(9);
    const letters = await setup.all("in.dlq");
    expect(letters.map(({ headers }) => deadLetterNote(headers))).toMatchObject([{ code: "CRASHED", offset: at }]);
    const out = (await setup.all("out")).filter(({ headers }, index, list) => {
      const { source } = chainLink(headers)!;
      return list.findIndex((other) => chainLink(other.headers)!.source === source) === index;
    });
    expect(out).toHaveLength(149);
    expect(setup.said.suspected.filter((records) => records < 0)).toEqual([-1]);
    // Past the suspected stretch all is as usual again.
    expect(parseNote((await setup.streams.committed("g", "in")).get(0)!.metadata)?.trial).toEqual(
      at < 64 ? undefined : expect.objectContaining({ attempts: 0 }),
    );
  });

  it("stays unsuspected by stops, errors and retries, however often they come", async () => {
    const { streams, start, clock, all, said } = await createSetup();
    await streams.append("in", 0, [record("a")]);
    for (let round = 0; round < 12; round++) {
      const entered = createDeferred();
      const worker = await start(async (_, { signal }) => {
        entered.resolve();
        if (round % 3 === 0) throw new FatalError("DISK_FULL", "full");
        if (round % 3 === 1) throw new RetryableError("STORE_UNAVAILABLE", "away");
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        return [];
      });
      await entered.promise;
      await clock.advance(10);
      workers.splice(workers.indexOf(worker), 1);
      // A retry that waits is no crash, even where the process is killed then.
      if (round % 3 === 1) streams.expel(worker.consumer as EmbeddedConsumer);
      else await worker.stop();
      expect(parseNote((await streams.committed("g", "in")).get(0)!.metadata)?.trial, `round ${round}`).toBeUndefined();
    }
    expect(said.suspected).toEqual([]);
    expect(await all("in.dlq")).toEqual([]);
  });

  it("commits what was passed over before it first, though that takes long", async () => {
    const order: number[] = [];
    let commits = 0;
    const { streams, start, done } = await createSetup({
      wrap: (inner) =>
        replaced(inner, {
          consumer: (options) => {
            const consumer = inner.consumer(options);
            const slow = (cursor: Cursor): Cursor => ({
              ...cursor,
              commit: async (commit) => {
                const turns = commits++ === 0 ? 50 : 0;
                for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
                await cursor.commit(commit);
                order.push(commit.offset);
              },
            });
            return {
              start: (run, failed) => consumer.start((cursor) => run(slow(cursor)), failed),
              stop: () => consumer.stop(),
              assigned: () => consumer.assigned(),
            };
          },
        }),
    });
    const chained = (value: string, source: number) =>
      record(value, { "eddy-origin": "0", "eddy-source": String(source), "eddy-previous": String(source - 1) });
    await streams.append("in", 0, [chained("copy", 0), chained("new", 1)]);
    const trial = { attempts: 1, size: 1, until: 100 };
    const metadata = formatNote({ applied: new Map([[0, 0]]), previous: new Map([[0, 0]]), trial });
    await streams.rewind("g", "in", 0, { offset: 0, metadata });
    await start(shout, { chained: true });
    await done(2);
    expect(order).toEqual([1, 1, 2]);
    expect((await streams.committed("g", "in")).get(0)?.offset).toBe(2);
  });

  it("runs alone: others under suspicion in the process wait, and take no blame", async () => {
    const { streams, start, done, all } = await createSetup({ partitions: 3 });
    const trial = { attempts: 1, size: 1, until: 100 };
    for (const partition of [0, 1, 2]) {
      await streams.append("in", partition, [record("a")]);
      const metadata = formatNote({ applied: new Map(), previous: new Map(), trial });
      await streams.rewind("g", "in", partition, { offset: 0, metadata });
    }
    let running = 0;
    let most = 0;
    await start(async (batch, context) => {
      most = Math.max(most, ++running);
      const trials = [...(await streams.committed("g", "in")).values()].map(
        ({ metadata }) => parseNote(metadata)?.trial?.attempts ?? 0,
      );
      expect(trials.filter((attempts) => attempts === 2)).toHaveLength(1);
      running -= 1;
      return shout(batch, context);
    });
    await done(1);
    for (;;) {
      const commits = [...(await streams.committed("g", "in")).values()];
      if (commits.every(({ offset }) => offset === 1)) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(most).toBe(1);
    expect(await all("out")).toHaveLength(3);
  });
});

describe("the start of a session", () => {
  const setNote = (previous: [number, number][] = []) =>
    formatNote({ applied: new Map(), previous: new Map(previous) });

  it("refuses a commit outside of what is kept, naming both and what to do", async () => {
    const { streams, start, done, failures, clock } = await createSetup();
    await streams.append(
      "in",
      0,
      Array.from({ length: 9 }, (_, n) => record(`w${n}`)),
    );
    await streams.truncate("in", 0, 6);
    await streams.rewind("g", "in", 0, { offset: 4, metadata: setNote() });
    await (await start(shout)).stop();
    await expect(done(9)).rejects.toMatchObject({
      code: "LOG_GAP",
      message: expect.stringMatching(/in\/0 starts at 6, but g has read only up to 4.*eddy repair/),
    });
    failures.length = 0;
    await streams.rewind("g", "in", 0, { offset: 12, metadata: setNote() });
    const worker = await start(shout);
    for (let second = 0; second < 5; second++) await clock.advance(1_000);
    await worker.stop();
    await expect(done(9)).rejects.toMatchObject({
      code: "LOG_GAP",
      message: expect.stringMatching(/in\/0 ends at 9, but g has read up to 12.*eddy repair/),
    });
  });

  it("says aloud that a commit has no note, and takes `previous` from what was emitted", async () => {
    const { streams, start, done, all, said } = await createSetup();
    await streams.append(
      "in",
      0,
      ["a0", "b1", "c0", "d0", "e1"].map((word) => record(word)),
    );
    const worker = await start(shout);
    await done(5);
    await worker.stop();
    expect(said.anew).toEqual([]);
    await streams.append("in", 0, [record("f0"), record("g0"), record("h1")]);
    await streams.rewind("g", "in", 0, { offset: 6, metadata: "" });
    await start(shout);
    await done(8);
    expect(said.anew).toEqual([
      expect.stringMatching(/the commit of g at 6 has no note.*between 4 and it was passed over/),
    ]);
    expect(chainLink((await all("out", 0)).at(-1)!.headers)).toEqual({ origin: 0, source: 6, previous: 3 });
    expect(chainLink((await all("out", 1)).at(-1)!.headers)).toEqual({ origin: 0, source: 7, previous: 4 });
  });

  it.each([
    ["is shorter", ["x0", "y0"], /in\/0@2.*ends at 2/],
    ["has other records", ["x0", "y0", "z0", "z1"], /in\/0@2.*another record now/],
  ])("refuses an input that was made anew and %s", async (_, words, expected) => {
    const { streams, start, done } = await createSetup();
    await streams.append("out", 0, [
      { ...record("C0", { "eddy-origin": "0", "eddy-source": "2", "eddy-previous": "1" }), key: Buffer.from("C0") },
    ]);
    await streams.append(
      "in",
      0,
      words.map((word) => record(word)),
    );
    await start(shout);
    await expect(done(9)).rejects.toMatchObject({ code: "LOG_GAP", message: expect.stringMatching(expected) });
  });

  it("reads anew where the offsets expired", async () => {
    const { streams, start, done, all, said } = await createSetup();
    await streams.append(
      "in",
      0,
      ["a0", "b0", "c0"].map((word) => record(word)),
    );
    const worker = await start(shout);
    await done(3);
    await worker.stop();
    // Another group's name stands for a group that the broker has forgotten.
    const again = await start(shout, { group: "g2" });
    while ((await all("out")).length < 6) await new Promise((resolve) => setImmediate(resolve));
    await again.stop();
    expect(said.anew).toEqual([expect.stringMatching(/g2 has no commit any more: it reads anew from 0.*up to 2/)]);
    expect((await all("out")).map(({ headers }) => chainLink(headers)!.source)).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it("tells of a gap that stands, over a restart, and of its end", async () => {
    const { streams, start, done, clock, said } = await createSetup();
    const link = (source: number, previous: number) => ({
      "eddy-origin": "7",
      "eddy-source": String(source),
      "eddy-previous": String(previous),
    });
    await streams.append("in", 0, [record("a", link(1, -1)), record("c", link(3, 2))]);
    const first = await start(shout, { chained: true });
    await done(2);
    await first.stop();
    expect(said.gaps).toEqual([]);
    await start(shout, { chained: true });
    const turned = async () => {
      await streams.append("in", 0, [record("again", link(1, -1))]);
      await done((await streams.bounds("in", 0)).end);
    };
    await turned();
    await clock.advance(60_000);
    await turned();
    await turned();
    expect(said.gaps).toEqual(["open 7: 1..2"]);
    await streams.append("in", 0, [record("b", link(2, 1))]);
    await done((await streams.bounds("in", 0)).end);
    expect(said.gaps).toEqual(["open 7: 1..2", "healed 7: 2..2"]);
  });
});
