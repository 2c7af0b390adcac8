// How long one document takes from `documents` until its point is durable and its assignment is told: alone into the idle pipeline,
// and at 50 and 80 % of the capacity measured just before, arrivals at random (Poisson) that wait for nobody. A document's time runs
// from when it was due, however late it could be sent, so a stall counts for all that came into it (no coordinated omission).
//   node test/bench/latency.mjs [--only embedded|kafka] [--rounds 5] [--seconds 8] [--dtype int8|fp32] [--embedder onnx|hash] [--quick] [--json]
// Embedded: all in this process, as in `eddy up`, without HTTP. Kafka (Java and Maven, or KAFKA_BROKERS): a process for each
// service, two partitions, and the store another, all on the same cores as the broker. The model is past its last re-seeding: a young
// one waits for those for up to two seconds.
import { randomUUID } from "node:crypto";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { openScratchRiver } from "@eddy/cli/reproduce/scratch-river";
import { createEmbedder } from "@eddy/embedding/create-embedder";
import { createRandom } from "@eddy/runtime/random";
import { loadTexts } from "./data.mjs";
import { median, quantile, report, round } from "./figures.mjs";
import { loadFromTests } from "./load.mjs";
import { unitMixture } from "./mixture.mjs";

const { values: flags } = parseArgs({
  options: {
    only: { type: "string" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "8" },
    dtype: { type: "string", default: "int8" },
    embedder: { type: "string", default: "onnx" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean" },
  },
});
const WIDTH = 384;
const CLUSTERS = 4;
/** Past the last re-seeding (packages/clustering/src/schedule.ts). */
const GROWN_UP = 50 * CLUSTERS * 32 + 600;
const SHARES = [0.5, 0.8];
const IDLE = flags.quick ? 10 : 60;
const BURST = flags.quick ? 60 : 300;
const ROUNDS = flags.quick ? 2 : Number(flags.rounds);
const SECONDS = flags.quick ? 3 : Number(flags.seconds);
const PATIENCE_MS = 120_000;

const texts = (await loadTexts("agnews")).map(({ text }) => text);
const random = createRandom(1);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function openEmbedded() {
  const embedder = await createEmbedder({
    embedder: flags.embedder,
    ...(flags.embedder === "onnx" && { dtype: flags.dtype }),
  });
  const river = await openScratchRiver({ embedder, clusters: CLUSTERS });
  return {
    ...{ streams: river.streams, topics: river.topics, partitions: 1 },
    async close() {
      await river.close();
      await embedder.close();
    },
  };
}

async function openKafka() {
  const loaded = await loadFromTests("peers/kafka-broker.ts", "peers/qdrant-process.ts", "fleet/fleet.ts");
  const [{ startKafka }, { startQdrant }, { createFleet, workers }] = loaded.modules;
  const [kafka, qdrant] = await Promise.all([startKafka(), startQdrant()]);
  const env = { EDDY_CLUSTERS: String(CLUSTERS), EDDY_EMBEDDER: flags.embedder };
  if (flags.embedder === "onnx") env.EDDY_DTYPE = flags.dtype;
  const pipeline = `latency-${randomUUID().slice(0, 8)}`;
  const fleet = createFleet({ brokers: kafka.brokers, qdrantUrl: qdrant.url, pipeline, partitions: 2, env });
  for (const kind of workers) fleet.add(kind);
  await Promise.all(fleet.members().map((member) => member.ready()));
  return {
    ...{ streams: fleet.streams, topics: fleet.topics, partitions: 2 },
    async close() {
      await fleet.stop();
      await fleet.close();
      await qdrant.stop();
      await kafka.stop();
      await loaded.close();
    },
  };
}

/** Publishes, and knows of each document when its assignment came. */
function createPublisher({ streams, topics, partitions }) {
  const waiting = new Map();
  const ended = new AbortController();
  let published = 0;

  async function follow(partition) {
    const reader = streams.reader(topics.assignments, partition, 0);
    while (!ended.signal.aborted) {
      const records = await reader.fetch({ maxRecords: 1_000, waitMs: 1_000, signal: ended.signal }).catch((error) => {
        if (ended.signal.aborted) return [];
        throw error;
      });
      const now = performance.now();
      for (const { key } of records) waiting.get(Buffer.from(key).toString())?.(now);
    }
    await reader.close();
  }
  const following = Array.from({ length: partitions }, (_, partition) => follow(partition));

  /** When each is clustered, in milliseconds of performance.now(). */
  async function publish(documents) {
    const done = [];
    const records = Array.from({ length: partitions }, () => []);
    for (const document of documents) {
      const id = `d-${published}`;
      records[published++ % partitions].push({
        key: Buffer.from(id),
        value: Buffer.from(JSON.stringify({ id, ...document })),
        headers: {},
      });
      done.push(
        new Promise((resolve, reject) => {
          const late = setTimeout(() => reject(new Error(`${id} was not clustered`)), PATIENCE_MS);
          waiting.set(id, (now) => {
            clearTimeout(late);
            waiting.delete(id);
            resolve(now);
          });
        }),
      );
    }
    const appended = records.map((own, partition) =>
      own.length > 0 ? streams.append(topics.documents, partition, own) : undefined,
    );
    const [times] = await Promise.all([Promise.all(done), ...appended]);
    return times;
  }
  return {
    publish,
    async close() {
      ended.abort();
      await Promise.all(following);
    },
  };
}

let next = 0;
const someText = () => ({ text: texts[next++ % texts.length] });

async function capacity(publish) {
  const from = performance.now();
  const times = await publish(Array.from({ length: BURST }, someText));
  return (1_000 * BURST) / (Math.max(...times) - from);
}

async function alone(publish) {
  await wait(50 + 100 * random.next());
  const from = performance.now();
  const [done] = await publish([someText()]);
  return done - from;
}

/** Arrivals at `perSecond` for a while, in milliseconds each. */
async function openLoop(publish, perSecond) {
  const all = [];
  const from = performance.now();
  for (let due = 0; ; ) {
    due += (-1_000 * Math.log(1 - random.next())) / perSecond;
    if (due > 1_000 * SECONDS) break;
    const early = from + due - performance.now();
    if (early > 0) await wait(early);
    const at = from + due;
    all.push(publish([someText()]).then(([done]) => done - at));
  }
  return Promise.all(all);
}

const summary = (times) => ({
  documents: times.length,
  p50Ms: round(quantile(times, 0.5), 0),
  p95Ms: round(quantile(times, 0.95), 0),
  p99Ms: round(quantile(times, 0.99), 0),
  mostMs: round(Math.max(...times), 0),
});

async function measure(where, open) {
  const pipeline = await open();
  const { publish, close } = createPublisher(pipeline);
  try {
    const vectors = unitMixture({ count: GROWN_UP, width: WIDTH, topics: CLUSTERS, seed: 2 });
    const ready = (row) => Buffer.from(vectors.buffer, 4 * row * WIDTH, 4 * WIDTH).toString("base64");
    for (let at = 0; at < GROWN_UP; at += 500) {
      await publish(
        Array.from({ length: Math.min(500, GROWN_UP - at) }, (_, n) => ({ text: texts[n], vector: ready(at + n) })),
      );
    }
    await capacity(publish);
    const idle = [];
    for (let n = 0; n < IDLE; n++) idle.push(await alone(publish));
    const rates = [];
    const rounds = SHARES.map(() => []);
    for (let turn = 0; turn < ROUNDS; turn++) {
      const found = await capacity(publish);
      rates.push(found);
      for (const [at, share] of SHARES.entries()) {
        rounds[at].push(await openLoop(publish, share * found));
        if (!flags.json)
          console.error(
            `${where}: ${found.toFixed(0)} documents/s; ${100 * share} %: ${JSON.stringify(summary(rounds[at].at(-1)))}`,
          );
      }
    }
    const loaded = SHARES.map((share, at) => [
      `${100 * share} %`,
      {
        ...summary(rounds[at].flat()),
        medianP99Ms: round(median(rounds[at].map((times) => quantile(times, 0.99))), 0),
      },
    ]);
    return { capacityPerSecond: round(median(rates), 1), idle: summary(idle), ...Object.fromEntries(loaded) };
  } finally {
    await close();
    await pipeline.close();
  }
}

const figures = { embedder: flags.embedder, secondsARound: SECONDS, load: loadavg().map((load) => round(load, 1)) };
const goals = {};
if (flags.only !== "kafka") {
  figures.embedded = await measure("embedded", openEmbedded);
  const { idle, "80 %": busy } = figures.embedded;
  goals.embeddedIdle = ["embedded, idle: p50 < 150 ms", idle.p50Ms < 150];
  goals.embeddedBusy = ["embedded, at 80 %: p99 < 1 s (the median round's)", busy.medianP99Ms < 1_000];
}
if (flags.only !== "embedded") {
  figures.kafka = await measure("kafka", openKafka);
  goals.kafkaIdle = ["Kafka, idle: p50 < 300 ms", figures.kafka.idle.p50Ms < 300];
}
report("latency", figures, goals, flags);
process.exit(0);
