// Quality of the stream: each document's cluster as given in the stream, and after the last sweep, over shuffles.
//   node test/bench/quality.mjs [--seeds 8] [--dtype fp32] [--data agnews|newsgroups|all] [--in-order] [--json]
// The whole pipeline runs in one process (documents with ready vectors, made once and cached), log and store in memory or a
// temporary folder. Figures to reach: see README.md beside this file.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createRiver, groupsOf } from "@eddy/cli/up/river";
import { topicsOf } from "@eddy/contracts/topics";
import { createEmbedder } from "@eddy/embedding/create-embedder";
import { evaluate } from "@eddy/quality/evaluate";
import { systemClock } from "@eddy/runtime/clock";
import { createHealth } from "@eddy/runtime/health";
import { createLogger } from "@eddy/runtime/logger";
import { createMetrics } from "@eddy/runtime/metrics";
import { createRandom } from "@eddy/runtime/random";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import { openEngine } from "@eddy/vectors/engine/engine";
import { createInProcessApi } from "@eddy/vectors/in-process";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { loadTexts } from "./data.mjs";

const { values: flags } = parseArgs({
  options: {
    seeds: { type: "string", default: "8" },
    dtype: { type: "string", default: "fp32" },
    data: { type: "string", default: "all" },
    "in-order": { type: "boolean" },
    json: { type: "boolean" },
    verbose: { type: "boolean" },
  },
});

async function embedded(name, texts, dtype) {
  const cache = join(process.env.EDDY_CACHE ?? join(homedir(), ".cache", "eddy"), "bench");
  mkdirSync(cache, { recursive: true });
  const digest = createHash("sha256")
    .update(JSON.stringify(texts.map(({ text }) => text)))
    .digest("hex")
    .slice(0, 12);
  const file = join(cache, `${name}-${dtype}-${digest}.f32`);
  const dimensions = 384;
  if (!existsSync(file)) {
    const embedder = await createEmbedder({ dtype });
    const result = await embedder.embed(texts.map(({ text }) => text));
    const all = new Float32Array(texts.length * dimensions);
    for (const [row, { vector }] of result.entries()) all.set(vector, row * dimensions);
    writeFileSync(file, Buffer.from(all.buffer));
    await embedder.close();
  }
  const bytes = readFileSync(file);
  const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  return texts.map((_, row) => all.subarray(row * dimensions, (row + 1) * dimensions));
}

async function stream(documents, clusters) {
  const home = mkdtempSync(join(tmpdir(), "eddy-quality-"));
  const engine = openEngine({ dir: home });
  const store = createQdrantStore(createInProcessApi(engine), "bench");
  const streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => Date.now() });
  const topics = topicsOf("bench");
  const logger = createLogger({ service: "bench", level: flags.verbose ? "debug" : "warn", fd: 2 });
  const embedder = {
    info: {
      model: "bench",
      revision: "1",
      dimensions: 384,
      dtype: "fp32",
      device: "cpu",
      maxTokens: 256,
      pooling: "mean",
    },
    embed: async () => [],
    close: async () => {},
  };
  const river = await createRiver(
    {
      streams,
      store,
      embedder,
      metrics: createMetrics({ processMetrics: false }),
      health: createHealth(systemClock),
      logger,
    },
    {
      topics,
      groups: groupsOf("bench"),
      partitions: 1,
      documentPartitions: 1,
      clusters,
      metric: "spherical",
      halfLifeDocuments: 0,
      halfLifeMs: 0,
      maxDocumentBytes: 2 ** 20,
      lagLimit: 20_000,
    },
  );
  const fail = (error) => {
    throw error;
  };
  for (const component of river.components) await component.start({ fail, signal: new AbortController().signal });
  const started = performance.now();
  for (let at = 0; at < documents.length; at += 256) {
    await streams.append(
      topics.documents,
      0,
      documents
        .slice(at, at + 256)
        .map(({ id, text, vector, label }) => ({
          key: Buffer.from(id),
          value: Buffer.from(JSON.stringify({ text: text || "-", label, vector: Array.from(vector) })),
          headers: {},
        })),
    );
  }
  // As given in the stream: the first assignment of each document.
  const given = new Map();
  const reader = streams.reader(topics.assignments, 0, 0);
  while (given.size < documents.length) {
    for (const { key, value } of await reader.fetch({ maxRecords: 1000, waitMs: 1000 })) {
      const id = Buffer.from(key).toString();
      if (!given.has(id)) given.set(id, JSON.parse(Buffer.from(value)).cluster_id);
    }
  }
  const seconds = (performance.now() - started) / 1000;
  const { structuredAt } = river.replica.state;
  while ((await store.count({ assignedBefore: structuredAt })) > 0)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const final = new Map();
  for (let after; ; ) {
    const page = await store.page({ limit: 1000, after });
    for (const { payload } of page.points) final.set(payload.document_id, payload.cluster_id);
    if ((after = page.next) === undefined) break;
  }
  for (const component of [...river.components].reverse()) await component.stop?.(new AbortController().signal);
  engine.close();
  rmSync(home, { recursive: true, force: true });
  const score = (clusterOf) => evaluate(documents.map(({ id, label }) => ({ label, cluster: clusterOf.get(id) })));
  return {
    streamed: score(given),
    final: score(final),
    documentsPerSecond: documents.length / seconds,
    choice: river.replica.state.choice,
  };
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const spread = (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
const summary = (values) => ({
  mean: round(mean(values)),
  std: round(spread(values)),
  worst: round(Math.min(...values)),
});
const round = (value) => Math.round(value * 10_000) / 10_000;

const figures = {};
for (const name of flags.data === "all" ? ["agnews", "newsgroups"] : [flags.data]) {
  const texts = await loadTexts(name);
  const vectors = await embedded(name, texts, flags.dtype);
  const documents = texts.map((text, index) => ({ ...text, vector: vectors[index] }));
  const runs = [];
  for (let seed = 0; seed < Number(flags.seeds); seed++) {
    const order = flags["in-order"]
      ? [...documents].sort((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0))
      : shuffle(documents, seed);
    const run = await stream(order, 4);
    runs.push(run);
    if (!flags.json)
      console.error(
        `${name} ${flags.dtype} seed ${seed}: streamed ${run.streamed.purity.toFixed(4)}, final ${run.final.purity.toFixed(4)}, ARI ${run.final.ari.toFixed(4)}, ${run.documentsPerSecond.toFixed(0)} documents/s`,
      );
  }
  figures[name] = {
    documents: documents.length,
    streamed: summary(runs.map((run) => run.streamed.purity)),
    final: summary(runs.map((run) => run.final.purity)),
    ari: summary(runs.map((run) => run.final.ari)),
  };
}
console.log(
  JSON.stringify(
    {
      name: "quality",
      dtype: flags.dtype,
      order: flags["in-order"] ? "by class" : `shuffled, seeds 0 to ${Number(flags.seeds) - 1}`,
      figures,
    },
    null,
    flags.json ? 0 : 2,
  ),
);
process.exit(0);

function shuffle(list, seed) {
  const random = createRandom(seed);
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}
