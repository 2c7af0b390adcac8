import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import { beforeAll, expect, test } from "vitest";
import { offsetsOf, parsePlace } from "./place.ts";

const streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => 0 });

/** Partition 0 has a record a second from 10 s on, the first five of which are gone; partition 1 is empty. */
beforeAll(async () => {
  await streams.createTopics([{ name: "t", partitions: 2 }]);
  const record = (n: number) => ({ key: null, value: null, headers: {}, timestampMs: 10_000 + 1_000 * n });
  await streams.append(
    "t",
    0,
    Array.from({ length: 30 }, (_, n) => record(n)),
  );
  await streams.truncate("t", 0, 5);
});

const at = (seconds: number) => new Date(1_000 * seconds).toISOString();

test.each([
  ["start", [5, 0]],
  ["now", [30, 0]],
  ["0", [5, 0]],
  ["17", [17, 0]],
  ["99", [30, 0]],
  ["0:17", [17, 0]],
  ["1:3,0:6", [6, 0]],
  ["1:3", [5, 0]],
  [at(0), [5, 0]],
  [at(15), [5, 0]],
  [at(16), [6, 0]],
  [at(16.001), [7, 0]],
  [at(39), [29, 0]],
  [at(39.5), [30, 0]],
  ["1970-01-01", [5, 0]],
] as const)("%s is %o", async (text, expected) => {
  expect(await offsetsOf(parsePlace(text)!, streams, "t")).toEqual(expected);
});

test("what is no place, and a partition that is not there", async () => {
  for (const text of ["", "yesterday", "-1", "1:", "1:2,", "0:1;1:2", "1e3", "2026-13-01"])
    expect(parsePlace(text), text).toBeUndefined();
  await expect(offsetsOf(parsePlace("2:0")!, streams, "t")).rejects.toMatchObject({ code: "CONFIG_INVALID" });
});
