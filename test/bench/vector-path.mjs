// Documents that bring their vectors (base64; --numbers: as JSON numbers), on a real Kafka: from `documents` to the durable point, each service a process of its own,
// the broker on the same machine. With the store stubbed (what Eddy and Kafka can do), and with a store, against the rate at
// which that store takes the same points from one client; then the time that one document into the idle fleet takes until a
// query finds it.
//   node test/bench/vector-path.mjs [--documents 40000] [--partitions 2] [--only stub|store] [--numbers] [--profile DIR] [--json]
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createRandom } from "@eddy/runtime/random";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { createRestApi } from "@eddy/vectors/rest-client";
import { median, quantile, report, round } from "./figures.mjs";
import { loadFromTests } from "./load.mjs";

const { values: flags } = parseArgs({
  options: {
    documents: { type: "string", default: "40000" },
    partitions: { type: "string", default: "2" },
    only: { type: "string" },
    numbers: { type: "boolean", default: false },
    profile: { type: "string" },
    json: { type: "boolean" },
  },
});
const count = Number(flags.documents);
const partitions = Number(flags.partitions);
const DIMENSIONS = 384;
const CLUSTERS = 10;
const WARM_UP = 20_000;
const STUB = fileURLToPath(new URL("stub-cluster-worker.mjs", import.meta.url));

const random = createRandom(1);
const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
const gaussian = () => Float32Array.from({ length: DIMENSIONS }, normal);
const centres = Array.from({ length: CLUSTERS }, gaussian);
const ready = Array.from({ length: 2_000 }, (_, n) => {
  const vector = gaussian().map((value, i) => value + 2 * centres[n % CLUSTERS][i]);
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
});
const short = (vector) => Array.from(vector, (value) => Number(value.toPrecision(8)));
const base64 = (vector) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64");
const texts = ready.map((vector) => JSON.stringify(flags.numbers ? short(vector) : base64(vector)));
const text = "Shares rose on Monday after the central bank left its interest rates as they were, traders said.";
const record = (n) => ({
  key: Buffer.from(`d-${n}`),
  value: Buffer.from(`{"id":"d-${n}","text":${JSON.stringify(text)},"vector":${texts[n % texts.length]}}`),
  headers: {},
});

const loaded = await loadFromTests(
  "peers/kafka-broker.ts",
  "peers/qdrant-process.ts",
  "fleet/fleet.ts",
  "support/read-topic.ts",
);
const [{ startKafka }, { startQdrant }, { createFleet, workers }, { readPartition }] = loaded.modules;
const kafka = await startKafka();
const qdrant = await startQdrant();

async function withFleet(kind, work) {
  const env = { EDDY_CLUSTERS: String(CLUSTERS) };
  const nodeFlags = flags.profile ? ["--cpu-prof", `--cpu-prof-dir=${flags.profile}/${kind}`] : [];
  const pipeline = `bench-${kind}-${randomUUID().slice(0, 8)}`;
  const fleet = createFleet({ brokers: kafka.brokers, qdrantUrl: qdrant.url, pipeline, partitions, env, nodeFlags });
  try {
    await fleet.streams.createTopics([{ name: fleet.topics.documents, partitions }]);
    return await work(fleet, pipeline);
  } catch (error) {
    console.error(fleet.story());
    throw error;
  } finally {
    await fleet.stop();
    await fleet.close();
  }
}

const start = (fleet, stubbed) => {
  for (const kind of workers)
    if (stubbed && kind === "cluster-worker") fleet.addProgram(kind, STUB);
    else fleet.add(kind);
};

/** Publishes, each partition's in its order. */
async function publish({ streams, topics }, from, to) {
  for (let at = from; at < to; at += 2_000) {
    const own = Array.from({ length: Math.min(2_000, to - at) }, (_, n) => at + n);
    await Promise.all(
      Array.from({ length: partitions }, (_, partition) =>
        streams.append(topics.documents, partition, own.filter((n) => n % partitions === partition).map(record)),
      ),
    );
  }
}

/** From the first record of `texts` to the last of `assignments` since the `ends`, in documents a second. */
async function rateSince(ends, { streams, topics }) {
  let [first, last] = [Infinity, 0];
  for (let partition = 0; partition < partitions; partition++) {
    const texts = await readPartition(streams, topics.texts, partition);
    const assignments = await readPartition(streams, topics.assignments, partition);
    first = Math.min(first, texts.find(({ offset }) => offset >= ends[partition]).timestampMs);
    last = Math.max(last, assignments.at(-1).timestampMs);
  }
  return (1_000 * count) / (last - first);
}

