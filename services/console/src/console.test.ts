import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Seeded } from "@eddy/clustering/events";
import type { ClusterDetail } from "@eddy/contracts/api/cluster";
import type { DeadLetter } from "@eddy/contracts/api/dead-letter";
import type { Status } from "@eddy/contracts/api/status";
import type { PointPayload } from "@eddy/contracts/collection";
import { RetryableError } from "@eddy/contracts/errors";
import { deadLetterTopic, topicSpecs, topicsOf } from "@eddy/contracts/topics";
import { createHashEmbedder } from "@eddy/embedding/hash-embedder";
import { createReplica, type Replica } from "@eddy/model/replica";
import { createSnapshots } from "@eddy/model/snapshots";
import { systemClock } from "@eddy/runtime/clock";
import { createFakeClock, type FakeClock } from "@eddy/runtime/fake-clock";
import { createHttpApp, type HttpApp } from "@eddy/runtime/http-server";
import { createLogger } from "@eddy/runtime/logger";
import { toDeadLetter } from "@eddy/streams/dead-letter";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import type { StoredRecord } from "@eddy/streams/port";
import { type Engine, openEngine } from "@eddy/vectors/engine/engine";
import { createInProcessApi } from "@eddy/vectors/in-process";
import type { PointWrite, VectorStore } from "@eddy/vectors/port";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { registerConsole } from "./console.ts";

const topics = topicsOf("test");
const documentLetters = deadLetterTopic(topics.documents);
const embedder = createHashEmbedder();
const { dimensions, model, revision } = embedder.info;
const START = Date.parse("2026-11-22T10:00:00Z");
const themes = {
  sport: [
    "the striker scored a late goal",
    "goalkeeper saved the penalty",
    "league match ended with a goal",
    "striker injured in the match",
  ],
  space: [
    "rocket launched to orbit",
    "telescope found a planet in orbit",
    "rocket landed after orbit",
    "planet seen by telescope",
  ],
  money: ["bank raised the interest rate", "stocks fell as the bank warned"],
} as const;
const labels = Object.keys(themes) as (keyof typeof themes)[];

let folder: string;
let engine: Engine;
let store: VectorStore;
let streams: EmbeddedStreams;
let replica: Replica;
let clock: FakeClock;
let app: HttpApp;

async function embed(text: string): Promise<Float32Array> {
  return (await embedder.embed([text]))[0]!.vector;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "eddy-console-"));
  engine = openEngine({ dir: folder });
  store = createQdrantStore(createInProcessApi(engine), "documents");
  clock = createFakeClock(START);
  streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => clock.now() });
  await streams.createTopics(topicSpecs(topics, { documentPartitions: 2, partitions: 2 }));
  const snapshots = createSnapshots(streams, topics.models);
  replica = createReplica({ streams, topic: topics.modelLog, snapshots, clock: systemClock });
  await replica.start((error) => {
    throw error;
  });
  app = await createHttpApp({
    logger: createLogger({ service: "test", level: "silent" }),
    register: [
      (made) =>
        registerConsole(
          made,
          { streams, topics, store, replica, embedder, clock, logger: createLogger({ service: "c", level: "silent" }) },
          {
            pipeline: "test",
            version: "0.1.0",
            groups: { ingest: "test.ingest", embed: "test.embed-worker", cluster: "test.cluster-worker" },
            seedSize: 512,
          },
        ),
    ],
  });
});

