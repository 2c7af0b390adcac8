import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type FakeAnswer, type FakeApi, recorded, sendJson, startFakeApi } from "../fake-api.ts";
import { createFakeTerminal } from "../fake-terminal.ts";
import { runEddy } from "../main.ts";

let api: FakeApi | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});

/** Runs `eddy …` against an API that answers so; `eddy` is how its URL reads in what comes back. */
async function eddy(answers: Readonly<Record<string, unknown>> | FakeAnswer, args: readonly string[], stdin = "") {
  await api?.close();
  api = await startFakeApi(typeof answers === "function" ? answers : recorded(answers));
  const terminal = createFakeTerminal({ columns: 100, stdin, env: { EDDY_URL: `${api.url}/` } });
  const code = await runEddy(args, terminal);
  const shown = (text: string) => text.replaceAll(api!.url, "http://eddy");
  return { code, out: shown(terminal.out), err: shown(terminal.err), requests: api.requests };
}

const choice = { automatic: true, chosen: 4, score: 0.0713, runnerUp: 5, runnerUpScore: 0.0688, clear: true };
const markets = {
  cluster_id: "c3",
  size: 1402,
  share: 0.2804,
  keywords: ["oil", "prices", "stocks", "percent", "profit", "reuters", "york", "dollar"],
  born_at_version: 9,
};
const clusters = {
  version: 1204,
  documents: 5000,
  choice,
  clusters: [
    markets,
    { ...markets, cluster_id: "c12", size: 9, share: 0.0018, keywords: ["日本", "東京", "サッカー"], name: "日本語" },
    { ...markets, cluster_id: "c4", size: 0, share: 0, keywords: [] },
  ],
};
const found = {
  document_id: "news-1",
  title: "Oil rises",
  text: "Oil prices rose\n\u001b[2Jto a record …",
  source: "reuters",
  label: "Business",
  published_at: "2026-11-21T09:30:00.000Z",
  received_at: "2026-11-22T10:00:00.000Z",
  cluster_id: "c3",
  distance: 0.41236,
  margin: 0.0567,
  metadata: { page: 3 },
  truncated: true,
  version: 1203,
  assigned_with: 1204,
  assigned_at: "2026-11-22T10:00:01.000Z",
  revision: "0:17",
};
const status = {
  pipeline: "eddy",
  version: "0.1.0",
  documents: { received: 5100, rejected: 12, embedded: 5040, clustered: 5000 },
  lag: { documents: 8, texts: 40, embeddings: 40 },
  clusters: 4,
  seeding: null,
  model: { version: 1204, epoch: 1, documents: 5000, choice: { ...choice, clear: false } },
  rates: { clustered_per_second: 231.4 },
  embedder: { model: "Xenova/all-MiniLM-L6-v2", dtype: "int8", dimensions: 384, device: "cpu" },
  device: "cpu",
};
const letter = {
  topic: "eddy.documents.v1",
  partition: 0,
  offset: 17,
  dead_letter: { topic: "eddy.documents.v1.dlq", partition: 0, offset: 3 },
  stage: "ingest",
  code: "INVALID_JSON",
  message: "INVALID_JSON: Unexpected token 'b', \"{broken\" is not valid JSON",
  key: "news-9",
  preview: "{broken\u0000",
  at: "2026-11-22T10:00:00.123Z",
  replayed: true,
};

