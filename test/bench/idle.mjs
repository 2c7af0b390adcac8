// What idle workers cost: processor time of each process over 60 s in which nothing comes, after documents have been clustered:
// `eddy up` on its own folder, and `eddy run ingest`, `embed-worker` and `cluster-worker` on a real Kafka.
//   node test/bench/idle.mjs [--seconds 60] [--only embedded|kafka] [--quick] [--json]
// In `eddy up` three workers, the HTTP API and the store share a process: a third of it is held against the goal. Two partitions
// on Kafka; the embedder that needs no model; nobody scrapes and nobody asks.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { createRandom } from "@eddy/runtime/random";
import { median, report, round } from "./figures.mjs";
import { loadFromTests } from "./load.mjs";

const { values: flags } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    only: { type: "string" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean" },
  },
});
const WINDOWS = 6;
const DOCUMENTS = 600;
const SETTLE_MS = 5_000;
/** Of /proc: clock ticks a second. */
const TICKS = 100;
const GOAL = 0.01;
const seconds = flags.quick ? 6 : Number(flags.seconds);

const loaded = await loadFromTests(
  "peers/kafka-broker.ts",
  "peers/qdrant-process.ts",
  "fleet/fleet.ts",
  "support/eddy-process.ts",
  "support/publish.ts",
  "support/member.ts",
);
const [{ startKafka }, { startQdrant }, { createFleet, workers }, processes, { publish, randomDocuments }, members] =
  loaded.modules;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Seconds of the processor that a process has had, all of its threads. */
function processorSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name, in brackets, may hold anything; utime and stime are the 14th and 15th field.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

async function openEmbedded() {
  const home = processes.temporaryFolder();
  const args = [
    "up",
    "--embedder",
    "hash",
    "--home",
    home.path,
    "--port",
    "0",
    "--qdrant-port",
    "0",
    "--metrics-port",
    "0",
  ];
  const member = members.startMember("up", [process.execPath, processes.EDDY, ...args], {}, () => {});
  const [, api] = await member.said(/HTTP API +(http:\/\/[^\s/]+)/);
  await publish(api, randomDocuments("idle", DOCUMENTS, createRandom(1)));
  for (let waiting = 1; waiting > 0; await wait(250)) {
    const { lag } = await (await fetch(`${api}/v1/status`)).json();
    waiting = lag.documents + lag.texts + lag.embeddings;
  }
  return {
    pids: { up: member.pid },
    async close() {
      await member.stop();
      home.remove();
    },
  };
}

async function openKafka() {
  const [kafka, qdrant] = await Promise.all([startKafka(), startQdrant()]);
  const pipeline = `idle-${randomUUID().slice(0, 8)}`;
  const fleet = createFleet({ brokers: kafka.brokers, qdrantUrl: qdrant.url, pipeline, partitions: 2 });
  for (const kind of workers) fleet.add(kind);
  await Promise.all(fleet.members().map((member) => member.ready()));
  for (const [n, document] of randomDocuments("idle", DOCUMENTS, createRandom(1)).entries()) {
    const record = { key: Buffer.from(document.id), value: Buffer.from(JSON.stringify(document)), headers: {} };
    await fleet.streams.append(fleet.topics.documents, n % 2, [record]);
  }
  await fleet.caughtUp(120_000);
  return {
    pids: Object.fromEntries(fleet.members().map(({ name, pid }) => [name.replace(/-\d+$/, ""), pid])),
    async close() {
      await fleet.stop();
      await fleet.close();
      await qdrant.stop();
      await kafka.stop();
    },
  };
}

/** Share of a core by process: of all windows, and of the median one. */
async function measure({ pids }) {
  await wait(SETTLE_MS);
  const taken = Object.fromEntries(Object.keys(pids).map((name) => [name, []]));
  for (let window = 0; window < WINDOWS; window++) {
    const before = Object.entries(pids).map(([name, pid]) => [name, pid, processorSeconds(pid)]);
    const from = performance.now();
    await wait((1_000 * seconds) / WINDOWS);
    const elapsed = (performance.now() - from) / 1_000;
    for (const [name, pid, used] of before) taken[name].push((processorSeconds(pid) - used) / elapsed);
  }
  return Object.fromEntries(
    Object.entries(taken).map(([name, shares]) => [
      name,
      { core: round(shares.reduce((sum, share) => sum + share, 0) / WINDOWS), medianWindow: round(median(shares)) },
    ]),
  );
}

const figures = { seconds, load: loadavg().map((load) => round(load, 1)) };
const goals = {};
for (const [where, open] of Object.entries({ embedded: openEmbedded, kafka: openKafka })) {
  if (flags.only && flags.only !== where) continue;
  const opened = await open();
  try {
    figures[where] = await measure(opened);
  } finally {
    await opened.close();
  }
  for (const [name, { core }] of Object.entries(figures[where])) {
    const workers = name === "up" ? 3 : 1;
    goals[`${where} ${name}`] = [
      `< 1 % of a core${workers > 1 ? " for each of its workers" : ""}`,
      core / workers < GOAL,
    ];
  }
}
await loaded.close();
report("idle", figures, goals, flags);
process.exit(0);
