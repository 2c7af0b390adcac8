import { makeDelta } from "@eddy/clustering/mini-batch";
import { ONLY_REVISION_HEADER } from "@eddy/contracts/chain-headers";
import { encodeEvent } from "@eddy/model/event-codec";
import { afterEach, expect, it } from "vitest";
import { createSession, Restart } from "./partition-session.ts";
import { axes, createPorts, cursorOf, embeddingRecord, options } from "./ports-fixture.ts";

let stop = new AbortController();
afterEach(() => {
  stop.abort();
  stop = new AbortController();
});

async function begin(note?: Map<number, number>) {
  const { ports, streams, topics, replica } = await createPorts();
  await replica.propose(axes);
  const cursor = cursorOf(streams, topics.embeddings, 0, stop.signal);
  const start = { offset: 0, note: note && { applied: note, previous: note } };
  return { ports, streams, topics, replica, open: () => createSession(cursor, ports, options, start, () => {}) };
}

it("does not begin on a model that has not counted what was committed: its log is another's, or was lost", async () => {
  const { open } = await begin(new Map([[0, 17]]));
  expect(open).toThrow(
    expect.objectContaining({
      code: "MODEL_LOG_FOREIGN",
      message: expect.stringMatching(/committed up to 17, .* counted only up to nothing/),
    }),
  );
});

it.each([
  ["RECORD_DAMAGED", { ...embeddingRecord(0, -1), value: Buffer.from("not for you") }],
  ["MODEL_MISMATCH", embeddingRecord(0, -1, [1, 0, 0])],
] as const)("stops at a record that is no embedding of its model, naming its place: %s", async (code, record) => {
  const { open, streams, topics } = await begin();
  await streams.append(topics.embeddings, 0, [record]);
  const session = open();
  await expect(session.step()).rejects.toMatchObject({
    code,
    message: expect.stringContaining(`${topics.embeddings}/0@0`),
  });
  await session.close();
});

it("does not go past a deletion that seems without effect because another worker has counted it", async () => {
  const { ports, open, streams, topics, replica } = await begin();
  const deletion = embeddingRecord(0, -1);
  await streams.append(topics.embeddings, 0, [
    { ...deletion, value: null, headers: { ...deletion.headers, [ONLY_REVISION_HEADER]: "0:9" } },
  ]);
  // The other one's Delta is in the log, and its points are written, before this one's replica has read it.
  const behind = structuredClone(replica.state);
  let isBehind = true;
  const lagging: typeof replica = {
    ...replica,
    get state() {
      return isBehind ? behind : replica.state;
    },
    caughtUp: async (signal) => {
      await replica.caughtUp(signal);
      isBehind = false;
    },
  };
  Object.assign(ports, { replica: lagging });
  ports.store.lookup = async () => {
    const range = { partition: 0, from: -1, done: -1, assignedWith: replica.state.version };
    const delta = makeDelta(range, [{ source: 0, documentId: "d0", vector: null }], () => 0, new Map());
    const event = { ...delta, worker: "other", sequence: 1, atMs: 0, epoch: replica.state.epoch };
    await streams.append(topics.modelLog, 0, [{ key: null, value: encodeEvent(event), headers: {} }]);
    return new Map();
  };
  const session = open();
  await expect(session.step()).rejects.toThrow(Restart);
  await session.close();
});
