import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventBody, ModelEvent } from "@eddy/clustering/events";
import { topicSpecs, topicsOf } from "@eddy/contracts/topics";
import { decodeEvent, encodeEvent } from "@eddy/model/event-codec";
import { openEmbeddedLog } from "@eddy/pipeline/open-log";
import { formatNote, parseNote } from "@eddy/streams/chain";
import type { Streams } from "@eddy/streams/port";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFakeTerminal } from "../fake-terminal.ts";
import { runEddy } from "../main.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "eddy-repair-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const topics = topicsOf("eddy");
const choice = { automatic: false, chosen: 1, score: 0, runnerUp: 0, runnerUpScore: 0, clear: true };
const sum = Float32Array.of(1, 0);
const model: EventBody[] = [
  {
    type: "founded",
    uuid: "u",
    metric: "spherical",
    dimensions: 2,
    model: "m",
    modelRevision: "1",
    halfLifeDocuments: 0,
    halfLifeMs: 0,
  },
  { type: "seeded", centres: [{ vector: sum, weight: 1 }], sampleSize: 1, choice },
  {
    type: "delta",
    partition: 0,
    from: -1,
    to: 2,
    done: -1,
    assignedWith: 1,
    sources: [1, 2, 3],
    clusters: [1, 1, 1],
    touched: [{ cluster: 1, added: 3, removed: 0, sum, sumSquares: 1, removedWeight: 0 }],
  },
];

async function onLog<T>(work: (streams: Streams) => Promise<T>): Promise<T> {
  const { streams } = openEmbeddedLog(home);
  try {
    return await work(streams);
  } finally {
    await streams.close();
  }
}

const note = (applied: number, previous: number) =>
  formatNote({ applied: new Map([[0, applied]]), previous: new Map([[0, previous]]) });

/** Ten documents came as far as `embeddings`; the cluster-worker has counted three of them, and its group was set to the end. */
function tenDocuments({ kept }: { readonly kept: "embeddings" | "texts" | "neither" }): Promise<void> {
  return onLog(async (streams) => {
    await streams.createTopics(topicSpecs(topics, { partitions: 1, documentPartitions: 1, retentionBytes: 1e6 }));
    const records = Array.from({ length: 10 }, (_, n) => ({
      key: Buffer.from(`d${n}`),
      value: Buffer.from("x"),
      headers: { "eddy-origin": "0", "eddy-source": String(n), "eddy-previous": String(n - 1) },
    }));
    for (const topic of [topics.documents, topics.texts, topics.embeddings]) await streams.append(topic, 0, records);
    await streams.rewind("eddy.ingest", topics.documents, 0, { offset: 10, metadata: note(0, 9) });
    await streams.rewind("eddy.embed-worker", topics.texts, 0, { offset: 10, metadata: note(9, 9) });
    for (const [index, body] of model.entries()) {
      const event = { worker: "w", sequence: index, atMs: 0, epoch: index < 2 ? 0 : 1, ...body } as ModelEvent;
      await streams.append(topics.modelLog, 0, [{ key: Buffer.from("model"), value: encodeEvent(event), headers: {} }]);
    }
    if (kept !== "embeddings") await streams.truncate(topics.embeddings, 0, 6);
    if (kept === "neither") await streams.truncate(topics.texts, 0, 10);
    await streams.rewind("eddy.cluster-worker", topics.embeddings, 0, { offset: 10, metadata: note(2, 2) });
  });
}

async function repair(...args: string[]) {
  const terminal = createFakeTerminal({ env: { LOG_LEVEL: "silent" } });
  const code = await runEddy(["repair", "--home", home, ...args], terminal);
  return { code, out: terminal.out, err: terminal.err };
}

const commits = () =>
  onLog(async (streams) => ({
    embed: (await streams.committed("eddy.embed-worker", topics.texts)).get(0)!,
    cluster: (await streams.committed("eddy.cluster-worker", topics.embeddings)).get(0)!,
  }));

it("says what a worker was set past, sets it back when it is told to, and finds nothing then", async () => {
  await tenDocuments({ kept: "embeddings" });
  const found = await repair();
  expect(found).toMatchObject({ code: 6, err: "" });
  expect(found.out).toContain("eddy.cluster-worker was set past records of origin 0 from offset 3 on");
  expect(found.out).toContain("eddy repair --apply");
  expect((await commits()).cluster.offset).toBe(10);
  expect(await repair("--apply")).toMatchObject({ code: 0, out: expect.stringContaining("mended:") });
  expect((await commits()).cluster).toEqual({ offset: 3, metadata: note(2, 2) });
  expect(await repair()).toMatchObject({ code: 0, out: expect.stringContaining("nothing is missing") });
});

it("sets the emitter back where its input has what is missing", async () => {
  await tenDocuments({ kept: "texts" });
  const found = await repair("--json");
  expect(JSON.parse(found.out)).toMatchObject([
    {
      topic: topics.embeddings,
      missing: { input: topics.texts, origin: 0, after: 2, upTo: 5 },
      kept: "all",
      needsSkip: false,
      mended: false,
      steps: [expect.stringContaining("eddy.embed-worker in eddy.texts.v1/0 is set back to 3")],
    },
  ]);
  expect((await repair("--apply")).code).toBe(0);
  expect((await commits()).embed).toEqual({ offset: 3, metadata: note(2, 2) });
});

it("goes on over what is lost by a person's word alone", async () => {
  await tenDocuments({ kept: "neither" });
  expect(await repair("--apply")).toMatchObject({ code: 6, out: expect.stringContaining("--skip --reason TEXT") });
  expect(await repair("--apply", "--skip")).toMatchObject({ code: 2, err: expect.stringContaining("--reason") });
  expect((await commits()).cluster.offset).toBe(10);
  expect((await repair("--apply", "--skip", "--reason", "a disk died")).code).toBe(0);
  const { cluster } = await commits();
  expect([cluster.offset, parseNote(cluster.metadata)!.applied.get(0)]).toEqual([6, 5]);
  const last = await onLog(async (streams) => {
    const { end } = await streams.bounds(topics.modelLog, 0);
    return streams.reader(topics.modelLog, 0, end - 1).fetch({ maxRecords: 1, waitMs: 0 });
  });
  expect(decodeEvent(last[0]!.value!)).toMatchObject({
    type: "skipped",
    partition: 0,
    from: 2,
    to: 5,
    reason: "a disk died",
  });
  expect(await repair()).toMatchObject({ code: 0 });
});

it("says that there is no such pipeline", async () => {
  await tenDocuments({ kept: "embeddings" });
  expect(await repair("--pipeline", "other")).toMatchObject({
    code: 6,
    err: expect.stringContaining("there is no topic"),
  });
});
