import type { DeadLetter } from "@eddy/contracts/api/dead-letter";
import type { StoredRecord } from "@eddy/streams/port";
import { beforeEach, describe, expect, test } from "vitest";
import {
  clock,
  documentLetters,
  fill,
  get,
  letter,
  post,
  START,
  store,
  streams,
  topics,
  useConsole,
  write,
} from "./console-fixture.ts";

useConsole();

describe("dead letters", () => {
  beforeEach(fill);

  test("newest first, each once, with where they came from", async () => {
    await letter({ value: "{ broken", key: "k1", code: "INVALID_JSON", offset: 3 });
    await clock.advance(10);
    await letter({ value: `{"id":"own","text":"${"é".repeat(2_000)}"}`, code: "TOO_LARGE", partition: 1, offset: 9 });
    await letter({ value: "{ broken", key: "k1", code: "INVALID_JSON", offset: 3, atMs: START });
    const { body } = await get("/v1/dead-letters");
    const [first, second, ...others] = body<DeadLetter[]>();
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      topic: topics.documents,
      partition: 1,
      offset: 9,
      code: "TOO_LARGE",
      key: null,
      document_id: "own",
      dead_letter: { topic: documentLetters, partition: 1, offset: 0 },
    });
    expect(first!.preview.length).toBeLessThanOrEqual(200);
    expect(second).toMatchObject({
      partition: 0,
      offset: 3,
      stage: "ingest",
      code: "INVALID_JSON",
      key: "k1",
      preview: "{ broken",
      at: "2026-11-22T10:00:00.000Z",
      replayed: false,
      dead_letter: { offset: 1 },
    });
    expect((await get("/v1/dead-letters?limit=1")).body<DeadLetter[]>().length).toBe(1);
  });

  const published = async (partition: number): Promise<StoredRecord[]> =>
    streams.reader(topics.documents, partition, 0).fetch({ maxRecords: 1_000, waitMs: 0 });

  test("one goes back as it came, to the partition that it came from", async () => {
    const value = Buffer.from([0x7b, 0xff]);
    await letter({ value, key: "k", partition: 1, headers: { ce_type: "news", "eddy-origin": "5" } });
    const { status, body } = await post("/v1/dead-letters/replay", {
      letters: [
        { partition: 1, offset: 0 },
        { partition: 1, offset: 7 },
        { partition: 9, offset: 0 },
        { topic: topics.documents, partition: 0, offset: 0 },
      ],
    });
    expect(status).toBe(200);
    expect([body.replayed, body.skipped_total]).toEqual([1, 3]);
    expect(body.skipped[0]).toMatchObject({
      topic: documentLetters,
      partition: 1,
      offset: 7,
      reason: expect.stringContaining("no such"),
    });
    const [record, ...others] = await published(1);
    expect(others).toEqual([]);
    expect([Buffer.from(record!.key!).toString(), Buffer.from(record!.value!), record!.headers]).toEqual([
      "k",
      value,
      { ce_type: "news" },
    ]);
  });

  test("nothing newer is overwritten, unless forced", async () => {
    await letter({ value: '{"id":"a","text":"old"}', atMs: START });
    await letter({ value: '{"id":"gone","text":"old"}', atMs: START, offset: 1 });
    await letter({ value: '{"id":"b","text":"newer than the store"}', atMs: START + 5_000, offset: 2 });
    await clock.advance(1_000);
    await write("a", "new", "c1");
    await write("b", "older", "c1");
    const at = new Date(clock.now()).toISOString();
    await store.write([
      {
        payload: {
          document_id: "gone",
          revision: "d",
          received_at: at,
          version: 9,
          assigned_with: 9,
          assigned_at: at,
          deleted: true,
        },
      },
    ]);
    const { body } = await post("/v1/dead-letters/replay", { all: true });
    expect(body.replayed).toBe(1);
    expect(body.skipped.map(({ reason }: { reason: string }) => reason)).toEqual([
      expect.stringContaining("newer version of a"),
      expect.stringContaining("newer deletion of gone"),
    ]);
    expect(
      (await post("/v1/dead-letters/replay", { letters: [{ partition: 0, offset: 0 }], force: true })).body.replayed,
    ).toBe(1);
    expect((await published(0)).map(({ value }) => JSON.parse(Buffer.from(value!).toString()).id)).toEqual(["b", "a"]);
  });

  test("all: each origin once, in order, and a second time only what came since", async () => {
    for (let n = 0; n < 300; n++) await letter({ value: `{"id":"d${n}"}`, offset: n });
    await letter({ value: '{"id":"d299"}', offset: 299 });
    const [one, two] = await Promise.all([
      post("/v1/dead-letters/replay", { all: true }),
      post("/v1/dead-letters/replay", { all: true }),
    ]);
    expect([one.body.replayed, two.body.replayed]).toEqual([300, 0]);
    expect((await published(0)).map(({ value }) => Buffer.from(value!).toString())).toEqual(
      Array.from({ length: 300 }, (_, n) => `{"id":"d${n}"}`),
    );
    await letter({ value: '{"id":"later"}', offset: 301 });
    const list = (await get("/v1/dead-letters?limit=500")).body<DeadLetter[]>();
    expect(list.filter(({ replayed }) => !replayed).map(({ document_id }) => document_id)).toEqual(["later"]);
    expect((await post("/v1/dead-letters/replay", { all: true })).body.replayed).toBe(1);
  });

  test("an accepted text goes back to documents, never into the chained topic", async () => {
    const text = {
      format: 1,
      document_id: "t",
      revision: "0:4",
      text: "words",
      label: "x",
      received_at: "2026-11-22T10:00:00.000Z",
    };
    await letter({ topic: topics.texts, key: "t", value: JSON.stringify(text), code: "CRASHED" });
    await letter({ topic: topics.embeddings, key: "e", value: "protobuf", code: "CRASHED" });
    const { body } = await post("/v1/dead-letters/replay", { all: true });
    expect([body.replayed, body.skipped_total]).toEqual([1, 1]);
    const records = [...(await published(0)), ...(await published(1))];
    expect(records.map(({ value }) => JSON.parse(Buffer.from(value!).toString()))).toEqual([
      { id: "t", text: "words", label: "x" },
    ]);
    expect((await streams.bounds(topics.texts, 0)).end + (await streams.bounds(topics.texts, 1)).end).toBe(0);
  });
});
