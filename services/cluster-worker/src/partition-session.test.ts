import { afterEach, expect, it } from "vitest";
import { createSession } from "./partition-session.ts";
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
  return { streams, topics, open: () => createSession(cursor, ports, options, start, () => {}) };
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
