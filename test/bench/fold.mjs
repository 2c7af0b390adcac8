// What share of a cluster-worker's time goes into applying Deltas (decoding and folding what the model log brings), k = 100 and 2,000.
//   node test/bench/fold.mjs [--k 100,2000] [--documents 10000] [--rounds 5] [--quick] [--json]
// Embeddings wait in an embedded log before the clock starts; then the real cluster-worker works through them alone in the process,
// into the embedded store, which is its fastest and so the largest share. The Deltas that it wrote are applied again, on a model
// of their own, by themselves: the share is the one time over the other, both of the processor. A worker applies the Deltas of the
// whole fleet: beside N others as busy, its share is N + 1 times as large.
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readyVectors } from "@eddy/cli/reproduce/scratch-river";
import { createChanges } from "@eddy/cluster-worker/changes";
import { createClusterComponent } from "@eddy/cluster-worker/component";
import { applyEvent } from "@eddy/clustering/fold";
import { emptyState } from "@eddy/clustering/state";
import { topicsOf } from "@eddy/contracts/topics";
import { createEmbedComponent, foundationOf } from "@eddy/embed-worker/component";
import { createIngestComponent } from "@eddy/ingest/component";
import { decodeEvent } from "@eddy/model/event-codec";
import { found } from "@eddy/model/foundation";
import { openModel } from "@eddy/model/open-model";
import { groupsOf } from "@eddy/pipeline/groups";
import { openTopics } from "@eddy/pipeline/open-log";
import { systemClock } from "@eddy/runtime/clock";
import { createHealth } from "@eddy/runtime/health";
import { createLogger } from "@eddy/runtime/logger";
import { createMetrics } from "@eddy/runtime/metrics";
import { silentTracer } from "@eddy/runtime/tracer";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createLmdbStorage } from "@eddy/streams/embedded/lmdb-storage";
import { openEngine } from "@eddy/vectors/engine/engine";
import { createInProcessApi } from "@eddy/vectors/in-process";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { median, report, round } from "./figures.mjs";
import { unitMixture } from "./mixture.mjs";
import { timed } from "./timed.mjs";