describe("eddy clusters", () => {
  it("lists them", async () => {
    const { code, out } = await eddy({ "GET /v1/clusters": clusters }, ["clusters"]);
    expect(code).toBe(0);
    expect(`\n${out}`).toMatchInlineSnapshot(`
      "
      5,000 documents in 3 clusters
      k = 4, chosen by silhouette 0.071; next best k = 5 with 0.069

      CLUSTER  NAME     SIZE  SHARE  KEYWORDS
      c3               1,402  28.0%  oil, prices, stocks, percent, profit, reuters, york, dollar
      c12      日本語      9   0.2%  日本, 東京, サッカー
      c4                   0   0.0%
      "
    `);
  });

  it("says that it is seeding, and that there is nothing", async () => {
    const none = { version: 0, documents: 0, choice: null, clusters: [] };
    const seeding = { ...none, seeding: { have: 212, want: 512 } };
    expect((await eddy({ "GET /v1/clusters": seeding }, ["clusters"])).out).toContain("seeding 212/512");
    expect((await eddy({ "GET /v1/clusters": none }, ["clusters"])).out).toContain("publish some documents");
  });

  it("gives programs what the API gave", async () => {
    const { out } = await eddy({ "GET /v1/clusters": clusters }, ["clusters", "--json"]);
    expect(JSON.parse(out)).toEqual(clusters);
  });
});

describe("eddy show", () => {
  it("shows a cluster, what is nearest its centre, and what is newest", async () => {
    const { document_id, title, text, source, distance } = found;
    const nearest = { document_id, title, text, source, distance };
    const newest = { document_id: "news-9", text: "Stocks fell", distance: 0.5 };
    const detail = { ...markets, nearest: [nearest], newest: [newest, nearest] };
    const { out, requests } = await eddy({ "GET /v1/clusters/c3": detail }, ["show", "3"]);
    expect(requests[0]?.url).toBe("/v1/clusters/c3?limit=5&newest=5");
    expect(`\n${out}`).toMatchInlineSnapshot(`
      "
      cluster   c3
      size      1,402 documents, 28.0% of all
      keywords  oil, prices, stocks, percent, profit, reuters, york, dollar
      born      at model version 9

      Nearest to the centre:

      DOCUMENT  DISTANCE  SOURCE   TEXT
      news-1       0.412  reuters  Oil rises — Oil prices rose [2Jto a record …

      Newest:

      DOCUMENT  DISTANCE  SOURCE   TEXT
      news-9       0.500           Stocks fell
      news-1       0.412  reuters  Oil rises — Oil prices rose [2Jto a record …
      "
    `);
  });

  it("says why there is none", async () => {
    const gone: FakeAnswer = (_, response) =>
      sendJson(response, 404, { error: { code: "NOT_FOUND", message: "c3 is retired: c7 took its documents" } });
    expect(await eddy(gone, ["show", "c3"])).toMatchObject({
      code: 2,
      err: "eddy: c3 is retired: c7 took its documents\n",
    });
    expect((await eddy({}, ["show", "three"])).err).toContain('"three" is no cluster');
  });
});

describe("eddy documents", () => {
  it("lists them, page by page until the limit", async () => {
    const page = (after: string | null, n: number, from = 0) => ({
      documents: Array.from({ length: n }, (_, i) => ({ ...found, document_id: `news-${from + i}` })),
      next: after,
    });
    const answers = {
      "GET /v1/documents?source=reuters&cluster=c3&limit=250": page("p2", 250),
      "GET /v1/documents?source=reuters&cluster=c3&limit=50&after=p2": page("p3", 50, 250),
    };
    const args = ["documents", "--cluster", "3", "--source", "reuters", "--limit", "300"];
    const { code, out } = await eddy(answers, args);
    expect(code).toBe(0);
    const lines = out.split("\n");
    expect(`\n${lines.slice(0, 3).join("\n")}`).toMatchInlineSnapshot(`
      "
      DOCUMENT  CLUSTER  DISTANCE  SOURCE   LABEL     PUBLISHED   TEXT
      news-0    c3          0.412  reuters  Business  2026-11-21  Oil rises — Oil prices rose [2Jto a rec…
      news-1    c3          0.412  reuters  Business  2026-11-21  Oil rises — Oil prices rose [2Jto a rec…"
    `);
    expect(lines.slice(-3)).toEqual(["", "300 documents, and there are more: --limit N, or eddy export", ""]);
    const json = JSON.parse((await eddy(answers, [...args, "--json"])).out) as { documents: unknown[]; next: string };
    expect(json.documents).toHaveLength(300);
    expect(json.next).toBe("p3");
  });

  it("says that there are none, and checks dates", async () => {
    const answers = { "GET /v1/documents": { documents: [], next: null } };
    expect((await eddy(answers, ["documents"])).out).toBe("no such documents\n");
    const { code, err } = await eddy(answers, ["documents", "--from", "yesterday"]);
    expect(code).toBe(2);
    expect(err).toContain("--from <date>): expected a date such as 2026-11-22");
  });
});

