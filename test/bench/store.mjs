/**
 * The embedded store: `node test/bench/store.mjs [--points 100000] [--json]` (build first).
 * 384-wide unit vectors with 1 kB of text, by Eddy's own adapter in process, and by REST into a server in a child process, whose requests
 * are made before the clock starts: the server is measured, not the client. What JSON allows is a server that does no more with the
 * same requests than JSON.parse; it takes turns with ours. With QDRANT_URL a real Qdrant takes its turn, too.
 */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, createServer, request } from "node:http";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openEngine } from "@eddy/vectors/engine/engine";
import { shortF32 } from "@eddy/vectors/f32";
import { createInProcessApi } from "@eddy/vectors/in-process";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { createQdrantServer } from "@eddy/vectors/server/server";
import { median, quantile, report, round } from "./figures.mjs";

const WIDTH = 384;
const BATCH = 256;
const BODY_POINTS = 500;
const BODIES = 16;
const ROUNDS = 7;
const QUERIES = 40;
const NAME = "bench";

const agent = new Agent({ keepAlive: true });
const uuid = (n) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const TEXT = "Streams of documents find their clusters as they come. ".repeat(19);

const servers = {
  async ours(dir) {
    return (await createQdrantServer({ dir, port: 0 })).url;
  },
  /** As much as any server in this language must do. */
  async json() {
    const server = createServer(async (incoming, response) => {
      const chunks = [];
      for await (const chunk of incoming) chunks.push(chunk);
      const { points } = JSON.parse(Buffer.concat(chunks).toString());
      response.end(JSON.stringify({ result: points.length }));
    });
    await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
    return `http://127.0.0.1:${server.address().port}`;
  },
};

const [what, dir] = process.argv.slice(2);
if (what === "serve-ours") process.send(await servers.ours(dir));
else if (what === "serve-json") process.send(await servers.json());
else await main();