const { values: flags } = parseArgs({
  options: {
    k: { type: "string", default: "100,2000" },
    documents: { type: "string", default: "10000" },
    rounds: { type: "string", default: "5" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean" },
  },
});
const WIDTH = 384;
const LIMIT = 0.05;
const APPEND = 500;
const REPLAYS = 5;
const PATIENCE_MS = 120_000;
/** A model that says it was seeded on so many is never seeded again. */
const GROWN_UP = 1e9;
const count = flags.quick ? 2_000 : Number(flags.documents);
const rounds = flags.quick ? 2 : Number(flags.rounds);
const sizes = flags.k.split(",").map(Number);
const vectors = unitMixture({ count: Math.max(count, ...sizes), width: WIDTH, topics: 100, seed: 1 });
const row = (n) => vectors.subarray(n * WIDTH, (n + 1) * WIDTH);
const text = "Shares rose on Monday after the central bank left its interest rates as they were, traders said.";
const idle = new AbortController().signal;

/** Seconds of the processor that the worker takes for all documents, and that applying its Deltas takes again. */
async function measure(k) {
  const folder = mkdtempSync(join(tmpdir(), "eddy-bench-"));
  const streams = new EmbeddedStreams({ storage: createLmdbStorage(join(folder, "log")), now: Date.now });
  const engine = openEngine({ dir: join(folder, "store") });
  const topics = topicsOf("bench");
  const platform = {
    ...{ pipeline: "bench", topics, groups: groupsOf("bench"), streams, clock: systemClock, tracer: silentTracer },
    layout: await openTopics(streams, topics, { partitions: 1, retentionBytes: 2 ** 30 }),
    logger: createLogger({ service: "bench", level: "error", fd: 2 }),
    metrics: createMetrics({ processMetrics: false }),
    health: createHealth(systemClock),
  };
  const options = {
    ...{ maxDocumentBytes: 2 ** 20, lagLimit: 10 * count, metric: "spherical", halfLifeDocuments: 0, halfLifeMs: 0 },
    ...{ clusters: k, snapshotEvery: 1e9, pointRetentionMs: 0 },
  };
  const embedder = readyVectors(WIDTH);
  const broken = new AbortController();
  const life = { fail: (error) => broken.abort(error), signal: idle };
  const { replica, snapshots } = openModel({ streams, topics, clock: systemClock });
  await replica.start(life.fail);
  await found(replica, foundationOf(options, embedder.info));
  const choice = { automatic: false, chosen: k, score: 0, runnerUp: 0, runnerUpScore: 0, clear: true };
  const centres = Array.from({ length: k }, (_, n) => ({ vector: row(n), weight: 1 }));
  await replica.propose({ type: "seeded", centres, sampleSize: GROWN_UP, choice });

  /** Until a topic has a record for each document. */
  const filled = async (topic) => {
    const end = performance.now() + PATIENCE_MS;
    while ((await streams.bounds(topic, 0)).end < count) {
      broken.signal.throwIfAborted();
      if (performance.now() > end) throw new Error(`${topic} was not filled after ${PATIENCE_MS / 1_000} s`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const upstream = [createEmbedComponent(platform, options, embedder), createIngestComponent(platform, options, WIDTH)];
  for (const component of upstream) await component.start?.(life);
  for (let from = 0; from < count; from += APPEND)
    await streams.append(
      topics.documents,
      0,
      Array.from({ length: Math.min(APPEND, count - from) }, (_, n) => {
        const vector = Buffer.from(vectors.buffer, 4 * (from + n) * WIDTH, 4 * WIDTH).toString("base64");
        const id = `d-${from + n}`;
        return { key: Buffer.from(id), value: Buffer.from(JSON.stringify({ id, text, vector })), headers: {} };
      }),
    );
  await filled(topics.embeddings);
  for (const component of upstream.toReversed()) await component.stop?.(idle);

  const store = createQdrantStore(createInProcessApi(engine), "bench");
  const changes = createChanges(streams, topics.clusterEvents);
  const parts = { store, replica, changes, snapshots, metric: options.metric, dimensions: WIDTH };
  const worker = await createClusterComponent(platform, options, parts);
  const work = await timed(async () => {
    await worker.start?.(life);
    await filled(topics.assignments);
  });
  await worker.stop?.(idle);
  await replica.stop();

  const reader = streams.reader(topics.modelLog, 0, 0);
  const records = [];
  for (const { end } = await streams.bounds(topics.modelLog, 0); records.length < end; )
    records.push(...(await reader.fetch({ maxRecords: 1_000, waitMs: 0 })));
  await reader.close();
  await streams.close();
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
  const applied = [];
  for (let replay = 0; replay < REPLAYS; replay++) applied.push(await apply(records));
  return { work, folded: median(applied), deltas: records.length - 2 };
}

/** Seconds of the processor for all Deltas, from their bytes to the model. */
async function apply(records) {
  const state = emptyState();
  // The founding and the seed.
  for (const { offset, value } of records.slice(0, 2)) applyEvent(state, offset, decodeEvent(value));
  const { cpuSeconds } = await timed(() => {
    for (const { offset, value } of records.slice(2)) {
      const outcome = applyEvent(state, offset, decodeEvent(value));
      if (!outcome.taken) throw new Error(`refused: ${outcome.why}`);
    }
  });
  return cpuSeconds;
}

const turns = new Map(sizes.map((k) => [k, []]));
// The first warms up.
for (let turn = 0; turn <= rounds; turn++)
  for (const k of sizes) {
    const taken = await measure(k);
    if (turn > 0) turns.get(k).push(taken);
    if (!flags.json)
      console.error(
        `k=${k}: ${((100 * taken.folded) / taken.work.cpuSeconds).toFixed(2)} % of ${taken.work.cpuSeconds.toFixed(1)} s`,
      );
  }
const figures = { documents: count, load: loadavg().map((load) => round(load, 1)) };
const goals = {};
for (const [k, taken] of turns) {
  const share = median(taken.map(({ work, folded }) => folded / work.cpuSeconds));
  figures[`k=${k}`] = {
    share: round(share),
    deltas: taken[0].deltas,
    msADelta: round(median(taken.map(({ folded, deltas }) => (1_000 * folded) / deltas)), 3),
    documentsPerSecond: round(median(taken.map(({ work }) => count / work.seconds)), 0),
    cpuMicrosecondsADocument: round(median(taken.map(({ work }) => (1e6 * work.cpuSeconds) / count)), 1),
  };
  goals[`k=${k}`] = ["< 5 % of a worker's time", share < LIMIT];
}
report("fold", figures, goals, flags);
process.exit(0);
