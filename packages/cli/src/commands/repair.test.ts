import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { topicsOf } from "@eddy/contracts/topics";
import { decodeEvent } from "@eddy/model/event-codec";
import { openEmbeddedLog } from "@eddy/pipeline/open-log";
import { parseNote } from "@eddy/streams/chain";
import type { Streams } from "@eddy/streams/port";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFakeTerminal } from "../fake-terminal.ts";
import { runEddy } from "../main.ts";
import { note, tenDocuments } from "./repair-fixture.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "eddy-repair-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const topics = topicsOf("eddy");

async function onLog<T>(work: (streams: Streams) => Promise<T>): Promise<T> {
  const { streams } = openEmbeddedLog(home);
  try {
    return await work(streams);
  } finally {
    await streams.close();
  }
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
  await onLog((streams) => tenDocuments(streams, "eddy", "embeddings"));
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
  await onLog((streams) => tenDocuments(streams, "eddy", "texts"));
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
  await onLog((streams) => tenDocuments(streams, "eddy", "neither"));
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
  await onLog((streams) => tenDocuments(streams, "eddy", "embeddings"));
  expect(await repair("--pipeline", "other")).toMatchObject({
    code: 6,
    err: expect.stringContaining("there is no topic"),
  });
});
