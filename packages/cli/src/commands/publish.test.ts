import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createDeferred } from "@eddy/runtime/deferred";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeApi, type FakeRequest, sendJson, startFakeApi } from "../fake-api.ts";
import { createFakeTerminal, type FakeTerminalOptions } from "../fake-terminal.ts";
import { runEddy } from "../main.ts";

type Stored = Readonly<Record<string, unknown>> & { readonly id: string };

let folder: string;
let api: FakeApi;
/** What Eddy has: every version that it took, in order. */
let taken: Stored[];
/** How the next requests with documents are answered; then as Eddy does. */
let script: ((response: ServerResponse, take: () => void, request: FakeRequest) => void)[];
let lags: number[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "eddy-publish-"));
  taken = [];
  script = [];
  lags = [];
  api = await startFakeApi((request, response) => {
    if (request.url === "/healthz") return sendJson(response, 404, { error: { code: "NOT_FOUND", message: "" } });
    if (request.url === "/v1/status") {
      const lag = { documents: lags.shift() ?? 0, texts: 0, embeddings: 0 };
      const documents = { received: 100, rejected: 0, embedded: 100, clustered: 100 };
      return sendJson(response, 200, { documents, lag, seeding: null });
    }
    const { answer, accepted } = asEddy(request.body);
    const take = () => void taken.push(...accepted);
    const next = script.shift();
    if (next) return next(response, take, request);
    take();
    return sendJson(response, answer.accepted > 0 ? 202 : 422, answer.accepted > 0 ? answer : { error: answer });
  });
});