async function main() {
  const { values } = parseArgs({
    options: { points: { type: "string", default: "100000" }, json: { type: "boolean" } },
  });
  const total = Number(values.points);
  const folder = mkdtempSync(join(tmpdir(), "eddy-bench-"));
  const load = loadavg()[0];
  try {
    const inProcess = await measureInProcess(join(folder, "store"), total);
    const queries = await measureQueries(join(folder, "store"));
    const writes = await measureWrites(join(folder, "rest"));
    const figures = {
      points: total,
      width: WIDTH,
      inProcess,
      rest: { ...writes, ...queries },
      loadBefore: round(load, 1),
    };
    const allowed = writes.upsertsPerSecond >= 5000 || writes.toJson >= 0.9;
    report(
      "store",
      figures,
      {
        restUpsert: ["by REST ≥ 5,000 points/s, else ≥ 0.9 of what JSON.parse allows", allowed],
        inProcessUpsert: ["in process ≥ 20,000 points/s", inProcess.upsertsPerSecond >= 20_000],
        query: ["exact query, p95 < 25 ms", inProcess.query.p95Ms < 25],
        filtered: ["filtered query, p95 < 25 ms", inProcess.filteredQuery.p95Ms < 25],
      },
      { json: values.json },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** By the adapter that the workers write with. */
async function measureInProcess(dir, total) {
  const engine = openEngine({ dir });
  const store = createQdrantStore(createInProcessApi(engine), NAME);
  await store.open({ dimensions: WIDTH, distance: "Cosine", uuid: "bench" });
  const random = generator(1);
  const [rates, costs] = [[], []];
  const rounds = 2 * ROUNDS;
  for (let i = 0, written = 0; i < rounds; i += 1) {
    const until = Math.round((total * (i + 1)) / rounds);
    const batches = [];
    for (; written < until; written += BATCH)
      batches.push(Array.from({ length: Math.min(BATCH, until - written) }, (_, j) => point(written + j, random)));
    const points = batches.flat().length;
    const before = processorTime();
    const seconds = await time(async () => {
      for (const batch of batches) await store.write(batch);
    });
    // the first warms up
    if (i > 0) {
      rates.push(points / seconds);
      costs.push((1e6 * (processorTime() - before)) / points);
    }
    written = until;
  }
  const vectors = Array.from({ length: QUERIES }, () => vector(random));
  const collection = engine.collection(NAME);
  const inCluster = { must: [{ key: "cluster_id", match: { value: "c3" } }] };
  const each = (ask) => timings(vectors, ask);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const figures = {
    upsertsPerSecond: Math.round(median(rates)),
    processorMicrosecondsAPoint: round(median(costs), 1),
    query: await each((query) => collection.query({ query, limit: 10 })),
    filteredQuery: await each((query) => collection.query({ query, limit: 10, filter: inCluster })),
    facet: await each(() => collection.facet({ key: "cluster_id" })),
    filteredCount: await each(() => collection.count({ filter: inCluster })),
    lookup256: await each(() => store.lookup(Array.from({ length: 256 }, (_, i) => `document ${i * 97}`))),
  };
  delay.enable();
  await collection.query({ query: vectors[0], limit: 10 });
  delay.disable();
  const rssMiB = Math.round(process.memoryUsage().rss / 2 ** 20);
  const closing = engine.close();
  await closing;
  return { ...figures, queryBlocksAtMostMs: round(delay.max / 1e6, 1), rssMiB };
}

/** Of the same store, by REST. */
async function measureQueries(dir) {
  const server = await start("serve-ours", dir);
  const random = generator(2);
  const vectors = Array.from({ length: QUERIES }, () => vector(random));
  const post = (path, body) =>
    send(server.url, "POST", `/collections/${NAME}${path}`, Buffer.from(JSON.stringify(body)));
  const inCluster = { must: [{ key: "cluster_id", match: { value: "c3" } }] };
  const figures = {
    query: await timings(vectors, (one) => post("/points/query", { query: [...one], limit: 10 })),
    filteredQuery: await timings(vectors, (one) =>
      post("/points/query", { query: [...one], limit: 10, filter: inCluster }),
    ),
    facet: await timings(vectors, () => post("/facet", { key: "cluster_id" })),
  };
  await server.stop();
  return figures;
}

/** Bodies made before the clock starts, two on their way at a time; the servers take turns. */
async function measureWrites(dir) {
  const random = generator(3);
  const bodyFrom = (first) => {
    const points = Array.from({ length: BODY_POINTS }, (_, j) => {
      const { payload, vector: own } = point(first + j, random);
      return { id: uuid(first + j), vector: Array.from(own, shortF32), payload };
    });
    return Buffer.from(JSON.stringify({ points }));
  };
  let bytes = 0;
  const peers = { ours: await start("serve-ours", dir), json: await start("serve-json") };
  if (process.env.QDRANT_URL) peers.qdrant = { url: process.env.QDRANT_URL, stop: async () => undefined };
  const rates = Object.fromEntries(Object.keys(peers).map((name) => [name, []]));
  for (const { url } of Object.values(peers)) {
    await send(
      url,
      "PUT",
      `/collections/${NAME}`,
      Buffer.from(JSON.stringify({ points: [], vectors: { size: WIDTH, distance: "Cosine" } })),
    );
  }
  for (let i = 0; i <= ROUNDS; i += 1) {
    // new points each time: one that is there already costs less
    const bodies = Array.from({ length: BODIES }, (_, j) => bodyFrom((i * BODIES + j) * BODY_POINTS));
    bytes = bodies[0].length;
    for (const [name, { url }] of Object.entries(peers)) {
      const waiting = [...bodies];
      const worker = async () => {
        for (let body = waiting.pop(); body; body = waiting.pop())
          await send(url, "PUT", `/collections/${NAME}/points?wait=true`, body);
      };
      const seconds = await time(() => Promise.all([worker(), worker()]));
      // the first warms up
      if (i > 0) rates[name].push((BODIES * BODY_POINTS) / seconds);
    }
  }
  for (const { url, stop } of Object.values(peers)) {
    if (url === process.env.QDRANT_URL) await send(url, "DELETE", `/collections/${NAME}`);
    await stop();
  }
  return {
    bytesAPoint: Math.round(bytes / BODY_POINTS),
    upsertsPerSecond: Math.round(median(rates.ours)),
    jsonAllows: Math.round(median(rates.json)),
    toJson: round(median(rates.ours.map((rate, i) => rate / rates.json[i])), 2),
    ...(rates.qdrant && { qdrantUpsertsPerSecond: Math.round(median(rates.qdrant)) }),
  };
}

async function start(role, dir) {
  const child = fork(fileURLToPath(import.meta.url), dir === undefined ? [role] : [role, dir]);
  const url = await new Promise((listening) => child.once("message", listening));
  return {
    url,
    async stop() {
      const ended = new Promise((exit) => child.once("exit", exit));
      child.kill();
      await ended;
    },
  };
}

function send(url, method, path, body) {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url + path,
      { method, agent, headers: { "content-length": body?.length ?? 0 } },
      (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode >= 400) reject(new Error(text));
          else resolve(text);
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

async function time(work) {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}

/** Of this process, in seconds: other work on the machine stretches it less than it does the clock's time. */
function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function timings(inputs, work) {
  const [taken, costs] = [[], []];
  for (const [i, input] of [inputs[0], ...inputs].entries()) {
    const before = processorTime();
    const ms = 1000 * (await time(() => work(input)));
    if (i === 0) continue;
    taken.push(ms);
    costs.push(1000 * (processorTime() - before));
  }
  return {
    p50Ms: round(median(taken), 1),
    p95Ms: round(quantile(taken, 0.95), 1),
    processorMs: round(median(costs), 1),
  };
}

function vector(random) {
  const values = Float32Array.from({ length: WIDTH }, () => random() - 0.5);
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => value / length);
}

function point(n, random) {
  const cluster = `c${1 + (n % 8)}`;
  const at = "2026-01-01T00:00:00Z";
  const given = {
    cluster_id: cluster,
    counted_in: cluster,
    distance: 0.5,
    margin: 0.1,
    version: 1,
    assigned_with: 1,
    assigned_at: at,
  };
  const document = {
    document_id: `document ${n}`,
    text: TEXT,
    source: "bench",
    published_at: at,
    revision: `0:${n}`,
    received_at: at,
  };
  return { vector: vector(random), payload: { ...document, ...given, model: "bench", model_revision: "1" } };
}

/** Mulberry32. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
