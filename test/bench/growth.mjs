// Time per item at 1 ×, 4 × and 16 × the data: the pipeline (publish to durable point, a new one each time, with its seeding and
// re-seedings), steps of the stream's K-Means, writes to the embedded store and exact queries of it (per point that is there).
//   node test/bench/growth.mjs [--only pipeline|kmeans|store] [--rounds 5] [--quick] [--json]
// Sizes take turns. Held to the goal by processor time, which other work on the machine stretches less; the clock's is told beside.
// The embedder is the one that needs no model: the real one's time per text is many times all of this.
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openScratchRiver } from "@eddy/cli/reproduce/scratch-river";
import { createAssigner } from "@eddy/compute/assigner";
import { demoDocument } from "@eddy/datasets/demo/demo-stream";
import { createEmbedder } from "@eddy/embedding/create-embedder";
import { openEngine } from "@eddy/vectors/engine/engine";
import { createInProcessApi } from "@eddy/vectors/in-process";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { median, report, round } from "./figures.mjs";
import { unitMixture } from "./mixture.mjs";
import { openSteps } from "./steps.mjs";
import { timed } from "./timed.mjs";

const { values: flags } = parseArgs({
  options: {
    only: { type: "string" },
    rounds: { type: "string", default: "5" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean" },
  },
});
const TIMES = [1, 4, 16];
const WIDTH = 384;
const QUERIES = 20;
const K = 100;
const BATCH = 2_048;
const LIMIT = 1.15;
const ROUNDS = flags.quick ? 1 : Number(flags.rounds);
const vectors = unitMixture({ count: 2 * BATCH, width: WIDTH, topics: K, seed: 1 });
const row = (n) => vectors.subarray((n % (2 * BATCH)) * WIDTH, ((n % (2 * BATCH)) + 1) * WIDTH);
const folder = mkdtempSync(join(tmpdir(), "eddy-bench-"));

const embedder = await createEmbedder({ embedder: "hash" });
async function pipeline(count) {
  const documents = Array.from({ length: count }, (_, n) => demoDocument(1, n));
  const river = await openScratchRiver({ embedder, clusters: 4 });
  const taken = await timed(async () => {
    await river.publish(documents);
    await river.outcome(count);
  });
  await river.close();
  return { documents: taken };
}

const assigner = await createAssigner({ metric: "spherical", dimensions: WIDTH });
async function kmeans(count) {
  const centres = vectors.slice(0, K * WIDTH);
  const steps = openSteps({ assigner, points: vectors, batch: BATCH, centres, k: K, metric: "spherical" });
  const ready = steps.next(count / BATCH);
  return { documents: await timed(() => steps.run(ready)) };
}

let stores = 0;
async function store(count) {
  const engine = openEngine({ dir: join(folder, String(stores++)) });
  const own = createQdrantStore(createInProcessApi(engine), "bench");
  await own.open({ dimensions: WIDTH, distance: "Cosine", uuid: "bench" });
  const now = new Date(0).toISOString();
  const batchFrom = (from) =>
    Array.from({ length: Math.min(256, count - from) }, (_, n) => {
      const cluster = `c${1 + ((from + n) % 8)}`;
      const given = {
        cluster_id: cluster,
        counted_in: cluster,
        distance: 0.5,
        margin: 0.1,
        version: 1,
        assigned_with: 1,
      };
      const document = { document_id: `d-${from + n}`, text: "Shares rose on Monday.", revision: `0:${from + n}` };
      const payload = {
        ...document,
        ...given,
        received_at: now,
        assigned_at: now,
        model: "bench",
        model_revision: "1",
      };
      return { vector: row(from + n), payload };
    });
  const writes = await timed(async () => {
    for (let from = 0; from < count; from += 256) await own.write(batchFrom(from));
  });
  const collection = engine.collection("bench");
  const ask = (n) => collection.query({ query: row(n), limit: 10 });
  await ask(0);
  const asked = await timed(async () => {
    for (let n = 0; n < QUERIES; n++) await ask(n);
  });
  await engine.close();
  const per = (value) => value / QUERIES;
  return { writes, queries: { seconds: per(asked.seconds), cpuSeconds: per(asked.cpuSeconds) } };
}

const works = {
  pipeline: { run: pipeline, least: flags.quick ? 500 : 1_200 },
  kmeans: { run: kmeans, least: (flags.quick ? 1 : 10) * BATCH },
  // 25 MB of vectors: a cache would hold fewer, and the larger sizes be compared with it
  store: { run: store, least: flags.quick ? 1_000 : 16_000 },
};
const figures = { rounds: ROUNDS, load: loadavg().map((load) => round(load, 1)) };
const goals = {};
for (const [name, { run, least }] of Object.entries(works)) {
  if (flags.only && flags.only !== name) continue;
  const turns = TIMES.map(() => []);
  // The first round warms up, but for its largest.
  for (let turn = 0; turn <= ROUNDS; turn++)
    for (const [at, times] of TIMES.entries()) {
      if (turn === 0 && at === TIMES.length - 1) continue;
      const taken = await run(times * least);
      if (turn > 0) turns[at].push(taken);
    }
  for (const what of Object.keys(turns[0][0])) {
    const perItem = (at, which) => (1e6 * median(turns[at].map((taken) => taken[what][which]))) / (TIMES[at] * least);
    /** To the cheapest of the smaller sizes: what a start costs once must not hide a growth behind it. */
    const growth = (at, which) => {
      const to = (turn, other) =>
        (turns[at][turn][what][which] / turns[other][turn][what][which]) * (TIMES[other] / TIMES[at]);
      const ratios = turns[at].map((_, turn) => Math.max(...TIMES.slice(0, at).map((_, other) => to(turn, other))));
      return round(median(ratios), 2);
    };
    figures[`${name}, ${what}`] = TIMES.map((times, at) => ({
      items: times * least,
      cpuMicroseconds: round(perItem(at, "cpuSeconds"), 3),
      microseconds: round(perItem(at, "seconds"), 3),
      ...(at > 0 && { toSmaller: growth(at, "cpuSeconds"), toSmallerByClock: growth(at, "seconds") }),
    }));
    const worst = Math.max(...TIMES.slice(1).map((_, at) => growth(at + 1, "cpuSeconds")));
    goals[`${name}, ${what}`] = [`time per item ≤ ${LIMIT} × that of the cheapest smaller size`, worst <= LIMIT];
    if (!flags.json) console.error(`${name}, ${what}: ${JSON.stringify(figures[`${name}, ${what}`])}`);
  }
}
await embedder.close();
await assigner.close();
rmSync(folder, { recursive: true, force: true });
report("growth", figures, goals, flags);
process.exit(0);
