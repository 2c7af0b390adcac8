// The pipeline against the Python script that people write for this (confluent-kafka, sentence-transformers, MiniBatchKMeans.partial_fit,
// qdrant-client): the same documents on the same broker and into the same store, in turn in one run.
//   node test/bench/script.mjs [--documents 1000] [--rounds 7] [--dtype int8|fp32] [--python PYTHON] [--quick] [--json]
// A round: documents are published to whoever's turn it is; its time runs until the last is durable in the store and, of ours, told in
// `assignments`. Ours is `eddy run ingest`, `embed-worker` and `cluster-worker`, a process each, which idle while the script has its turn,
// as it does in theirs; broker and store (`eddy qdrant`, or QDRANT_URL) are on the same cores. The script has the same weights in fp32 and two
// threads. Re-seedings of the young model fall into three of the rounds. Purity: of the clusters that documents were given as they came. Java and Maven needed (or KAFKA_BROKERS).
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { shuffledIndices } from "@eddy/deep/batches";
import { defaultCacheDir } from "@eddy/embedding/create-embedder";
import { locateModel } from "@eddy/embedding/model-source/locate-model";
import { DEFAULT_MODEL } from "@eddy/embedding/model-source/model-name";
import { evaluate } from "@eddy/quality/evaluate";
import { createRandom } from "@eddy/runtime/random";
import { loadTexts } from "./data.mjs";
import { median, report, round } from "./figures.mjs";
import { loadFromTests } from "./load.mjs";
import { openPeer } from "./peers/open-peer.mjs";
import { timed } from "./timed.mjs";

const { values: flags } = parseArgs({
  options: {
    documents: { type: "string", default: "1000" },
    rounds: { type: "string", default: "7" },
    dtype: { type: "string", default: "int8" },
    python: { type: "string" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean" },
  },
});
const CLUSTERS = 4;
/** Past the first seed. */
const WARM_UP = 600;
const count = flags.quick ? 50 : Number(flags.documents);
const rounds = flags.quick ? 2 : Number(flags.rounds);
const PATIENCE_MS = 300_000;

const texts = await loadTexts("agnews");
// The file is sorted by class in places.
const items = Array.from(shuffledIndices(texts.length, createRandom(1).next), (at) => texts[at]);
const loaded = await loadFromTests("peers/kafka-broker.ts", "peers/qdrant-process.ts", "fleet/fleet.ts");
const [{ startKafka }, { startQdrant }, { createFleet, workers }] = loaded.modules;
const [kafka, qdrant] = await Promise.all([startKafka(), startQdrant()]);
const run = randomUUID().slice(0, 8);

async function openOurs() {
  const env = { EDDY_CLUSTERS: String(CLUSTERS), EDDY_EMBEDDER: "onnx", EDDY_DTYPE: flags.dtype };
  const fleet = createFleet({
    brokers: kafka.brokers,
    qdrantUrl: qdrant.url,
    pipeline: `bench-${run}`,
    partitions: 1,
    env,
  });
  const { streams, topics } = fleet;
  await streams.createTopics([{ name: topics.documents, partitions: 1 }]);
  for (const kind of workers) fleet.add(kind);
  await Promise.all(fleet.members().map((member) => member.ready()));
  const reader = streams.reader(topics.assignments, 0, 0);
  return {
    async run(documents) {
      await publish(streams, topics.documents, documents);
      const given = {};
      const late = AbortSignal.timeout(PATIENCE_MS);
      while (Object.keys(given).length < documents.length) {
        for (const { key, value } of await reader.fetch({ maxRecords: 1_000, waitMs: 1_000, signal: late }))
          given[Buffer.from(key).toString()] = JSON.parse(Buffer.from(value).toString()).cluster_id;
      }
      return given;
    },
    streams,
    /** Most that the embed-worker has had in memory so far, files that are mapped included. */
    embedWorkerMiB() {
      const [{ pid }] = fleet.members("embed-worker");
      return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
    },
    async close() {
      await reader.close();
      await fleet.stop();
      await fleet.close();
    },
  };
}

async function openTheirs(streams) {
  const topic = `script-${run}`;
  await streams.createTopics([{ name: topic, partitions: 1 }]);
  const { folder, weights } = await locateModel({
    ...{ model: DEFAULT_MODEL, dtype: "fp32", cacheDir: defaultCacheDir(), sources: [] },
  });
  const place = [weights, join(folder, "tokenizer.json"), kafka.brokers.join(","), topic, qdrant.url, topic];
  const peer = await openPeer("stream_script.py", {
    python: flags.python,
    args: [...place, String(CLUSTERS)],
    env: { TQDM_DISABLE: "1" },
  });
  return {
    async run(documents) {
      const [told] = await Promise.all([peer.ask({ run: documents.length }), publish(streams, topic, documents)]);
      theirs.versions = told.versions;
      return told.clusters;
    },
    close: () => peer.close(),
  };
}

function publish(streams, topic, documents) {
  const records = documents.map((document) => ({
    key: Buffer.from(document.id),
    value: Buffer.from(JSON.stringify(document)),
    headers: {},
  }));
  return streams.append(topic, 0, records);
}

/** The same for both; each text once, as long as there are some. */
function documentsOf(from, length) {
  return Array.from({ length }, (_, n) => {
    const { text, label } = items[(from + n) % items.length];
    return { id: `d-${from + n}`, text, label };
  });
}

let embedWorkerMiB = 0;
const ours = await openOurs();
const theirs = await openTheirs(ours.streams);
const sides = [
  { side: ours, rates: [], pairs: [] },
  { side: theirs, rates: [], pairs: [] },
];
try {
  for (const { side } of sides) await side.run(documentsOf(0, WARM_UP));
  for (let turn = 0; turn < rounds; turn++) {
    const documents = documentsOf(WARM_UP + turn * count, count);
    for (const { side, rates, pairs } of sides) {
      const { value: clusters, seconds } = await timed(() => side.run(documents));
      rates.push(count / seconds);
      for (const { id, label } of documents) pairs.push({ label, cluster: String(clusters[id]) });
    }
    if (!flags.json)
      console.error(
        `round ${turn}: ours ${sides[0].rates.at(-1).toFixed(1)}, script ${sides[1].rates.at(-1).toFixed(1)} documents/s`,
      );
  }
  embedWorkerMiB = ours.embedWorkerMiB();
} finally {
  theirs.close();
  await ours.close();
  await qdrant.stop();
  await kafka.stop();
  await loaded.close();
}
const [mine, peer] = sides.map(({ rates, pairs }) => ({
  documentsPerSecond: round(median(rates), 1),
  rounds: rates.map((rate) => round(rate, 1)),
  purity: round(evaluate(pairs).purity),
}));
const ratio = round(median(sides[0].rates.map((rate, turn) => rate / sides[1].rates[turn])), 2);
report(
  "script",
  {
    documentsARound: count,
    rounds,
    dtype: flags.dtype,
    ours: mine,
    script: peer,
    ratio,
    embedWorkerMiB: round(embedWorkerMiB, 0),
    load: loadavg().map((load) => round(load, 1)),
  },
  {
    throughput: ["≥ 3.6 × the Python script", ratio >= 3.6],
    memory: ["the embed-worker's memory, at its peak, < 450 MB", embedWorkerMiB * 1.048576 < 450],
    purity: ["purity no more than 0.01 below the script's", mine.purity >= peer.purity - 0.01],
  },
  { ...flags, versions: theirs.versions },
);
process.exit(0);