describe("eddy find and delete", () => {
  it("shows a document", async () => {
    const { out, requests } = await eddy({ "GET /v1/documents/a%2Fb%20%C3%BC": found }, ["find", "a/b ü"]);
    expect(requests).toHaveLength(1);
    expect(`\n${out}`).toMatchInlineSnapshot(`
      "
      document   news-1
      cluster    c3
      distance   0.412
      margin     0.057 nearer than the next cluster
      source     reuters
      label      Business
      published  2026-11-21T09:30:00.000Z
      received   2026-11-22T10:00:00.000Z
      metadata   {"page":3}
      truncated  yes: the text is longer than the model reads
      title      Oil rises
      text       Oil prices rose [2Jto a record …
      "
    `);
  });

  it("deletes one", async () => {
    const { out } = await eddy({ "DELETE /v1/documents/news-1": { id: "news-1" } }, ["delete", "news-1"]);
    expect(out).toBe("the deletion of news-1 is on its way\n");
  });
});

describe("eddy rename", () => {
  it("names a cluster, and takes the name back", async () => {
    const named = { ...markets, name: "Oil & markets" };
    const { out, requests } = await eddy({ "PUT /v1/clusters/c3/name": named }, ["rename", "3", "Oil & markets"]);
    expect(JSON.parse(requests[0]!.body)).toEqual({ name: "Oil & markets" });
    expect(out).toBe("c3 is called Oil & markets\n");
    expect((await eddy({ "PUT /v1/clusters/c3/name": markets }, ["rename", "c3", ""])).out).toBe("c3 has no name\n");
    const json = await eddy({ "PUT /v1/clusters/c3/name": named }, ["rename", "c3", "x", "--json"]);
    expect(JSON.parse(json.out)).toEqual(named);
  });

  it("says what is wrong", async () => {
    const unnamed = await eddy({}, ["rename", "c3"]);
    expect([unnamed.code, unnamed.err]).toEqual([2, expect.stringContaining("name")]);
    expect((await eddy({}, ["rename", "sport", "x"])).err).toContain('"sport" is no cluster');
  });
});

describe("eddy classify", () => {
  const answer = {
    cluster_id: "c3",
    keywords: ["oil", "prices"],
    distance: 0.41,
    margin: 0.12,
    alternatives: [{ cluster_id: "c1", distance: 0.53 }],
  };

  it("takes the text from its arguments", async () => {
    const { out, requests } = await eddy({ "POST /v1/classify": answer }, ["classify", "oil", "prices rose"]);
    expect(JSON.parse(requests[0]!.body)).toEqual({ text: "oil prices rose" });
    expect(`\n${out}`).toMatchInlineSnapshot(`
      "
      cluster   c3
      keywords  oil, prices
      distance  0.410
      margin    0.120 nearer than the next cluster

      NEXT  DISTANCE
      c1       0.530
      "
    `);
  });

  it("takes it from standard input, and refuses none", async () => {
    const { requests } = await eddy({ "POST /v1/classify": answer }, ["classify"], "line 1\nline 2\n");
    expect(JSON.parse(requests[0]!.body)).toEqual({ text: "line 1\nline 2\n" });
    expect(await eddy({}, ["classify", "-"], " \n")).toMatchObject({ code: 2, requests: [] });
  });
});

