/** Documents come from strangers: whatever stands in them, in titles, names, keywords, labels and reasons, steers no terminal. */
import { EventEmitter } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { commands } from "./commands.ts";
import { type FakeAnswer, type FakeApi, sendJson, startFakeApi } from "./fake-api.ts";
import { runEddy } from "./main.ts";
import { createTerminal } from "./terminal.ts";

const dir = mkdtempSync(join(tmpdir(), "eddy-terminal-"));
afterAll(() => rmSync(dir, { recursive: true }));
let api: FakeApi | undefined;
afterEach(() => api?.close());

/** Clears the screen, sets its title, in seven bits and in eight; turns the direction; begins a line of its own. */
const HOSTILE = "x\u001b[2J\u001b]0;owned\u0007\u009b31m\u0090\u202e\u2066\u0000\u007f\b\r\nFORGED\u2028y";
/** A line end is no danger by itself, nor what `bold` writes. */
const signs = /(?!\n)[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
const own = new RegExp(["\u001b\\[[012]m", "\r", "\u001b\\[K"].join("|"), "g");
const bare = (text: string) => text.replaceAll(own, "");

interface Stage {
  readonly terminal: ReturnType<typeof createTerminal>;
  readonly out: () => string;
  readonly err: () => string;
}

/** A process whose outputs are a terminal, or pipes. */
function stage(isTTY: boolean, env: Record<string, string> = {}, input = ""): Stage {
  const streams = ["", ""].map(() => {
    const chunks: Buffer[] = [];
    const write = (data: string | Uint8Array) => {
      chunks.push(Buffer.from(data as string));
      return true;
    };
    return { chunks, stream: Object.assign(new EventEmitter(), { isTTY, columns: 100, write }) };
  });
  const stdin = (async function* () {
    yield Buffer.from(input);
  })();
  const host = Object.assign(new EventEmitter(), {
    ...{ stdin, stdout: streams[0]!.stream, stderr: streams[1]!.stream },
    env: { TERM: "xterm", ...env },
  });
  const text = (at: number) => () => Buffer.concat(streams[at]!.chunks).toString();
  return { terminal: createTerminal(host as unknown as NodeJS.Process), out: text(0), err: text(1) };
}

/** Every text in it, and every name of `metadata`, made hostile. */
function poisoned(value: unknown): unknown {
  if (typeof value === "string") return value + HOSTILE;
  if (Array.isArray(value)) return value.map(poisoned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, poisoned(member)]));
}

const choice = { automatic: true, chosen: 4, score: 0.1, runnerUp: 5, runnerUpScore: 0.05, clear: true };
const cluster = { cluster_id: "c3", name: "n", size: 2, share: 0.5, keywords: ["oil", "gas"], born_at_version: 9 };
const document = {
  ...{ document_id: "d", title: "t", text: "a text", source: "s", label: "l", revision: "0:1", model: "m" },
  ...{ published_at: "2026-11-21T09:30:00.000Z", received_at: "2026-11-22T10:00:00.000Z", assigned_at: "2026-11-22" },
  ...{ cluster_id: "c3", distance: 0.4, margin: 0.1, version: 3, assigned_with: 3, truncated: true },
  metadata: { [HOSTILE]: "m" },
};
const place = { topic: "eddy.documents.v1", partition: 0, offset: 17 };
const letter = {
  ...{ ...place, dead_letter: place, stage: "ingest", code: "INVALID_JSON", message: "m", key: "k", document_id: "d" },
  ...{ preview: "p", at: "2026-11-22T10:00:00.123Z", replayed: true },
};
const answers: Readonly<Record<string, unknown>> = {
  "GET /v1/clusters": { version: 1, documents: 4, choice, clusters: [cluster, cluster] },
  "GET /v1/clusters/c3": { ...cluster, nearest: [document], newest: [document] },
  "PUT /v1/clusters/c3/name": cluster,
  "GET /v1/documents": { documents: [document], next: null },
  "GET /v1/documents/d": document,
  "DELETE /v1/documents/d": { id: "d" },
  "POST /v1/documents": {
    ...{ accepted: 0, ids: [], rejected_total: 1 },
    rejected: [{ index: 0, id: "d", code: "INVALID_DOCUMENT", message: "m" }],
  },
  "POST /v1/classify": { ...cluster, distance: 0.1, margin: 0.2, alternatives: [{ ...cluster, distance: 0.3 }] },
  "GET /v1/dead-letters": [letter],
  "POST /v1/dead-letters/replay": { replayed: 0, skipped: [{ ...place, reason: "r" }], skipped_total: 1 },
  "GET /v1/evaluation": {
    ...{ documents: 2, unlabelled: 1, purity: 1, accuracy: 1, ari: 1, nmi: 1, v_measure: 1, homogeneity: 1 },
    confusion: { labels: ["l"], clusters: ["c3"], counts: [[2]] },
  },
  "GET /v1/status": {
    ...{ pipeline: "eddy", version: "0.1.0", clusters: 1, seeding: null, device: "cpu" },
    documents: { received: 1, rejected: 1, embedded: 1, clustered: 1 },
    lag: { documents: 0, texts: 0, embeddings: 0 },
    model: { version: 1, epoch: 1, documents: 1, choice },
    rates: { clustered_per_second: 1 },
    embedder: { model: "m", dtype: "int8", dimensions: 2, device: "cpu" },
  },
};