const throughput = (kind) =>
  withFleet(kind, async (fleet) => {
    start(fleet, kind === "stub");
    await Promise.all(fleet.members().map((member) => member.ready()));
    // Past the first seed and the re-seedings of the young model.
    await publish(fleet, 0, WARM_UP);
    await fleet.caughtUp(300_000);
    // Then all of them wait in `documents` for an ingest worker.
    await fleet.members("ingest")[0].stop();
    await publish(fleet, WARM_UP, WARM_UP + count);
    const ends = await Promise.all(
      Array.from({ length: partitions }, async (_, p) => (await fleet.streams.bounds(fleet.topics.texts, p)).end),
    );
    const cpuOf = async (member) => (await member.metric("process_cpu_seconds_total")) ?? 0;
    const measured = [...fleet.members()];
    const before = await Promise.all(measured.map(cpuOf));
    // Two: the parsing of vectors is the heaviest part, and one would leave the second core idle.
    for (let n = 0; n < 2; n++) {
      const ingest = fleet.add("ingest");
      measured.push(ingest);
      before.push(0);
    }
    await fleet.caughtUp(300_000);
    const after = await Promise.all(measured.map(cpuOf));
    const cpuMs = measured.map(({ name }, at) => [name, round((1_000 * (after[at] - before[at])) / count, 3)]);
    return { rate: await rateSince(ends, fleet), cpuMs: Object.fromEntries(cpuMs) };
  });

/** The store alone: the same points, in calls of a cluster-worker's size, one after the other as it makes them. */
async function bareStore() {
  const store = createQdrantStore(createRestApi({ url: qdrant.url }), `bare-${randomUUID().slice(0, 8)}`);
  await store.open({ dimensions: DIMENSIONS, distance: "Cosine", uuid: randomUUID() });
  const now = new Date().toISOString();
  const point = (n) => ({
    vector: ready[n % ready.length],
    payload: {
      document_id: `d-${n}`,
      revision: `0:${n}`,
      text,
      received_at: now,
      cluster_id: "c1",
      distance: 0.5,
      margin: 0.1,
      version: 1,
      assigned_with: 1,
      counted_in: "c1",
      counted_at: 1,
      assigned_at: now,
      model: "ready",
      model_revision: "",
    },
  });
  const total = Math.min(count, 20_000);
  const write = (from) => store.write(Array.from({ length: 1_000 }, (_, n) => point(from + n)));
  await write(0);
  const from = performance.now();
  for (let n = 1_000; n < total; n += 1_000) await write(n);
  const rate = (1_000 * (total - 1_000)) / (performance.now() - from);
  await store.close();
  return rate;
}

const latencies = () =>
  withFleet("idle", async (fleet, pipeline) => {
    start(fleet, false);
    await Promise.all(fleet.members().map((member) => member.ready()));
    for (let n = 0; n < 1_200; n++) await fleet.streams.append(fleet.topics.documents, n % partitions, [record(n)]);
    await fleet.caughtUp(60_000);
    const store = createQdrantStore(createRestApi({ url: qdrant.url }), pipeline);
    const took = [];
    for (let n = 0; n < 60; n++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const id = `one-${n}`;
      const value = record(n).value.toString().replace(`"d-${n}"`, `"${id}"`);
      const from = performance.now();
      await fleet.streams.append(fleet.topics.documents, n % partitions, [
        { key: Buffer.from(id), value: Buffer.from(value), headers: {} },
      ]);
      while (!(await store.lookup([id])).has(id)) await new Promise((resolve) => setTimeout(resolve, 2));
      if (n >= 10) took.push(performance.now() - from);
    }
    await store.close();
    return took;
  });

const stub = flags.only === "store" ? undefined : await throughput("stub");
const bare = flags.only === "stub" ? undefined : await bareStore();
const store = flags.only === "stub" ? undefined : await throughput("store");
const took = flags.only ? undefined : await latencies();
await qdrant.stop();
await kafka.stop();
await loaded.close();
report(
  "vector path",
  {
    documents: count,
    partitions,
    ...(stub && { stubDocumentsPerSecond: round(stub.rate, 0), stubCpuMsPerDocument: stub.cpuMs }),
    ...(store && {
      storeDocumentsPerSecond: round(store.rate, 0),
      storeCpuMsPerDocument: store.cpuMs,
      bareStorePointsPerSecond: round(bare, 0),
      ratio: round(store.rate / bare, 2),
    }),
    ...(took && { latencyMs: { p50: round(median(took), 0), p95: round(quantile(took, 0.95), 0) } }),
  },
  {
    ...(stub && { stub: ["store stubbed: ≥ 5,000 documents/s", stub.rate >= 5_000] }),
    ...(store && { store: ["with a store: ≥ 0.8 of its own rate", store.rate >= 0.8 * bare] }),
    ...(took && { latency: ["one document into the idle fleet: p50 < 300 ms", median(took) < 300] }),
  },
  flags,
);
process.exit(0);
