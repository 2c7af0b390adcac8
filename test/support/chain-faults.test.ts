import { topicSpecs, topicsOf } from "@eddy/contracts/topics";
import { ChainStamper } from "@eddy/streams/chain";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import { expect, it } from "vitest";
import { chainFaults } from "./chain-faults.ts";

const topics = topicsOf("ledger");
const limits = { maxBytes: 1_000, dimensions: 2 };

/** Three documents, and what workers made of them; each list names the offsets that a topic has, in its order. */
async function faultsOf(made: {
  readonly texts: readonly number[];
  readonly embeddings: readonly number[];
  readonly assignments?: readonly number[];
  readonly versions?: readonly number[];
}) {
  const streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => 0 });
  await streams.createTopics(topicSpecs(topics, { documentPartitions: 1, partitions: 1 }));
  const record = (headers: object, value = '{"text":"x"}') => ({
    key: Buffer.from("d"),
    value: Buffer.from(value),
    headers: { ...headers },
  });
  await streams.append(topics.documents, 0, [record({}), record({}), record({})]);
  // As a worker stamps them: what is left out of the list was stamped too, and lost.
  const stamped = (offsets: readonly number[]) => {
    const stamper = new ChainStamper(0);
    const stamps = [0, 1, 2].map((offset) => stamper.stamp(0, offset));
    return offsets.map((offset) => stamps[offset]!);
  };
  await streams.append(
    topics.texts,
    0,
    stamped(made.texts).map((stamp) => record(stamp)),
  );
  await streams.append(
    topics.embeddings,
    0,
    stamped(made.embeddings).map((stamp) => record(stamp)),
  );
  const { assignments = made.embeddings, versions = assignments } = made;
  await streams.append(
    topics.assignments,
    0,
    stamped(assignments).map((stamp, index) => record(stamp, JSON.stringify({ version: versions[index] }))),
  );
  return chainFaults({ streams, topics, limits });
}

it("finds nothing where each comes once, or twice in the same order", async () => {
  expect((await faultsOf({ texts: [0, 1, 2], embeddings: [0, 1, 2] })).faults).toEqual([]);
  const twice = await faultsOf({ texts: [0, 1, 2], embeddings: [0, 1, 0, 1, 2] });
  expect(twice.faults).toEqual([]);
  expect(twice.skipped).toEqual({ texts: 0, embeddings: 2, assignments: 2 });
});

it.each([
  ["a document that never becomes a text", { texts: [0, 2], embeddings: [0] }, /texts.*never come, first 0:1/],
  ["the first one lost", { texts: [1, 2], embeddings: [0, 1] }, /is the first of origin 0, but follows 0/],
  [
    "a text that never becomes an embedding",
    { texts: [0, 1, 2], embeddings: [0, 1] },
    /embeddings.*1 never come, first 0:2/,
  ],
  ["an embedding of nothing", { texts: [0, 1], embeddings: [0, 1, 2] }, /should not be there, first 0:2/],
  [
    "an assignment that is missing",
    { texts: [0, 1, 2], embeddings: [0, 1, 2], assignments: [0, 1] },
    /ends with 1, not 2/,
  ],
  ["versions that fall", { texts: [0, 1, 2], embeddings: [0, 1, 2], versions: [3, 5, 4] }, /version 4 after 5/],
] as const)("finds %s", async (_, made, fault) => {
  expect((await faultsOf(made)).faults.join("\n")).toMatch(fault);
});
