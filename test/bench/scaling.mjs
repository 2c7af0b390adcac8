// 1, 2 and 4 embed-workers on four partitions of a real Kafka, each with an embedder that sleeps for each text, so that two
// cores can show it: how fast what has piled up is embedded.
//   node test/bench/scaling.mjs [--documents 4000] [--json]
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createRandom } from "@eddy/runtime/random";
import { report, round } from "./figures.mjs";
import { loadFromTests } from "./load.mjs";

const { values: flags } = parseArgs({
  options: { documents: { type: "string", default: "4000" }, json: { type: "boolean" } },
});
const count = Number(flags.documents);
const PARTITIONS = 4;
const PROGRAM = fileURLToPath(new URL("../fleet/sleeping-embed-worker.mjs", import.meta.url));

const loaded = await loadFromTests(
  "peers/kafka-broker.ts",
  "peers/qdrant-process.ts",
  "fleet/fleet.ts",
  "support/read-topic.ts",
  "support/publish.ts",
);
const [{ startKafka }, { startQdrant }, { createFleet }, { readTopic }, { randomDocuments }] = loaded.modules;
const kafka = await startKafka();
const qdrant = await startQdrant();

/** Documents a second, from the first embedding to the last. */
async function rateOf(workers) {
  const pipeline = `scaling-${workers}-${randomUUID().slice(0, 8)}`;
  const env = { EDDY_CLUSTERS: "5" };
  const fleet = createFleet({ brokers: kafka.brokers, qdrantUrl: qdrant.url, pipeline, partitions: PARTITIONS, env });
  try {
    for (const kind of ["ingest", "cluster-worker"]) fleet.add(kind);
    for (let n = 0; n < workers; n++) fleet.addProgram("embed-worker", PROGRAM);
    await Promise.all(fleet.members().map((member) => member.ready()));
    const records = randomDocuments("d", count, createRandom(1)).map((document) => ({
      key: Buffer.from(document.id),
      value: Buffer.from(JSON.stringify(document)),
      headers: {},
    }));
    for (let p = 0; p < PARTITIONS; p++)
      await fleet.streams.append(
        fleet.topics.documents,
        p,
        records.filter((_, n) => n % PARTITIONS === p),
      );
    await fleet.caughtUp(300_000);
    const times = (await readTopic(fleet.streams, fleet.topics.embeddings)).map(({ record }) => record.timestampMs);
    const [first, last] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
    return (1_000 * count) / (last - first);
  } catch (error) {
    console.error(fleet.story());
    throw error;
  } finally {
    await fleet.stop();
    await fleet.close();
  }
}

const rates = {};
for (const workers of [1, 2, 4]) rates[workers] = await rateOf(workers);
await qdrant.stop();
await kafka.stop();
await loaded.close();
const growth = { 2: rates[2] / rates[1], 4: rates[4] / rates[1] };
report(
  "scaling",
  {
    documents: count,
    documentsPerSecond: Object.fromEntries(Object.entries(rates).map(([workers, rate]) => [workers, round(rate, 0)])),
    growth: { 2: round(growth[2], 2), 4: round(growth[4], 2) },
  },
  {
    two: ["two workers: ≥ 1.7 times one", growth[2] >= 1.7],
    four: ["four workers: ≥ 3 times one", growth[4] >= 3],
  },
  flags,
);
process.exit(0);
