/** Bad input from end to end: by HTTP, from files, and straight in the topic. Each gets its reason; the good ones around it are all there. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { DeadLetter } from "@eddy/contracts/api/dead-letter";
import { deadLetterTopic, topicSpecs } from "@eddy/contracts/topics";
import type { LogRecord } from "@eddy/streams/port";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { expectNoTrace } from "../support/clear-refusal.ts";
import { endAll, runEddy, startUp, temporaryFolder, type Up } from "../support/eddy-process.ts";
import { topics, withLedger, withLog } from "../support/home.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { readTopic } from "../support/read-topic.ts";
import { until } from "../support/until.ts";

vi.setConfig({ testTimeout: 90_000 });

const LIMIT = 20_000;
const ENV = { EDDY_MAX_DOCUMENT_BYTES: `${LIMIT}B` };
const text = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));

/** What is refused, with its code; `status` by HTTP, where it is sent alone as JSON. */
const bad: readonly (readonly [name: string, value: Buffer, code: string, status: number])[] = [
  ["broken JSON", text('{"text": "half'), "INVALID_JSON", 400],
  ["a text that is a number", text({ text: 7 }), "INVALID_DOCUMENT", 422],
  ["no text", text({ title: "only a title" }), "NO_TEXT", 422],
  ["a text that is empty after cleaning", text({ text: "<p> &nbsp; </p>" }), "EMPTY_TEXT", 422],
  ["a million characters in one line", text({ text: "x".repeat(1_000_000) }), "TOO_LARGE", 413],
  ["bytes that are no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), "INVALID_UTF8", 400],
  ["an id with a NUL", text({ id: "a\0b", text: "words" }), "INVALID_ID", 422],
  ["an id that is too long", text({ id: "é".repeat(300), text: "words" }), "INVALID_ID", 422],
  ["a vector of another width", text({ text: "words", vector: [1, 2, 3] }), "INVALID_VECTOR", 422],
  [
    "a vector with a number that f32 can't hold",
    text({ text: "w", vector: Array(384).fill(1e300) }),
    "INVALID_VECTOR",
    422,
  ],
  ["a date that is none", text({ text: "words", published_at: "yesterday" }), "INVALID_DATE", 422],
];

describe("by HTTP and from files", () => {
  const folder = temporaryFolder();
  let up: Up;
  beforeAll(async () => {
    up = await startUp(join(folder.path, "home"), [], { env: ENV });
  });
  afterAll(async () => {
    const end = await up.stop();
    endAll();
    folder.remove();
    expect(end.code).toBe(0);
    expectNoTrace(up.output);
  });

  const post = async (body: Buffer, type = "application/json") => {
    const answer = await fetch(`${up.api}/v1/documents`, {
      method: "POST",
      headers: { "content-type": type },
      body: new Uint8Array(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const find = async (id: string) => (await fetch(`${up.api}/v1/documents/${encodeURIComponent(id)}`)).status;

  test.each(bad)("%s is refused with its reason", async (_, value, code, status) => {
    const answer = await post(value);
    expect(answer).toMatchObject({ status, body: { error: { code } } });
  });

  test("a stream of good and bad lines: the good ones are all there", async () => {
    const lines = bad.flatMap(([, value], index) => [
      text({ id: `good-${index}`, text: `a good one, number ${index}` }),
      value,
    ]);
    const body = Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")]));
    const answer = await post(body, "application/x-ndjson");
    expect(answer).toMatchObject({ status: 202, body: { accepted: bad.length, rejected_total: bad.length } });
    expect((answer.body.rejected as { index: number; code: string }[]).map(({ index, code }) => [index, code])).toEqual(
      bad.map(([, , code], index) => [2 * index + 1, code]),
    );
    await up.caughtUp();
    for (const index of bad.keys()) expect(await find(`good-${index}`)).toBe(200);
  });

  test("ids of any Unicode, edits and deletions reach the store", async () => {
    const ids = ["ключ", "鍵/with/slash", "🗝️ & ?#%", "e\u0301", "a".repeat(512)];
    for (const id of ids) expect((await post(text({ id, text: "first words" }))).status).toBe(202);
    await up.caughtUp();
    for (const id of ids) expect(await find(id)).toBe(200);
    expect((await post(text({ id: ids[0], text: "second words" }))).status).toBe(202);
    await fetch(`${up.api}/v1/documents/${encodeURIComponent(ids[1]!)}`, { method: "DELETE" });
    await up.caughtUp();
    expect(await (await fetch(`${up.api}/v1/documents/${encodeURIComponent(ids[0]!)}`)).json()).toMatchObject({
      text: "second words",
    });
    expect(await find(ids[1]!)).toBe(404);
  });

  const publish = (args: readonly string[]) =>
    runEddy(["publish", ...args, "--url", up.api, "--json"], { cwd: folder.path });
  const write = (name: string, content: Buffer | string) => {
    const path = join(folder.path, name);
    writeFileSync(path, content);
    return path;
  };

  test("eddy publish: file, line and reason of what is refused, in a summary; the rest is sent", async () => {
    const lines = bad.flatMap(([, value], index) => [
      text({ id: `file-${index}`, text: `from a file, ${index}` }),
      value,
    ]);
    write("mixed.jsonl", Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")])));
    write("ragged.csv", 'id,text\ncsv-1,"a ""quoted"" text, with a comma"\ncsv-2,too,many,fields\ncsv-3,good again\n');
    write("whole.jsonl.gz", gzipSync(text({ id: "gz-1", text: "zipped" })));
    mkdirSync(join(folder.path, "notes"));
    write("notes/one.md", "# A note\n\nOf some words.");

    const mixed = await publish(["mixed.jsonl"]);
    expect(mixed.code).toBe(6);
    const summary = JSON.parse(mixed.stdout) as {
      sent: number;
      rejected: number;
      reasons: { examples: { file: string; line: number }[] }[];
    };
    expect(summary).toMatchObject({ sent: bad.length, rejected: bad.length });
    const refused = summary.reasons.flatMap(({ examples }) => examples).map(({ file, line }) => `${file}:${line}`);
    expect(refused.sort()).toEqual(bad.map((_, index) => `mixed.jsonl:${2 * index + 2}`).sort());

    const ragged = await publish(["ragged.csv"]);
    expect(ragged.code).toBe(6);
    expect(JSON.parse(ragged.stdout)).toMatchObject({ sent: 2, rejected: 1 });
    expect(await publish(["whole.jsonl.gz"])).toMatchObject({ code: 0 });
    expect(await publish(["notes"])).toMatchObject({ code: 0 });
    await up.caughtUp();
    for (const id of ["file-0", "csv-1", "csv-3", "gz-1"]) expect(await find(id)).toBe(200);
  });

  test.each([
    ["a file that is not there", () => ["nowhere.jsonl"], 2, /nowhere\.jsonl/],
    ["an unknown column", () => [write("c.csv", "id,body\n1,words\n"), "--text", "txet"], 2, /txet/],
    [
      "a truncated gz",
      () => [write("cut.jsonl.gz", gzipSync(text({ text: "x".repeat(5_000) })).subarray(0, 30))],
      6,
      /cut\.jsonl\.gz/,
    ],
  ] as const)("eddy publish: %s", async (_, args, code, line) => {
    const end = await publish(args());
    expect(end).toMatchObject({ code });
    expect(end.stdout + end.stderr).toMatch(line);
    expectNoTrace(end.stdout + end.stderr);
  });
});

describe("straight in the topic", () => {
  const folder = temporaryFolder();
  const home = join(folder.path, "home");
  afterEach(endAll);
  afterAll(() => folder.remove());

  test("dead letters have their bytes and ten headers; eddy dlq lists them and replays what was mended, not over newer versions", async () => {
    const record = (value: Buffer | null, key: string | null = null): LogRecord => ({
      key: key === null ? null : Buffer.from(key),
      value,
      headers: { mine: "kept" },
    });
    const large = text({ id: "large", text: "long words ".repeat(3_000) });
    const overtaken = text({ id: "overtaken", text: "older words ".repeat(3_000) });
    const records = [
      ...bad.flatMap(([, value], index) => [record(value), record(text({ id: `good-${index}`, text: "good words" }))]),
      record(large),
      record(overtaken),
      record(null),
    ];
    await withLog(home, async (streams) => {
      await streams.createTopics(topicSpecs(topics, { documentPartitions: 1, partitions: 1 }));
      await streams.append(topics.documents, 0, records);
    });

    let up = await startUp(home, [], { env: ENV });
    await up.caughtUp();
    const newer = await fetch(`${up.api}/v1/documents`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id: "overtaken", text: "newer words" }),
    });
    expect(newer.status).toBe(202);
    await up.caughtUp();
    const listed = await runEddy(["dlq", "--url", up.api, "--json", "--limit", "100"]);
    const letters = JSON.parse(listed.stdout) as DeadLetter[];
    const byOffset = new Map(letters.map((letter) => [letter.offset, letter.code]));
    const expected = [
      ...bad.map(([, , code], index) => [2 * index, code] as const),
      ...[0, 1].map((n) => [2 * bad.length + n, "TOO_LARGE"] as const),
      [2 * bad.length + 2, "INVALID_ID"] as const,
    ];
    expect([...byOffset].sort(([a], [b]) => a - b)).toEqual(expected);
    expect((await runEddy(["dlq", "--url", up.api])).stdout).toContain("TOO_LARGE");
    expect(await up.stop()).toMatchObject({ code: 0 });

    await withLedger(home, async ({ streams, points }) => {
      for (const index of bad.keys()) expect(points.has(`good-${index}`)).toBe(true);
      for (const { record: letter } of await readTopic(streams, deadLetterTopic(topics.documents))) {
        const names = Object.keys(letter.headers).filter((name) => name.startsWith("__connect.errors."));
        expect(names).toHaveLength(10);
        const original = records[Number(letter.headers["__connect.errors.offset"])]!;
        expect(letter.value && Buffer.from(letter.value).equals(original.value!)).toBe(original.value && true);
        expect(String(letter.headers.mine)).toBe("kept");
      }
    });

    up = await startUp(home);
    const replay = await runEddy(["dlq", "replay", "--all", "--url", up.api, "--json"]);
    expect(JSON.parse(replay.stdout)).toMatchObject({
      skipped: [{ reason: expect.stringContaining("newer version of overtaken") }],
      skipped_total: 1,
    });
    await up.caughtUp();
    const document = async (id: string) =>
      (await (await fetch(`${up.api}/v1/documents/${id}`)).json()) as { text?: string };
    await until("the mended document", 30_000, async () => (await document("large")).text?.startsWith("long words"));
    expect((await document("overtaken")).text).toBe("newer words");
    expect(await up.stop()).toMatchObject({ code: 0 });
    expectNoTrace(up.output);

    await withLedger(home, async (ledger) => {
      const faults = await ledgerFaults(ledger);
      // By the limit of now, what was first refused for its size would have been accepted where it stood.
      const large = /^G5|^G1\/G3 (overtaken|document-0-8):/;
      expect(faults.filter((fault) => !large.test(fault))).toEqual([]);
    });
  });
});
