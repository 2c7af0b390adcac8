import { createFakeClock } from "@eddy/runtime/fake-clock";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import { expect, test } from "vitest";
import { searchBack } from "./search-back.ts";

const topic = "texts";
const key = Buffer.from("a");

async function logOf(records: number): Promise<EmbeddedStreams> {
  const streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => 0 });
  await streams.createTopics([{ name: topic, partitions: 1 }]);
  await streams.append(
    topic,
    0,
    Array.from({ length: records }, (_, n) => ({ key, value: Buffer.from(`${n}`), headers: {}, timestampMs: n })),
  );
  return streams;
}

const place = { topic, partition: 0, key };

test("no further back than so many records", async () => {
  const streams = await logOf(12_000);
  const bounds = { mostRecords: 7_000, mostMs: 1_000, clock: createFakeClock() };
  const { records, whole, fromMs } = await searchBack(streams, place, bounds);
  expect([records.length, whole, fromMs, records[0]!.offset, records.at(-1)!.offset]).toEqual([
    7_000,
    false,
    5_000,
    11_999,
    5_000,
  ]);
});

test("no longer than so long; a stretch that was not read to its end is left out, so that there is no hole", async () => {
  const streams = await logOf(10_000);
  const clock = createFakeClock(0);
  const { reader } = streams;
  let fetches = 0;
  streams.reader = (...place) => {
    const made = reader.apply(streams, place);
    const { fetch } = made;
    made.fetch = async (options) => {
      fetches += 1;
      // The second stretch: late after its first fetch.
      if (fetches === 4) await clock.advance(1_000);
      return fetch.call(made, options);
    };
    return made;
  };
  const { records, whole, fromMs } = await searchBack(streams, place, { mostRecords: 100_000, mostMs: 1_000, clock });
  expect([records.length, whole, fromMs]).toEqual([5_000, false, 5_000]);
});

test("an empty partition is searched whole", async () => {
  const found = await searchBack(await logOf(0), place, { mostRecords: 10, mostMs: 10, clock: createFakeClock() });
  expect(found).toEqual({ records: [], whole: true, fromMs: undefined });
});
