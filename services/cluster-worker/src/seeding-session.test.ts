import { isSeeded } from "@eddy/clustering/state";
import { afterEach, expect, it } from "vitest";
import { createPorts, cursorOf, embeddingRecord, options } from "./ports-fixture.ts";
import { sampleForSeed } from "./seeding-session.ts";

let stop = new AbortController();
afterEach(() => {
  stop.abort();
  stop = new AbortController();
});

type Setup = Awaited<ReturnType<typeof createPorts>>;

function start({ ports, streams, topics, clock }: Setup, partition = 0) {
  const cursor = cursorOf(streams, topics.embeddings, partition, stop.signal);
  // A fetch waits in the clock's time, and gives others their turn.
  const { fetch } = cursor;
  const waiting = {
    ...cursor,
    fetch: async (options: Parameters<typeof fetch>[0]) => {
      const records = await fetch(options);
      if (records.length === 0) await clock.sleep(options.waitMs, stop.signal).catch(() => {});
      return records;
    },
  };
  return sampleForSeed(waiting, ports, options, undefined);
}

const publish = ({ streams, topics }: Setup, sources: readonly (readonly [number, number])[], partition = 0) =>
  streams.append(
    topics.embeddings,
    partition,
    sources.map(([source, previous]) => embeddingRecord(source, previous, [source, 1], partition)),
  );

const ranges = ({ replica }: Setup) => replica.state.sampled.map(({ partition, from, to }) => [partition, from, to]);

it("seeds from the first documents once there are enough, and commits nothing", async () => {
  const setup = await createPorts();
  await publish(
    setup,
    [0, 1, 2, 3, 4, 5, 6, 7].map((n) => [n, n - 1] as const),
  );
  await start(setup);
  expect(isSeeded(setup.replica.state)).toBe(true);
  expect(setup.asked).toMatchObject([{ k: 2, sample: { count: 6, dimensions: 2 } }]);
  expect([...setup.asked[0]!.sample.values]).toEqual([0, 1, 1, 1, 2, 1, 3, 1, 4, 1, 5, 1]);
});

it("waits while documents are on their way, and seeds with what there is once nothing comes", async () => {
  const setup = await createPorts();
  let upstream = 1;
  Object.assign(setup.ports, { upstream: async () => upstream });
  await publish(setup, [
    [0, -1],
    [1, 0],
  ]);
  const session = start(setup);
  await setup.clock.advance(10_000);
  expect(setup.asked).toEqual([]);
  upstream = 0;
  await setup.clock.advance(1_500);
  expect(setup.asked).toEqual([]);
  await setup.clock.advance(1_500);
  await session;
  expect(setup.asked).toMatchObject([{ sample: { count: 2 } }]);
});

it("goes on after what a session before it has sampled; copies and what ran ahead are no documents", async () => {
  const setup = await createPorts();
  await publish(setup, [
    [0, -1],
    [1, 0],
  ]);
  void start(setup);
  await setup.clock.advance(500);
  expect(ranges(setup)).toEqual([[0, -1, 1]]);
  stop.abort();
  stop = new AbortController();
  await publish(setup, [
    [1, 0],
    [5, 4],
    [3, 1],
  ]);
  void start(setup);
  await setup.clock.advance(500);
  expect(ranges(setup)).toEqual([
    [0, -1, 1],
    [0, 1, 3],
  ]);
  expect(setup.replica.state.refused.size).toBe(0);
});

it("ends where another worker samples the partition too: its range counts, ours does not", async () => {
  const setup = await createPorts();
  await publish(setup, [[0, -1]]);
  const session = start(setup);
  await setup.clock.advance(100);
  const other = { type: "sampled", partition: 0, from: 0, to: 4, count: 1, vectors: Float32Array.of(1, 0) } as const;
  await setup.replica.propose(other, 0);
  await publish(setup, [[6, 0]]);
  await setup.clock.advance(1_000);
  await session;
  expect(ranges(setup)).toEqual([
    [0, -1, 0],
    [0, 0, 4],
  ]);
});

it("leaves the seeding to the owner of partition 0 for a while", async () => {
  const setup = await createPorts(2);
  await publish(
    setup,
    [0, 1, 2, 3, 4, 5].map((n) => [n, n - 1] as const),
    1,
  );
  const session = start(setup, 1);
  await setup.clock.advance(9_000);
  expect(setup.asked).toEqual([]);
  await setup.clock.advance(3_000);
  await session;
  expect(setup.asked).toHaveLength(1);
});
