import type { Status, StatusHistory } from "@eddy/contracts/api/status";
import { expect, test } from "vitest";
import { clock, fill, get, letter, START, streams, topics, useConsole } from "./console-fixture.ts";

useConsole();

test("status counts what was written, what waits, and how fast", async () => {
  await fill();
  const record = (value: string) => ({ key: null, value: Buffer.from(value), headers: {} });
  await streams.append(topics.documents, 0, [record("a"), record("b")]);
  await streams.append(topics.documents, 1, [record("c")]);
  await streams.truncate(topics.documents, 0, 1);
  await streams.rewind("test.ingest", topics.documents, 0, { offset: 2, metadata: "" });
  await streams.append(topics.embeddings, 1, [record("d")]);
  await letter({ value: "{" });
  await clock.advance(1_000);
  for (let second = 0; second < 5; second++) {
    await streams.append(topics.assignments, second % 2, [record("x"), record("y")]);
    await clock.advance(1_000);
  }
  const status = (await get("/v1/status")).body<Status>();
  expect(status).toMatchObject({
    pipeline: "test",
    version: "0.1.0",
    documents: { received: 3, rejected: 1, embedded: 1, clustered: 10 },
    lag: { documents: 1, texts: 0, embeddings: 1 },
    clusters: 4,
    seeding: null,
    model: { version: 1, epoch: 1, choice: { chosen: 4, runnerUp: 3 } },
    embedder: { model: "hash" },
    device: "cpu",
  });
  expect(status.rates.clustered_per_second).toBeCloseTo(2, 1);
});

test("the history of the status: rates and lag, a look each five seconds, half an hour of them", async () => {
  await fill();
  const record = { key: null, value: Buffer.from("x"), headers: {} };
  const history = async () => (await get("/v1/status/history")).body<StatusHistory>();
  expect(await history()).toEqual({
    step_seconds: 5,
    at: [],
    received_per_second: [],
    clustered_per_second: [],
    lag: [],
  });
  await streams.append(
    topics.documents,
    0,
    Array.from({ length: 10 }, () => record),
  );
  await clock.advance(5_000);
  await streams.append(topics.assignments, 0, [record, record, record, record, record]);
  await streams.rewind("test.ingest", topics.documents, 0, { offset: 10, metadata: "" });
  await clock.advance(5_000);
  expect(await history()).toEqual({
    step_seconds: 5,
    at: [START / 1_000 + 5, START / 1_000 + 10],
    received_per_second: [2, 0],
    clustered_per_second: [0, 1],
    lag: [10, 0],
  });
  for (let look = 0; look < 400; look++) await clock.advance(5_000);
  const { at, lag } = await history();
  expect([at.length, lag.length, at.at(-1)]).toEqual([360, 360, START / 1_000 + 2_010]);
});
