/**
 * Speed of the vector store: `npm run build && node test/bench/store.js [points]`, prints JSON.
 * In process and by REST (the server in a child process); with QDRANT_URL also a real Qdrant. 384-wide unit vectors, 1 kB of text.
 */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { openEngine } from "@eddy/vectors/engine/engine";
import { createInProcessApi } from "@eddy/vectors/in-process";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { createRestApi } from "@eddy/vectors/rest-client";
import { createQdrantServer } from "@eddy/vectors/server/server";

const WIDTH = 384;
const BATCH = 256;

if (process.argv[2] === "serve") {
  const { url } = await createQdrantServer({ dir: process.argv[3], port: 0 });
  process.send(url);
} else await main(Number(process.argv[2] ?? 20_000));

async function main(total) {
  const dir = mkdtempSync(join(tmpdir(), "eddy-bench-"));
  const results = {};

  const engine = openEngine({ dir: join(dir, "in-process") });
  results.in_process = await measure(createQdrantStore(createInProcessApi(engine), "bench"), total);
  await engine.close();
  const from = performance.now();
  const again = openEngine({ dir: join(dir, "in-process") });
  results.in_process.open_ms = Math.round(performance.now() - from);
  await again.close();

  const child = fork(fileURLToPath(import.meta.url), ["serve", join(dir, "rest")]);
  const url = await new Promise((listening) => child.once("message", listening));
  results.rest = await measure(createQdrantStore(createRestApi({ url }), "bench"), Math.min(total, 20_000));
  child.kill();

  if (process.env.QDRANT_URL) {
    const api = createRestApi({ url: process.env.QDRANT_URL });
    results.qdrant = await measure(createQdrantStore(api, `bench-${process.pid}`), Math.min(total, 20_000));
  }
  rmSync(dir, { recursive: true });
  const machine = `${availableParallelism()} × ${cpus()[0]?.model}, Node ${process.version}`;
  console.log(JSON.stringify({ machine, width: WIDTH, ...results }, null, 2));
}

async function measure(store, total) {
  await store.open({ dimensions: WIDTH, distance: "Cosine", uuid: "bench" });
  const random = generator(1);
  const text = "Streams of documents find their clusters as they come. ".repeat(19);
  const batches = Array.from({ length: Math.ceil(total / BATCH) }, (_, batch) =>
    Array.from({ length: BATCH }, (_, i) => point(batch * BATCH + i, text, random)),
  );
  const points = batches.length * BATCH;
  const upsert = await seconds(async () => {
    for (const batch of batches) await store.write(batch);
  });
  const ids = Array.from({ length: BATCH }, (_, i) => `document ${(i * 7919) % points}`);
  const vector = point(0, text, random).vector;
  const changes = ids.map((documentId) => ({
    documentId,
    version: 1,
    change: { cluster_id: "c9", distance: 0.1, margin: 0.1, assigned_with: 2, assigned_at: "2026-01-01T00:00:00Z" },
  }));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const nearestMs = await median(7, () => store.nearest(vector, { limit: 10 }));
  delay.enable();
  await store.nearest(vector, { limit: 10 });
  delay.disable();
  return {
    points,
    upserts_per_second: Math.round(points / upsert),
    lookup_256_ms: await median(21, () => store.lookup(ids)),
    lookup_256_with_vectors_ms: await median(21, () => store.lookup(ids, { withVectors: true })),
    reassign_256_ms: await median(5, () => store.reassign(changes)),
    nearest_10_ms: nearestMs,
    nearest_blocks_at_most_ms: delay.max / 1e6,
    nearest_in_cluster_ms: await median(7, () => store.nearest(vector, { limit: 10, where: { cluster: "c3" } })),
    facet_ms: await median(7, () => store.facet("cluster_id")),
    page_256_ms: await median(7, () => store.page({ limit: 256, where: { cluster: "c3" } })),
    sample_512_ms: await median(5, () => store.sample(512)),
    text_ms: await median(3, () => store.count({ text: "clusters nowhere" })),
    rss_mb: Math.round(process.memoryUsage().rss / 2 ** 20),
  };
}

function point(n, text, random) {
  const vector = Float32Array.from({ length: WIDTH }, () => random() - 0.5);
  const length = Math.hypot(...vector);
  const cluster = `c${1 + (n % 8)}`;
  const at = "2026-01-01T00:00:00Z";
  const payload = {
    document_id: `document ${n}`,
    text,
    source: "bench",
    published_at: at,
    revision: `0:${n}`,
    received_at: at,
  };
  const given = {
    cluster_id: cluster,
    counted_in: cluster,
    distance: 0.5,
    margin: 0.1,
    version: 1,
    assigned_with: 1,
    assigned_at: at,
  };
  return {
    vector: vector.map((value) => value / length),
    payload: { ...payload, ...given, model: "bench", model_revision: "1" },
  };
}

async function seconds(work) {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}

async function median(times, work) {
  await work();
  const taken = [];
  for (let i = 0; i < times; i += 1) taken.push(1000 * (await seconds(work)));
  return Number(taken.sort((a, b) => a - b)[times >> 1].toFixed(2));
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