afterEach(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Accepts what has a text. */
function asEddy(body: string) {
  const documents = body
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Stored);
  const accepted = documents.filter(({ text }) => typeof text === "string" && text !== "");
  const rejected = documents.flatMap((document, index) =>
    accepted.includes(document) ? [] : [{ index, id: document.id, code: "NO_TEXT", message: "text is missing" }],
  );
  const answer = { code: "REJECTED", message: "none", accepted: accepted.length, ids: [], rejected, rejected_total: 0 };
  return { accepted, answer };
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const lines = (documents: readonly unknown[]) =>
  `${documents.map((document) => JSON.stringify(document)).join("\n")}\n`;
const numbered = (n: number) => Array.from({ length: n }, (_, i) => ({ id: `d${i}`, text: `text ${i}` }));
const ids = () => taken.map(({ id }) => id);

async function publish(args: readonly string[], options: FakeTerminalOptions = {}) {
  const terminal = createFakeTerminal(options);
  const code = await runEddy(["publish", "--url", api.url, ...args], terminal);
  const { out, err } = terminal;
  return { code, out: out.replaceAll(`${folder}/`, ""), err: err.replaceAll(`${folder}/`, "") };
}

describe("eddy publish", () => {
  it("sends each document once, shuffled the same way each time, in batches", async () => {
    const path = file("news.jsonl", lines(numbered(1_200)));
    const { code, out } = await publish([path]);
    expect(code).toBe(0);
    expect(out).toMatch(/^sent 1,200 documents in .*, rejected 0\n$/);
    const first = ids();
    expect(new Set(first).size).toBe(1_200);
    expect(first).not.toEqual(numbered(1_200).map(({ id }) => id));
    expect(api.requests.filter(({ method }) => method === "POST").length).toBeGreaterThanOrEqual(3);
    taken = [];
    await publish([path]);
    expect(ids()).toEqual(first);
    taken = [];
    await publish([path, "--shuffle", "5"]);
    expect(ids()).not.toEqual(first);
    expect([...ids()].sort()).toEqual([...first].sort());
  });

  it("keeps the order when asked to, and that of the versions of a document always", async () => {
    const path = file("edits.jsonl", lines(Array.from({ length: 400 }, (_, i) => ({ id: `d${i % 4}`, text: `${i}` }))));
    await publish([path, "--in-order"]);
    expect(taken.map(({ text }) => text)).toEqual(Array.from({ length: 400 }, (_, i) => `${i}`));
    taken = [];
    await publish([path]);
    for (const id of ["d0", "d1", "d2", "d3"]) {
      const versions = taken.filter((document) => document.id === id).map(({ text }) => Number(text));
      expect(versions).toHaveLength(100);
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
    }
  });

  it("takes columns by name, a limit, and the rest as metadata", async () => {
    const path = file("articles.csv", 'key,body,section,views\n1,"a, b",sport,3\n2,c,news,\n3,d,news,9\n');
    const flags = ["--text", "body", "--id", "key", "--label", "section", "--limit", "2", "--in-order"];
    expect((await publish([path, ...flags])).code).toBe(0);
    expect(taken).toEqual([
      { id: "1", text: "a, b", label: "sport", metadata: { views: "3" } },
      { id: "2", text: "c", label: "news" },
    ]);
  });

  it("takes options from the environment, and flags before them", async () => {
    const path = file("a.jsonl", lines([{ body: "x", alt: "y" }, { body: "z" }]));
    const env = { EDDY_PUBLISH_TEXT: "body", EDDY_PUBLISH_LIMIT: "1", EDDY_PUBLISH_IN_ORDER: "true" };
    await publish([path], { env });
    expect(taken.map(({ text }) => text)).toEqual(["x"]);
    taken = [];
    await publish([path, "--text", "alt"], { env });
    expect(taken.map(({ text }) => text)).toEqual(["y"]);
  });

  it("reads several inputs, folders and standard input", async () => {
    mkdirSync(join(folder, "notes", "sport"), { recursive: true });
    file("notes/sport/one.txt", "a whole\nnote");
    file("notes/two.md", "# two");
    const packed = file("more.txt.gz", gzipSync("line 1\n\nline 2\n"));
    const { code } = await publish([join(folder, "notes"), packed, "-", "--label-from-folder"], {
      stdin: '{"text": "from stdin"}\n',
    });
    expect(code).toBe(0);
    const withoutMadeIds = taken.map((document) => ({
      ...document,
      id: document.id.length === 36 ? "made" : document.id,
    }));
    expect(withoutMadeIds).toEqual([
      { id: "sport/one.txt", text: "a whole\nnote", label: "sport" },
      { id: "two.md", text: "# two" },
      { id: "made", text: "line 1" },
      { id: "made", text: "line 2" },
      { id: "made", text: "from stdin" },
    ]);
    expect(new Set(ids()).size).toBe(5);
  });

  it("sends from standard input at once, before its end", async () => {
    const arrived = createDeferred();
    script = [
      (response, take) => {
        take();
        sendJson(response, 202, { accepted: 1, ids: [], rejected: [], rejected_total: 0 });
        arrived.resolve();
      },
    ];
    async function* typing() {
      yield Buffer.from("first line\n");
      await arrived.promise; // never, were it held back
      yield Buffer.from("second line\n");
    }
    const { code, out } = await publish(["-"], { stdin: typing() });
    expect(code).toBe(0);
    expect(out).toContain("sent 2 documents");
    expect(taken.map(({ text }) => text)).toEqual(["first line", "second line"]);
  });
});

describe("eddy publish, of what is wrong with the input", () => {
  it("tells file, line and reason, grouped, sends the rest, and exits with 6", async () => {
    const content = [
      '{"id": "good-1", "text": "good"}',
      "{broken",
      "[1, 2]",
      '{"id": "no-text"}',
      '{"id": "nul", "text": "\0"}',
      ...Array.from({ length: 7 }, () => "{"),
      '{"id": "good-2", "text": "good"}',
    ];
    const { code, out } = await publish([file("mixed.jsonl", `${content.join("\n")}\n`), "--in-order"]);
    expect(code).toBe(6);
    expect(ids()).toEqual(["good-1", "good-2"]);
    const steady = out.replace(/in .* s \(.*\/s\)/, "in 1 s").replace(/(not valid JSON: ).*/g, "$1…"); // Node's own words
    expect(steady).toMatchInlineSnapshot(`
      "sent 2 documents in 1 s, rejected 11

      8 × not valid JSON
          mixed.jsonl:2  not valid JSON: …
          mixed.jsonl:6  not valid JSON: …
          mixed.jsonl:7  not valid JSON: …
          mixed.jsonl:8  not valid JSON: …
          mixed.jsonl:9  not valid JSON: …
          … and 3 more

      1 × not a JSON object but an array
          mixed.jsonl:3  not a JSON object but an array

      1 × has a NUL byte
          mixed.jsonl:5  has a NUL byte (a binary file?)

      1 × NO_TEXT: there is no text
          mixed.jsonl:4  text is missing
      "
    `);
  });

  it("tells ragged rows and columns that are not there", async () => {
    const ragged = await publish([
      file("ragged.csv", 'text,label\n"one, two",a\nlone\n"open,b\nthree,c\n'),
      "--in-order",
    ]);
    expect(ragged.code).toBe(6);
    expect(taken.map(({ text }) => text)).toEqual(["one, two", "three"]);
    expect(ragged.out).toContain("ragged.csv:3  1 fields where the header has 2");
    expect(ragged.out).toContain("ragged.csv:4  a quote is not closed");

    const unknown = await publish([file("other.csv", "headline,body\na,b\n"), "--text", "content"]);
    expect(unknown.code).toBe(2);
    expect(unknown.err).toBe('eddy: other.csv has no column "content"; its columns are: headline, body\n');
    expect(unknown.out).toBe("");
  });

  it("sends what stands before the break of a truncated gzip, and says where it broke", async () => {
    const whole = gzipSync(lines(Array.from({ length: 2_000 }, (_, i) => ({ id: `d${i}`, text: `${i * 7919}` }))));
    const { code, out } = await publish([file("cut.jsonl.gz", whole.subarray(0, whole.length >> 1))]);
    expect(code).toBe(6);
    expect(ids().length).toBeGreaterThan(100);
    expect(out).toMatch(/cut\.jsonl\.gz:\d+ {2}the gzip data is damaged or ends early/);
  });

  it("sends a line of a million characters", async () => {
    const { code } = await publish([
      file(
        "long.jsonl",
        lines([
          { id: "long", text: "x".repeat(1_000_000) },
          { id: "b", text: "y" },
        ]),
      ),
    ]);
    expect(code).toBe(0);
    expect([...ids()].sort()).toEqual(["b", "long"]);
  });

  it.each([
    ["nowhere.jsonl", 2, "can't read nowhere.jsonl: there is no such file or folder"],
    ["empty", 2, "empty has no .txt, .md, .markdown or .html file in it"],
    ["locked.txt", 2, "can't read locked.txt: no right to read it"],
  ])("%s: one line, exit %i", async (name, exit, message) => {
    if (name === "locked.txt" && process.getuid?.() === 0) return console.warn("skipped: root may read everything");
    mkdirSync(join(folder, "empty"));
    writeFileSync(join(folder, "locked.txt"), "x", { mode: 0o000 });
    const { code, err } = await publish([join(folder, name)]);
    expect({ code, err }).toEqual({ code: exit, err: `eddy: ${message}\n` });
  });

  it("sends nothing of an empty file, and that is no fault", async () => {
    const { code, out } = await publish([file("empty.jsonl", "")]);
    expect(code).toBe(0);
    expect(out).toMatch(/^sent 0 documents/);
  });

  it("keeps the first five of many, and counts them all", async () => {
    const { out } = await publish([
      file("bad.jsonl", lines(Array.from({ length: 700 }, (_, i) => ({ id: `${i}` })))),
      "--json",
    ]);
    const { reasons, sent, rejected } = JSON.parse(out) as {
      reasons: { examples: { line: number }[] }[];
      sent: number;
      rejected: number;
    };
    expect({ sent, rejected }).toEqual({ sent: 0, rejected: 700 });
    expect(reasons).toMatchObject([{ reason: "NO_TEXT", count: 700 }]);
    expect(reasons[0]!.examples).toHaveLength(5);
  });
});

describe("eddy publish, when Eddy is not well", () => {
  const one = () => file("one.jsonl", lines([{ text: "a" }, { text: "b" }]));

  it("waits as long as back-pressure lasts, and says so", async () => {
    const busy = { error: { code: "BUSY", message: "Eddy is catching up" } };
    script = Array.from({ length: 200 }, () => (response) => sendJson(response, 429, busy, { "retry-after": "7" }));
    const { code, err } = await publish([one()]);
    expect(code).toBe(0);
    expect(taken).toHaveLength(2);
    expect(err).toContain("waiting: Eddy is catching up");
  });

  it("tries again after lost connections and faults, and doubles nothing", async () => {
    script = [
      (response, take) => {
        take(); // but nobody hears of it
        response.destroy();
      },
      (response) => response.destroy(),
      (response) => sendJson(response, 500, { error: { code: "INTERNAL", message: "a fault" } }),
      (response) => sendJson(response, 503, { error: { code: "STOPPING", message: "Eddy is stopping" } }),
      (response) => response.writeHead(502).end("<html>bad gateway</html>"),
    ];
    const { code, out, err } = await publish([one()]);
    expect(code).toBe(0);
    expect(out).toContain("sent 2 documents");
    expect(err).toContain("trying again");
    expect(taken).toHaveLength(4);
    expect(new Set(ids()).size).toBe(2); // ids are made before the first try
  });

  it("gives up after a minute, and tells what was sent", async () => {
    const path = file("many.jsonl", lines(numbered(600)));
    let posts = 0;
    script = [
      (response, take) => {
        take();
        sendJson(response, 202, { accepted: 500, ids: [], rejected: [], rejected_total: 0 });
      },
      ...Array.from({ length: 1_000 }, () => (response: ServerResponse) => {
        posts++;
        response.destroy();
      }),
    ];
    const { code, out, err } = await publish([path, "--in-order"]);
    expect(code).toBe(3);
    expect(out).toMatch(/^sent 500 documents/);
    expect(err).toMatch(/eddy: Eddy at http:\/\/[\d.:]+ doesn't answer \(\w+\)\n$/);
    expect(posts).toBeGreaterThan(10);
    expect(posts).toBeLessThan(200);
  });

  it("halves what is too large for a proxy, down to the document that is", async () => {
    script = Array.from({ length: 20 }, () => (response: ServerResponse, take: () => void, request: FakeRequest) => {
      if (request.body.includes("huge") || request.body.split("\n").length > 3) {
        return void response.writeHead(413).end("<html>too large</html>");
      }
      take();
      const accepted = request.body.trim().split("\n").length;
      return sendJson(response, 202, { accepted, ids: [], rejected: [], rejected_total: 0 });
    });
    const path = file("p.jsonl", lines([...numbered(6), { id: "h", text: "huge" }]));
    const { code, out } = await publish([path, "--in-order"]);
    expect(code).toBe(6);
    expect(ids()).toEqual(["d0", "d1", "d2", "d3", "d4", "d5"]);
    expect(out).toContain("1 × TOO_LARGE");
    expect(out).toContain("p.jsonl:7  413");
  });

  it("stops at once where a person must act", async () => {
    script = [(response) => sendJson(response, 507, { error: { code: "DISK_FULL", message: "no space left" } })];
    expect(await publish([one()])).toMatchObject({ code: 5, err: "eddy: no space left\n" });
    script = [(response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>hello</html>")];
    const { code, err } = await publish([one()]);
    expect(code).toBe(2);
    expect(err).toMatch(/is --url \(EDDY_URL\) right\?\n$/);
  });

  it("says where there is none, before it reads anything", async () => {
    await api.close();
    const { code, err, out } = await publish([one()]);
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err).toBe(`eddy: no Eddy at ${api.url}: start one with \`npx eddy up\`\n`);
    api = await startFakeApi(() => undefined); // for afterEach
  });

  it("waits until all is clustered", async () => {
    lags = [40, 40, 7, 0, 0, 0];
    const { code, out, err } = await publish([one(), "--wait"]);
    expect(code).toBe(0);
    expect(lags).toEqual([]);
    expect(out).toContain("; all clustered in ");
    expect(err).toContain("waiting: 40 documents on the way");
  });

  it("ends with a summary when interrupted", async () => {
    const terminal = createFakeTerminal({
      stdin: (async function* () {
        yield Buffer.from("first\n");
        await new Promise(() => undefined);
      })(),
    });
    script = [
      (response, take) => {
        take();
        sendJson(response, 202, { accepted: 1, ids: [], rejected: [], rejected_total: 0 });
        terminal.interrupt();
      },
    ];
    expect(await runEddy(["publish", "--url", api.url, "-"], terminal)).toBe(130);
    expect(terminal.out).toContain("sent 1 document ");
    expect(terminal.err).toContain("interrupted");
  });

  it("refuses what excludes itself", async () => {
    expect((await publish([one(), "--shuffle", "1", "--in-order"])).code).toBe(2);
    expect((await publish([one(), "--limit", "none"])).err).toContain("--limit");
  });
});