describe("eddy export", () => {
  const rows = '{"document_id":"a"}\n{"document_id":"ü"}\n';
  const csv: FakeAnswer = (_, response) => response.end(rows);

  it("writes what comes, to standard output or a file", async () => {
    const { out, requests } = await eddy(csv, ["export", "--format", "csv", "--cluster", "c3"]);
    expect(requests[0]?.url).toBe("/v1/export?format=csv&cluster=c3&vectors=false");
    expect(out).toBe(rows);
    const folder = mkdtempSync(join(tmpdir(), "eddy-export-"));
    try {
      expect((await eddy(csv, ["export", "-o", join(folder, "all.csv")])).out).toBe("");
      expect(readFileSync(join(folder, "all.csv"), "utf8")).toBe(rows);
      const { code, err } = await eddy(csv, ["export", "-o", join(folder, "nowhere", "all.csv")]);
      expect({ code, err: err.replace(folder, "") }).toEqual({
        code: 2,
        err: "eddy: can't write /nowhere/all.csv (ENOENT)\n",
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("leaves no half file where the answer breaks off", async () => {
    const folder = mkdtempSync(join(tmpdir(), "eddy-export-"));
    const broken: FakeAnswer = (_, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write(rows, () => response.destroy());
    };
    try {
      const { code, err } = await eddy(broken, ["export", "-o", join(folder, "all.jsonl")]);
      expect({ code, err }).toEqual({ code: 3, err: "eddy: the answer of Eddy at http://eddy broke off\n" });
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("eddy evaluate", () => {
  const evaluation = {
    documents: 1000,
    unlabelled: 12,
    purity: 0.8374,
    accuracy: 0.82,
    ari: 0.6312,
    nmi: 0.6,
    v_measure: 0.6,
    confusion: {
      labels: ["Business", "World"],
      clusters: ["c1", "c2", "c3"],
      counts: [
        [400, 0, 12],
        [3, 585, 0],
      ],
    },
  };

  it("shows who lies where", async () => {
    const { out } = await eddy({ "GET /v1/evaluation": evaluation }, ["evaluate"]);
    expect(`\n${out}`).toMatchInlineSnapshot(`
      "
      LABEL      c1   c2  c3
      Business  400    ·  12
      World       3  585   ·

      documents  1,000 with a label, 12 without (left out)
      purity     0.837
      accuracy   0.820
      ARI        0.631
      NMI        0.600 (= V-measure)
      "
    `);
  });

  it("breaks a wide table, and gives programs all of it", async () => {
    const names = Array.from({ length: 40 }, (_, i) => `c${i + 1}`);
    const wide = {
      ...evaluation,
      confusion: { labels: ["A", "B"], clusters: names, counts: [names.map((_, i) => i), names.map(() => 1_000)] },
    };
    const { out } = await eddy({ "GET /v1/evaluation": wide }, ["evaluate"]);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    for (const name of names) expect(out).toMatch(new RegExp(`\\b${name}\\b`));
    const json = await eddy({ "GET /v1/evaluation": { ...wide, extra: 1 } }, ["evaluate", "--json"]);
    expect(JSON.parse(json.out)).toEqual(wide);
  });

  it("says what to do where nothing has a label", async () => {
    const confusion = { labels: [], clusters: [], counts: [] };
    const none = { documents: 0, unlabelled: 7, purity: null, accuracy: null, ari: null, nmi: null, v_measure: null };
    const { out } = await eddy({ "GET /v1/evaluation": { ...none, confusion } }, ["evaluate"]);
    expect(out).toBe(
      "none of 7 documents has a label: publish documents with a `label` (eddy publish --label COLUMN)\n",
    );
  });
});

describe("eddy status", () => {
  it("shows how far the stream is", async () => {
    const { out } = await eddy({ "GET /v1/status": status }, ["status"]);
    expect(`\n${out}`).toMatchInlineSnapshot(`
      "
      eddy        0.1.0, pipeline eddy, http://eddy
      received    5,100 records
      rejected    12 (eddy dlq)
      embedded    5,040
      clustered   5,000, 231/s
      on the way  88: 8 to check, 40 to embed, 40 to cluster
      clusters    4
      model       version 1204; k = 4, chosen by silhouette 0.071; next best k = 5 with 0.069 (no clear structure: no number of clusters stands out)
      embedder    Xenova/all-MiniLM-L6-v2, int8, 384 wide, cpu
      "
    `);
  });

  it("shows the seeding", async () => {
    const early = { ...status, seeding: { have: 3, want: 512 }, model: { ...status.model, choice: null } };
    expect((await eddy({ "GET /v1/status": early }, ["status"])).out).toContain("seeding 3/512");
  });
});

describe("eddy dlq", () => {
  it("lists by itself, the place where a letter lies first", async () => {
    const other = { ...letter, dead_letter: { topic: "eddy.texts.v1.dlq", partition: 2, offset: 4 }, replayed: false };
    for (const args of [["dlq"], ["dlq", "list"]]) {
      const { out, requests } = await eddy({ "GET /v1/dead-letters": [letter, other] }, args);
      expect(requests[0]?.url).toBe("/v1/dead-letters?limit=50");
      expect(`\n${out}`).toMatchInlineSnapshot(`
        "
                       LETTER  AT                    STAGE   REASON                          DOCUMENT  REPLAYED  CONTENT
                          0:3  2026-11-22T10:00:00Z  ingest  INVALID_JSON: Unexpected toke…  news-9    yes       {broken
        eddy.texts.v1.dlq/2:4  2026-11-22T10:00:00Z  ingest  INVALID_JSON: Unexpected toke…  news-9              {broken
        "
      `);
    }
    expect((await eddy({ "GET /v1/dead-letters": [] }, ["dlq"])).out).toContain("nothing was rejected");
  });

  it("replays the named or all", async () => {
    const skipped = [
      { topic: "eddy.documents.v1.dlq", partition: 0, offset: 4, reason: "the store has a newer version" },
    ];
    const answers = { "POST /v1/dead-letters/replay": { replayed: 1, skipped, skipped_total: 1 } };
    const named = await eddy(answers, ["dlq", "replay", "0:3", "eddy.texts.v1.dlq/2:4"]);
    expect(JSON.parse(named.requests[0]!.body)).toEqual({
      letters: [
        { partition: 0, offset: 3 },
        { topic: "eddy.texts.v1.dlq", partition: 2, offset: 4 },
      ],
      force: false,
    });
    expect(named.out).toBe("replayed 1 letter, skipped 1\n    0:4  the store has a newer version\n");
    const all = await eddy(answers, ["dlq", "replay", "--all", "--force"]);
    expect(JSON.parse(all.requests[0]!.body)).toEqual({ all: true, force: true });
  });

  it.each([[["dlq", "replay"]], [["dlq", "replay", "--all", "0:3"]], [["dlq", "replay", "x"]]])(
    "%j is refused",
    async (args) => {
      expect(await eddy({}, args)).toMatchObject({ code: 2, requests: [] });
    },
  );
});

describe("what goes wrong", () => {
  it("is a line, never a stack", async () => {
    const status503: FakeAnswer = (_, response) =>
      sendJson(response, 503, { error: { code: "STORE_UNAVAILABLE", message: "the store doesn't answer" } });
    expect(await eddy(status503, ["clusters"])).toMatchObject({
      code: 3,
      err: "eddy: Eddy at http://eddy: the store doesn't answer\n",
    });
    const page: FakeAnswer = (_, response) => response.end("<html>");
    expect((await eddy(page, ["clusters"])).err).toContain("not as Eddy does");
    const cut: FakeAnswer = (_, response) => response.destroy();
    expect((await eddy(cut, ["clusters"])).err).toMatch(/^eddy: Eddy at http:\/\/eddy doesn't answer \(\w+\)\n$/);
  });

  it.each([
    ["ftp://x", "expected a URL such as"],
    ["http://me:secret@host", "must not hold a password"],
    ["localhost:7400", "expected a URL such as"],
  ])("--url %s", async (url, message) => {
    const terminal = createFakeTerminal();
    expect(await runEddy(["clusters", "--url", url], terminal)).toBe(2);
    expect(terminal.err).toContain(message);
  });
});