const hostileApi: FakeAnswer = ({ method, url }, response) => {
  const path = url.split("?")[0]!;
  if (path === "/v1/export") {
    const isCsv = url.includes("format=csv");
    response.end(isCsv ? `text\r\n"${HOSTILE}"\r\n` : `${JSON.stringify({ text: HOSTILE })}\n`);
    return;
  }
  const found = answers[`${method} ${path}`];
  if (found === undefined) sendJson(response, 404, poisoned({ error: { code: "NOT_FOUND", message: "m" } }));
  else sendJson(response, 200, poisoned(found));
};

/** Each with what it needs; `--json` is added where it has that. */
const asking: readonly (readonly string[])[] = [
  ["clusters"],
  ["show", "c3"],
  ["show", "c4"],
  ["rename", "c3", "n"],
  ["documents"],
  ["find", "d"],
  ["find", HOSTILE],
  ["delete", "d"],
  ["classify", "a text"],
  ["dlq", "list"],
  ["dlq", "replay", "0:17"],
  ["evaluate"],
  ["status"],
  ["export"],
  ["export", "--format", "csv"],
  ["publish", "-"],
];

async function run(args: readonly string[], isTTY: boolean, input = "") {
  api = await startFakeApi(hostileApi);
  const made = stage(isTTY, { EDDY_URL: api.url }, input);
  await runEddy(args, made.terminal);
  await api.close();
  return { out: made.out(), err: made.err() };
}

describe("on a terminal no command shows a control sign of a document", () => {
  it("all that ask the HTTP API for documents are among these", () => {
    const asks = commands.filter(({ settings }) => "url" in settings).map(({ name }) => name);
    const tried = asking.map(([first, second]) => (first === "dlq" ? `${first} ${second}` : first));
    expect(asks.filter((name) => !tried.includes(name))).toEqual(["switch", "backup"]);
  });

  it.each(asking.flatMap((args) => [[args], [[...args, "--json"]]]))("eddy %j", async (args) => {
    const { out, err } = await run(args, true, `{"text":"a"}\n{"text": \u001b[2J\u009b}\n`);
    expect(out + err).toMatch(/FORGED|unknown option|document/);
    expect(signs.exec(bare(out))).toBeNull();
    expect(signs.exec(bare(err))).toBeNull();
    // Only a CSV's field may have a line end of its own.
    if (!args.includes("csv") && !err.includes("FORGED")) expect(out).not.toMatch(/^FORGED/m);
  });
});

it("a file or a pipe gets every byte as it was", async () => {
  expect((await run(["export", "--format", "csv"], false)).out).toBe(`text\r\n"${HOSTILE}"\r\n`);
  const { out } = await run(["find", "d", "--json"], false);
  expect(JSON.parse(out).text).toBe(`a text${HOSTILE}`);
  const path = join(dir, "out.csv");
  await run(["export", "--format", "csv", "-o", path], true);
  expect(readFileSync(path, "utf8")).toBe(`text\r\n"${HOSTILE}"\r\n`);
});

it("on a terminal, too, JSON says the same", async () => {
  const { out } = await run(["find", "d", "--json"], true);
  expect(JSON.parse(out)).toMatchObject({ text: `a text${HOSTILE}` });
});

it("a character whose bytes come apart is shown whole", async () => {
  const { terminal, out } = stage(true);
  const bytes = Buffer.from("ü\u009b日");
  for (const byte of bytes) await terminal.write(Uint8Array.of(byte));
  expect(out()).toBe("ü\\u009b日");
});

it("bold and dim are shown, and what is drawn over", async () => {
  const { terminal, out, err } = stage(true);
  await terminal.write(`${terminal.bold("TITLE")} ${terminal.dim("small")}\n`);
  terminal.draw("\r50%\u001b[K");
  expect([out(), err()]).toEqual(["\u001b[1mTITLE\u001b[0m \u001b[2msmall\u001b[0m\n", "\r50%\u001b[K"]);
});