afterEach(async () => {
  await app.close();
  await replica.stop();
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

async function found(): Promise<void> {
  const uuid = "5f2bd1b8-3c85-4d04-a7a5-2a6f1d6c9f10";
  await replica.propose({
    type: "founded",
    uuid,
    metric: "spherical",
    dimensions,
    model,
    modelRevision: revision,
    halfLifeDocuments: 0,
    halfLifeMs: 0,
  });
  await store.open({ dimensions, distance: "Cosine", uuid });
}

/** c1 sport, c2 space, c3 money, and an empty c4; the documents of each theme in it. */
async function fill(): Promise<void> {
  await found();
  const centres = await Promise.all(
    [...labels.map((label) => themes[label].join(" ")), "zebra giraffe elephant"].map(embed),
  );
  const choice = { automatic: true, chosen: 4, score: 0.2, runnerUp: 3, runnerUpScore: 0.1, clear: true };
  const seeded: Seeded = {
    type: "seeded",
    centres: centres.map((vector) => ({ vector, weight: 1 })),
    sampleSize: 10,
    choice,
  };
  await replica.propose(seeded);
  for (const [index, label] of labels.entries()) {
    for (const [n, text] of themes[label].entries())
      await write(`${label}/${n}`, text, `c${index + 1}`, { label, source: n % 2 ? "odd" : "even" });
  }
}

async function point(
  id: string,
  text: string,
  cluster: string,
  extra: Partial<PointPayload> = {},
): Promise<PointWrite> {
  const day = Number(id.split("/")[1]) || 0;
  const published_at = new Date(Date.parse("2026-11-20T12:00:00Z") + day * 86_400_000).toISOString();
  const received_at = new Date(clock.now()).toISOString();
  const payload = {
    document_id: id,
    text,
    published_at,
    revision: "0:0",
    received_at,
    cluster_id: cluster,
    counted_in: cluster,
    distance: 0.5,
    margin: 0.1,
    version: 2,
    assigned_with: 1,
    assigned_at: received_at,
    model,
    ...extra,
  };
  return { vector: await embed(text), payload };
}

async function write(...document: Parameters<typeof point>): Promise<void> {
  await store.write([await point(...document)]);
}

async function writeMany(count: number, text: (n: number) => string): Promise<void> {
  await store.write(await Promise.all(Array.from({ length: count }, (_, n) => point(`more/${n}`, text(n), "c4"))));
}

async function get(url: string) {
  const response = await app.inject({ method: "GET", url });
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    body: response.json.bind(response) as <T>() => T,
  };
}

async function post(url: string, payload: object | string) {
  const response = await app.inject({
    method: "POST",
    url,
    payload,
    ...(typeof payload === "string" && { headers: { "content-type": "text/plain" } }),
  });
  return { status: response.statusCode, body: response.json() };
}

describe("while there is no model", () => {
  test("before it is founded, what needs the collection says that Eddy is starting", async () => {
    expect((await get("/v1/clusters")).body()).toMatchObject({
      version: -1,
      clusters: [],
      seeding: { have: 0, want: 512 },
    });
    expect((await get("/v1/status")).status).toBe(200);
    for (const url of ["/v1/documents", "/v1/documents/x", "/v1/export", "/v1/evaluation"]) {
      const { status, headers, body } = await get(url);
      expect([status, headers["retry-after"]]).toEqual([503, "1"]);
      expect(body<{ error: { code: string } }>().error.code).toBe("STARTING");
    }
  });

  test("clusters, status and classify tell how far the seed is", async () => {
    await found();
    const vectors = new Float32Array(2 * dimensions).fill(0.1);
    await replica.propose({ type: "sampled", partition: 0, from: -1, to: 1, count: 2, vectors });
    const seeding = { have: 2, want: 512 };
    expect((await get("/v1/clusters")).body()).toEqual({
      version: 1,
      documents: 0,
      choice: null,
      clusters: [],
      seeding,
    });
    expect((await get("/v1/status")).body<Status>().seeding).toEqual(seeding);
    const refused = await post("/v1/classify", { text: "a goal" });
    expect([refused.status, refused.body.error.code, refused.body.error.seeding]).toEqual([409, "NO_MODEL", seeding]);
  });
});

describe("clusters", () => {
  beforeEach(fill);

  test("largest first, with shares, keywords, and the empty one", async () => {
    const { body } = await get("/v1/clusters");
    const { clusters, documents, seeding } = body<{
      clusters: { cluster_id: string; size: number; share: number; keywords: string[]; born_at_version: number }[];
      documents: number;
      seeding?: unknown;
    }>();
    expect(documents).toBe(10);
    expect(seeding).toBeUndefined();
    expect(
      clusters.map(({ cluster_id, size, share, born_at_version }) => [cluster_id, size, share, born_at_version]),
    ).toEqual([
      ["c1", 4, 0.4, 1],
      ["c2", 4, 0.4, 1],
      ["c3", 2, 0.2, 1],
      ["c4", 0, 0, 1],
    ]);
    expect(clusters[0]!.keywords).toContain("goal");
    expect(clusters[1]!.keywords).toContain("orbit");
    expect(clusters[2]!.keywords).toContain("bank");
    expect(clusters[3]!.keywords).toEqual([]);
    expect(clusters[0]!.keywords.length).toBeLessThanOrEqual(8);
  });

  test("keywords stay for ten seconds, then change behind the reader's back; a cluster without any is not kept waiting", async () => {
    const words = async (id: string) => (await get(`/v1/clusters/${id}`)).body<{ keywords: string[] }>().keywords;
    await words("c3");
    for (let n = 2; n < 8; n++) await write(`money/${n}`, "dividend dividend dividend dividend", "c3");
    await clock.advance(9_999);
    expect(await words("c3")).not.toContain("dividend");
    await write("zoo/1", "giraffe at the waterhole", "c4");
    expect(await words("c4")).toContain("giraffe");
    expect(await words("c3")).toContain("dividend");
    for (let n = 8; n < 30; n++) await write(`money/${n}`, "coupon coupon coupon coupon coupon", "c3");
    await clock.advance(10_000);
    // The old ones are given while the new ones are made.
    expect(await words("c3")).not.toContain("coupon");
    await expect.poll(() => words("c3")).toContain("coupon");
  });

  test("one cluster: its newest documents, the latest first, with their distance to the centre", async () => {
    for (let n = 0; n < 4; n++) {
      await clock.advance(1_000);
      await write(`new/${n}`, `goal number ${n}`, n === 2 ? "c2" : "c1");
    }
    const { newest, nearest } = (await get("/v1/clusters/c1?limit=1&newest=2")).body<ClusterDetail>();
    expect(nearest.length).toBe(1);
    expect(newest.map(({ document_id }) => document_id)).toEqual(["new/3", "new/1"]);
    const vector = await embed("goal number 3");
    const cosine = vector.reduce((sum, value, at) => sum + value * centreOf(1)[at]!, 0);
    expect(newest[0]!.distance).toBeCloseTo(1 - cosine, 5);
    expect((await get("/v1/clusters/c1?newest=0")).body<ClusterDetail>().newest).toEqual([]);
    expect((await get("/v1/clusters/c4")).body<ClusterDetail>()).toMatchObject({ nearest: [], newest: [] });
  });

  test("one cluster: the documents nearest to its centre, shortened", async () => {
    await write("long/1", `${themes.sport.join(" ")} ${"😀".repeat(300)}`, "c1", { label: "sport" });
    const { body, status } = await get("/v1/clusters/1?limit=2");
    expect(status).toBe(200);
    const { nearest, ...view } = body<{
      nearest: { document_id: string; text: string; distance: number }[];
      size: number;
      cluster_id: string;
    }>();
    expect(view).toMatchObject({ cluster_id: "c1", size: 5 });
    expect(nearest.length).toBe(2);
    expect(nearest[0]!.document_id).toBe("long/1");
    expect(nearest[0]!.text.length).toBeLessThanOrEqual(300);
    expect(nearest[0]!.text).toMatch(/😀…$/u);
    expect(nearest[0]!.text.isWellFormed()).toBe(true);
    const cosine = (await embed(`${themes.sport.join(" ")} ${"😀".repeat(300)}`)).reduce(
      (sum, value, at) => sum + value * centreOf(1)[at]!,
      0,
    );
    expect(nearest[0]!.distance).toBeCloseTo(1 - cosine, 5);
    expect(nearest[1]!.distance).toBeGreaterThan(nearest[0]!.distance);
  });

  test("a retired cluster names its heir, and its documents count for the heir until the sweep", async () => {
    const { choice, clusters } = replica.state;
    const centre = (id: number) => ({ vector: Float32Array.from(clusters.get(id)!.sum), weight: 1 });
    const kept = [1, 2].map((id) => ({ cluster: id, centre: centre(id), absorbs: id === 2 ? [3, 4] : [] }));
    const { outcome } = await replica.propose({ type: "refitted", clusters: kept, sampleSize: 10, choice: choice! });
    expect(outcome).toEqual({ taken: true });
    const list = (await get("/v1/clusters")).body<{
      clusters: { cluster_id: string; size: number; keywords: string[] }[];
    }>().clusters;
    expect(list.map(({ cluster_id, size }) => [cluster_id, size])).toEqual([
      ["c2", 6],
      ["c1", 4],
    ]);
    expect(list[0]!.keywords).toContain("bank");
    const evaluation = (await get("/v1/evaluation")).body<{ confusion: { clusters: string[] } }>();
    expect(evaluation.confusion.clusters).toEqual(["c1", "c2"]);
    for (const url of ["/v1/clusters/c3", "/v1/documents?cluster=c3", "/v1/export?cluster=c3"]) {
      const { status, body } = await get(url);
      expect([status, body<{ error: { heir: string } }>().error.heir]).toEqual([404, "c2"]);
    }
  });

  test("a name that a person gave", async () => {
    await replica.propose({ type: "renamed", cluster: 2, name: "Space <b>" });
    expect((await get("/v1/clusters/c2")).body()).toMatchObject({ name: "Space <b>" });
  });

  test("classify: the nearest cluster, the margin, the next ones; cleaned as documents are", async () => {
    await replica.propose({ type: "renamed", cluster: 2, name: "Space" });
    const { status, body } = await post("/v1/classify", {
      text: "<p>The rocket &amp; the telescope</p>",
      title: "In orbit",
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ cluster_id: "c2", name: "Space" });
    expect(body.keywords).toContain("orbit");
    const vector = await embed("In orbit\nThe rocket & the telescope");
    const distance = (id: number) => 1 - vector.reduce((sum, value, at) => sum + value * centreOf(id)[at]!, 0);
    expect(body.distance).toBeCloseTo(distance(2), 5);
    expect(body.alternatives.length).toBe(3);
    expect(body.alternatives.map(({ cluster_id }: { cluster_id: string }) => cluster_id).sort()).toEqual([
      "c1",
      "c3",
      "c4",
    ]);
    expect(body.margin).toBeCloseTo(body.alternatives[0].distance - body.distance, 6);
    expect((await post("/v1/classify", "late goal in the match")).body.cluster_id).toBe("c1");
  });

  function centreOf(id: number): Float32Array {
    const { sum } = replica.state.clusters.get(id)!;
    const norm = Math.hypot(...sum);
    return Float32Array.from(sum, (value) => value / norm);
  }
});

describe("documents", () => {
  beforeEach(fill);
  const ids = ({ body }: Awaited<ReturnType<typeof get>>) =>
    body<{ documents: PointPayload[] }>()
      .documents.map(({ document_id }) => document_id)
      .sort();

  test.each([
    ["cluster=c3", ["money/0", "money/1"]],
    ["cluster=2&source=odd", ["space/1", "space/3"]],
    ["label=sport&from=2026-11-22", ["sport/2", "sport/3"]],
    ["label=sport&to=2026-11-21", ["sport/0", "sport/1"]],
    ["label=sport&from=2026-11-21T00:00:00%2B01:00&to=2026-11-21T23:00:00Z", ["sport/1"]],
    ["text=telescope", ["space/1", "space/3"]],
    ["text=nowhere", []],
  ])("by %s", async (query, expected) => {
    expect(ids(await get(`/v1/documents?${query}`))).toEqual(expected);
  });

  test("page by page: each once, no vectors, no deleted ones", async () => {
    await store.write([
      {
        payload: {
          document_id: "sport/0",
          revision: "d",
          received_at: "2026-11-22T11:00:00Z",
          version: 9,
          assigned_with: 9,
          assigned_at: "2026-11-22T11:00:00Z",
          deleted: true,
        },
      },
    ]);
    const seen: string[] = [];
    let after = "";
    do {
      const { body } = await get(`/v1/documents?limit=4${after && `&after=${after}`}`);
      const { documents, next } = body<{ documents: PointPayload[]; next: string | null }>();
      seen.push(...documents.map(({ document_id }) => document_id));
      expect(documents.some((document) => "vector" in document)).toBe(false);
      after = next ?? "";
    } while (after);
    expect(seen.length).toBe(9);
    expect(new Set(seen).size).toBe(9);
  });

  test("one by its id, slashes and all", async () => {
    expect((await get("/v1/documents/sport%2F1")).body()).toMatchObject({ document_id: "sport/1", cluster_id: "c1" });
    const odd = "é/☃?#%\u{1F600}";
    await write(odd, "odd id", "c1");
    expect((await get(`/v1/documents/${encodeURIComponent(odd)}`)).body()).toMatchObject({ document_id: odd });
    const longest = "é".repeat(256);
    await write(longest, "long id", "c1");
    expect((await get(`/v1/documents/${encodeURIComponent(longest)}`)).status).toBe(200);
  });

  test("one that is not there: why", async () => {
    const why = async (id: string) => {
      const { status, body } = await get(`/v1/documents/${id}`);
      const { error } = body<{ error: { reason: string; message: string } }>();
      return [status, error.reason, error.message] as const;
    };
    expect(await why("x")).toEqual([404, "unknown", expect.stringContaining("none was published")]);
    await letter({ value: '{"id":"bad","vector":[1]}' });
    expect(await why("bad")).toEqual([404, "rejected", expect.stringContaining("NO_TEXT: text is missing")]);
    await streams.append(topics.documents, 1, [{ key: null, value: Buffer.from("{}"), headers: {} }]);
    expect(await why("x")).toEqual([404, "on_its_way", expect.stringContaining("1 on their way")]);
    await store.write([
      {
        payload: {
          document_id: "gone",
          revision: "d",
          received_at: "2026-11-22T11:00:00Z",
          version: 9,
          assigned_with: 9,
          assigned_at: "2026-11-22T11:00:00Z",
          deleted: true,
        },
      },
    ]);
    expect(await why("gone")).toEqual([404, "deleted", expect.stringContaining("2026-11-22T11:00:00Z")]);
  });

  test("export as JSON Lines, with vectors too", async () => {
    await writeMany(600, (n) => `more text ${n}`);
    const { text, headers } = await get("/v1/export");
    expect(headers["content-type"]).toBe("application/x-ndjson");
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as PointPayload & { vector?: number[] });
    expect(new Set(lines.map(({ document_id }) => document_id)).size).toBe(610);
    expect(lines.length).toBe(610);
    expect(lines.some(({ vector }) => vector)).toBe(false);
    const [one] = (await get("/v1/export?cluster=c3&vectors=true")).text.split("\n");
    expect((JSON.parse(one!) as { vector: number[] }).vector.length).toBe(dimensions);
  });

  test("an export that fails under way is cut off, not ended", async () => {
    await writeMany(600, (n) => `more text ${n}`);
    const { page } = store;
    let pages = 0;
    store.page = async (options) => {
      pages += 1;
      if (pages > 2) throw new RetryableError("STORE_UNAVAILABLE", "Qdrant went away");
      return page(options);
    };
    await app.listen({ host: "127.0.0.1", port: 0 });
    const { port } = app.server.address() as { port: number };
    const response = await fetch(`http://127.0.0.1:${port}/v1/export`);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  test("a client that leaves an export stops its reading", async () => {
    await writeMany(300, () => "x".repeat(60_000));
    const { page } = store;
    let pages = 0;
    store.page = async (options) => {
      pages += 1;
      // Without an end.
      return {
        ...(await page({ where: { cluster: "c4" }, limit: options.limit })),
        next: "00000000-0000-0000-0000-000000000000",
      };
    };
    await app.listen({ host: "127.0.0.1", port: 0 });
    const { port } = app.server.address() as { port: number };
    const left = new AbortController();
    const response = await fetch(`http://127.0.0.1:${port}/v1/export?cluster=c4`, { signal: left.signal });
    await response.body!.getReader().read();
    left.abort();
    await app.close();
    const read = pages;
    await new Promise((resolve) => setImmediate(resolve));
    expect([pages, read < 20]).toEqual([read, true]);
  });

  test("export as CSV: quoted, and no formulas", async () => {
    await write("=1+1", '=HYPERLINK("http://evil.example")', "c4", {
      title: 'a "quoted", title',
      source: "@sum\r\nx",
      distance: -0.25,
      metadata: { n: 1 },
    });
    const [head, row, ...rest] = parseCsv((await get("/v1/export?format=csv&cluster=c4")).text);
    expect(rest).toEqual([]);
    const cells = Object.fromEntries(head!.map((name, at) => [name, row![at]]));
    expect(cells).toMatchObject({
      document_id: "'=1+1",
      text: `'=HYPERLINK("http://evil.example")`,
      title: 'a "quoted", title',
      source: "'@sum\r\nx",
      distance: "-0.25",
      metadata: '{"n":1}',
      label: "",
    });
  });

  test("evaluation: by hand", async () => {
    await write("stray/1", "no label", "c2", { label: undefined });
    await write("stray/2", "empty label", "c2", { label: "" });
    await write("wrong/1", "a rocket in the wrong place", "c1", { label: "space" });
    const { body } = await get("/v1/evaluation");
    expect(body()).toMatchObject({
      documents: 11,
      unlabelled: 2,
      purity: 10 / 11,
      accuracy: 10 / 11,
      confusion: {
        labels: ["money", "space", "sport"],
        clusters: ["c1", "c2", "c3"],
        counts: [
          [0, 0, 2],
          [1, 4, 0],
          [4, 0, 0],
        ],
      },
    });
  });

  test.each([
    ["/v1/documents?limit=0", /limit/],
    ["/v1/documents?limit=1001", /limit/],
    ["/v1/documents?limit=x", /limit/],
    ["/v1/documents?cluster=x", /no cluster/],
    ["/v1/documents?from=yesterday", /no date/],
    ["/v1/documents?after=x", /no cursor/],
    ["/v1/documents?colour=red", /colour/],
    ["/v1/documents?source=a&source=b", /source/],
    ["/v1/clusters?x=1", /"x"/],
    ["/v1/clusters/zero", /no cluster/],
    ["/v1/export?format=xml", /format/],
    ["/v1/export?vectors=1", /vectors/],
    ["/v1/dead-letters?limit=501", /limit/],
  ])("%s is refused", async (url, message) => {
    const { status, body } = await get(url);
    const { error } = body<{ error: { code: string; message: string } }>();
    expect([status, error.code]).toEqual([400, "INVALID_PARAMETER"]);
    expect(error.message).toMatch(message);
  });

  test.each<[string, object | string, number, string]>([
    ["/v1/classify", {}, 400, "INVALID_PARAMETER"],
    ["/v1/classify", { text: 5 }, 400, "INVALID_PARAMETER"],
    ["/v1/classify", { text: "x", k: 1 }, 400, "INVALID_PARAMETER"],
    ["/v1/classify", "<p> </p>", 422, "EMPTY_TEXT"],
    ["/v1/classify", "x".repeat(2_000_000), 413, "BODY_TOO_LARGE"],
    ["/v1/dead-letters/replay", {}, 400, "INVALID_PARAMETER"],
    ["/v1/dead-letters/replay", { all: true, letters: [] }, 400, "INVALID_PARAMETER"],
    ["/v1/dead-letters/replay", { letters: [{ partition: -1, offset: 0 }] }, 400, "INVALID_PARAMETER"],
  ])("POST %s %#", async (url, body, status, code) => {
    const answer = await post(url, body);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  test("broken JSON, other types, other methods, unknown ids", async () => {
    const send = async (method: "POST" | "PUT", url: string, payload: string, type: string) => {
      const response = await app.inject({ method, url, payload, headers: { "content-type": type } });
      return [response.statusCode, response.json().error.code];
    };
    expect(await send("POST", "/v1/classify", '{"text":', "application/json")).toEqual([400, "INVALID_BODY"]);
    expect(await send("POST", "/v1/classify", "text=x", "application/x-www-form-urlencoded")).toEqual([
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ]);
    expect(await send("PUT", "/v1/clusters/c1", "{}", "application/json")).toEqual([405, "METHOD_NOT_ALLOWED"]);
    expect((await get("/v1/clusters/c99")).body()).toMatchObject({
      error: { code: "NOT_FOUND", message: "there is no cluster c99" },
    });
  });
});

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

interface LetterOptions {
  readonly value: string | Buffer;
  readonly topic?: string;
  readonly key?: string;
  readonly code?: "NO_TEXT" | "INVALID_JSON" | "TOO_LARGE" | "CRASHED";
  readonly partition?: number;
  readonly offset?: number;
  readonly atMs?: number;
  readonly headers?: Record<string, string>;
}

async function letter({
  value,
  topic = topics.documents,
  key,
  code = "NO_TEXT",
  partition = 0,
  offset = 0,
  atMs = clock.now(),
  headers = {},
}: LetterOptions) {
  const record = {
    key: key === undefined ? null : Buffer.from(key),
    value: Buffer.from(value),
    headers,
    offset,
    timestampMs: atMs,
  };
  const made = toDeadLetter(
    record,
    { code, message: "text is missing" },
    { topic, partition, stage: "ingest", task: "0" },
  );
  await streams.append(deadLetterTopic(topic), partition, [made]);
}

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end !== ",") rows.push([]);
  }
  return rows.slice(0, -1);
}
