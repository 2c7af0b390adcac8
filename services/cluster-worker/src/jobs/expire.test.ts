import { topicSpecs, topicsOf } from "@eddy/contracts/topics";
import { createFakeClock } from "@eddy/runtime/fake-clock";
import type { Logger } from "@eddy/runtime/logger";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import { partitionOf } from "@eddy/streams/murmur2";
import { headerText } from "@eddy/streams/port";
import type { StoredPoint, VectorStore } from "@eddy/vectors/port";
import { beforeEach, expect, test } from "vitest";
import { createExpiry } from "./expire.ts";

const topics = topicsOf("test");
const HOUR = 3_600_000;
/** Any time. */
const START = Date.parse("2026-01-02T00:00:00Z");
const logger: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => logger };

let streams: EmbeddedStreams;
let points: Map<string, StoredPoint>;
let read: number[];
const clock = createFakeClock(START);

const store = {
  page: async ({ where, limit }) => ({
    points: [...points.values()]
      .filter(({ payload }) => !payload.deleted && payload.received_at < where!.receivedBefore!)
      .slice(0, limit),
  }),
  lookup: async (ids) => new Map(ids.flatMap((id) => (points.has(id) ? [[id, points.get(id)!]] : []))),
} as Pick<VectorStore, "page" | "lookup"> as VectorStore;

beforeEach(async () => {
  streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => 0 });
  await streams.createTopics(topicSpecs(topics, { partitions: 1, documentPartitions: 3 }));
  points = new Map();
  read = [0, 0, 0];
});

const point = (id: string, revision: string, receivedMs: number, more: object = {}) =>
  void points.set(id, {
    payload: { document_id: id, revision, received_at: new Date(receivedMs).toISOString(), ...more },
  } as StoredPoint);

/** What was published since the last time it was asked: `id revision`, in the order of ids. */
async function published(): Promise<string[]> {
  const found: string[] = [];
  for (let partition = 0; partition < 3; partition++) {
    const { end } = await streams.bounds(topics.documents, partition);
    const reader = streams.reader(topics.documents, partition, read[partition]!);
    const records = await reader.fetch({ maxRecords: 10_000, waitMs: 0 });
    read[partition] = end;
    for (const { key, value, headers } of records) {
      expect([value, partitionOf(key!, 3)]).toEqual([null, partition]);
      found.push(`${Buffer.from(key!)} ${headerText(headers, "eddy-only-revision")}`);
    }
  }
  return found.sort();
}

const expiry = () => createExpiry({ store, streams, topics, clock, logger }, HOUR);
const now = () => clock.now();

test("what is older than the retention is deleted, in the revision that was found; the rest stays", async () => {
  const expire = expiry();
  point("old", "0:1", now() - HOUR - 1);
  point("young", "0:2", now() - HOUR);
  point("gone", "deleted@3", now() - 2 * HOUR, { deleted: true });
  await expire();
  expect(await published()).toEqual(["old 0:1"]);
  await expire();
  expect(await published(), "it is under way").toEqual([]);
  point("old", "deleted@4", now(), { deleted: true });
  await clock.advance(1);
  await expire();
  expect(await published(), "young is due by now").toEqual(["young 0:2"]);
});

test("what is under way is bounded, and a newer version ends the wait as well", async () => {
  const expire = expiry();
  for (let n = 0; n < 600; n++) point(`d${n}`, `0:${n}`, now() - 2 * HOUR);
  const sizes: number[] = [];
  for (let round = 0; round < 5; round++) {
    await expire();
    const sent = await published();
    sizes.push(sent.length);
    for (const line of sent) {
      const id = line.split(" ")[0]!;
      if (round % 2 === 0) point(id, "0:9999", now());
      else points.delete(id);
    }
  }
  expect(sizes).toEqual([256, 256, 88, 0, 0]);
});

test("what had no effect for ten minutes is sent again where it is still due", async () => {
  const expire = expiry();
  point("lost", "0:1", now() - 2 * HOUR);
  point("edited", "0:2", now() - 2 * HOUR);
  await expire();
  expect(await published()).toEqual(["edited 0:2", "lost 0:1"]);
  point("edited", "0:3", now());
  await clock.advance(599_999);
  await expire();
  expect(await published()).toEqual([]);
  await clock.advance(1);
  await expire();
  expect(await published()).toEqual(["lost 0:1"]);
});

test("between times the store is asked once a minute, and never without a retention", async () => {
  const expire = expiry();
  await expire();
  point("old", "0:1", now() - 2 * HOUR);
  await clock.advance(59_999);
  await expire();
  expect(await published()).toEqual([]);
  await clock.advance(1);
  await expire();
  expect(await published()).toEqual(["old 0:1"]);
  point("older", "0:5", now() - 1e11);
  await clock.advance(HOUR);
  await createExpiry({ store, streams, topics, clock, logger }, 0)();
  expect(await published()).toEqual([]);
});
