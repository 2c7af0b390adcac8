import { RetryableError } from "@eddy/contracts/errors";
import { createFakeClock } from "@eddy/runtime/fake-clock";
import { createMetrics } from "@eddy/runtime/metrics";
import { afterEach, describe, expect, it } from "vitest";
import { EmbeddedStreams } from "./embedded/embedded-streams.ts";
import { createMemoryStorage } from "./embedded/memory-storage.ts";
import { createLagWatch, LAG_EVERY_MS, type LagWatch } from "./lag-watch.ts";
import type { Streams } from "./port.ts";

const START = 1_000_000;
let watch: LagWatch | undefined;
afterEach(() => watch?.stop());

async function createSetup(held: readonly number[] = [0, 1]) {
  const clock = createFakeClock(START);
  const streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => clock.now() });
  await streams.createTopics([{ name: "t", partitions: 3 }]);
  const asked: number[] = [];
  const down = { value: false };
  const watched: Streams = Object.assign(Object.create(streams) as Streams, {
    lag: async (group: string, topic: string) => {
      if (down.value) throw new RetryableError("STREAM_UNAVAILABLE", "away");
      return streams.lag(group, topic);
    },
    committed: (group: string, topic: string) => streams.committed(group, topic),
    bounds: (topic: string, partition: number) => streams.bounds(topic, partition),
    timestamp: (topic: string, partition: number, offset: number) => {
      asked.push(partition);
      return streams.timestamp(topic, partition, offset);
    },
  });
  const metrics = createMetrics({ processMetrics: false });
  const assigned = { value: held };
  watch = createLagWatch({
    streams: watched,
    group: "g",
    topic: "t",
    assigned: () => assigned.value,
    clock,
    metrics,
  });
  const gauges = async () => {
    const text = await metrics.text();
    const read = (name: string) => Number(new RegExp(`^${name}\\{.*\\} (.*)$`, "m").exec(text)?.[1]);
    return { records: read("eddy_consumer_lag_records"), seconds: read("eddy_consumer_lag_seconds") };
  };
  const append = (partition: number, count: number) =>
    streams.append(
      "t",
      partition,
      Array.from({ length: count }, () => ({ key: null, value: null, headers: {} })),
    );
  const commit = (partition: number, offset: number) => streams.rewind("g", "t", partition, { offset, metadata: "" });
  return { clock, gauges, append, commit, asked, down, assigned };
}

describe("the lag of a member", () => {
  it("is the records that its partitions have to read, and the age of the oldest", async () => {
    const { clock, gauges, append, commit } = await createSetup();
    watch!.start();
    await clock.advance(0);
    expect(await gauges()).toEqual({ records: 0, seconds: 0 });
    await append(0, 3);
    // Another member's.
    await append(2, 50);
    await clock.advance(LAG_EVERY_MS);
    await append(1, 4);
    await clock.advance(LAG_EVERY_MS);
    expect(await gauges()).toEqual({ records: 7, seconds: 10 });
    await commit(0, 3);
    await clock.advance(LAG_EVERY_MS);
    expect(await gauges()).toEqual({ records: 4, seconds: 10 });
    await commit(1, 4);
    await clock.advance(LAG_EVERY_MS);
    expect(await gauges()).toEqual({ records: 0, seconds: 0 });
  });

  it("asks for the time of a record once, while the commit stands", async () => {
    const { clock, gauges, append, asked } = await createSetup();
    await append(0, 3);
    watch!.start();
    await clock.advance(4 * LAG_EVERY_MS);
    expect(await gauges()).toEqual({ records: 3, seconds: 20 });
    expect(asked).toEqual([0]);
  });

  it("is none where it holds no partition, whatever there is", async () => {
    const { clock, gauges, append, assigned } = await createSetup();
    await append(0, 3);
    watch!.start();
    await clock.advance(0);
    expect(await gauges()).toMatchObject({ records: 3 });
    assigned.value = [];
    await clock.advance(LAG_EVERY_MS);
    expect(await gauges()).toEqual({ records: 0, seconds: 0 });
  });

  it("goes on after an outage", async () => {
    const { clock, gauges, append, down } = await createSetup();
    await append(0, 3);
    watch!.start();
    await clock.advance(0);
    down.value = true;
    await append(0, 2);
    await clock.advance(2 * LAG_EVERY_MS);
    expect(await gauges()).toEqual({ records: 3, seconds: 0 });
    down.value = false;
    await clock.advance(LAG_EVERY_MS);
    expect(await gauges()).toEqual({ records: 5, seconds: 15 });
  });
});
