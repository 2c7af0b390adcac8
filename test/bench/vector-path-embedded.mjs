// Documents that bring their vectors (base64), in one process as in `eddy up`, without HTTP: from `documents` to durable points and told
// assignments, publishing included; and the store alone with the same points, in turn in one run.
//   node test/bench/vector-path-embedded.mjs [--documents 20000] [--rounds 5] [--json]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openScratchRiver, readyVectors } from "@eddy/cli/reproduce/scratch-river";
import { openEngine } from "@eddy/vectors/engine/engine";
import { createInProcessApi } from "@eddy/vectors/in-process";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { median, report, round } from "./figures.mjs";
import { unitMixture } from "./mixture.mjs";
import { timed } from "./timed.mjs";

const { values: flags } = parseArgs({
  options: {
    documents: { type: "string", default: "20000" },
    rounds: { type: "string", default: "5" },
    json: { type: "boolean" },
  },
});
const WIDTH = 384;
const CLUSTERS = 10;
/** Past the last re-seeding (packages/clustering/src/schedule.ts). */
const GROWN_UP = 50 * CLUSTERS * 32 + 1_000;
const DISTINCT = 2_000;
const count = Number(flags.documents);
const text = "Shares rose on Monday after the central bank left its interest rates as they were, traders said.";

const vectors = unitMixture({ count: DISTINCT, width: WIDTH, topics: CLUSTERS, seed: 1 });
const row = (n) => vectors.subarray((n % DISTINCT) * WIDTH, ((n % DISTINCT) + 1) * WIDTH);
const encoded = Array.from({ length: DISTINCT }, (_, n) =>
  Buffer.from(vectors.buffer, 4 * n * WIDTH, 4 * WIDTH).toString("base64"),
);

const river = await openScratchRiver({ embedder: readyVectors(WIDTH), clusters: CLUSTERS });
let published = 0;
async function stream(length) {
  const from = (await river.streams.bounds(river.topics.assignments, 0)).end;
  const documents = Array.from({ length }, () => {
    const n = published++;
    return { id: `d-${n}`, text, vector: encoded[n % DISTINCT] };
  });
  await river.publish(documents);
  await river.outcome(length, { from });
}

const folder = mkdtempSync(join(tmpdir(), "eddy-bench-"));
const engine = openEngine({ dir: folder });
const store = createQdrantStore(createInProcessApi(engine), "bench");
await store.open({ dimensions: WIDTH, distance: "Cosine", uuid: "bench" });
const now = new Date(0).toISOString();
let written = 0;
async function write(length) {
  for (let left = length; left > 0; left -= 256)
    await store.write(
      Array.from({ length: Math.min(256, left) }, () => {
        const n = written++;
        const given = { cluster_id: "c1", counted_in: "c1", distance: 0.5, margin: 0.1, version: 1, assigned_with: 1 };
        const times = { received_at: now, assigned_at: now, counted_at: 1 };
        const document = { document_id: `d-${n}`, text, revision: `0:${n}`, model: "ready", model_revision: "" };
        return { vector: row(n), payload: { ...document, ...given, ...times } };
      }),
    );
}

await stream(GROWN_UP);
await write(GROWN_UP);
const turns = [];
for (let turn = 0; turn < Number(flags.rounds); turn++) {
  turns.push({ stream: await timed(() => stream(count)), store: await timed(() => write(count)) });
  if (!flags.json)
    console.error(
      `round ${turn}: ${Object.entries(turns.at(-1))
        .map(([name, { seconds }]) => `${name} ${(count / seconds).toFixed(0)}/s`)
        .join(", ")}`,
    );
}
await river.close();
await engine.close();
rmSync(folder, { recursive: true, force: true });
const rate = (which) => median(turns.map((turn) => count / turn[which].seconds));
const micros = (which) => round(median(turns.map((turn) => (1e6 * turn[which].cpuSeconds) / count)), 1);
report(
  "vector path, embedded",
  {
    documents: count,
    documentsPerSecond: round(rate("stream"), 0),
    processorMicrosecondsADocument: micros("stream"),
    storePointsPerSecond: round(rate("store"), 0),
    storeProcessorMicroseconds: micros("store"),
    ratio: round(median(turns.map((turn) => turn.store.seconds / turn.stream.seconds)), 2),
  },
  { rate: ["≥ 20,000 documents/s", rate("stream") >= 20_000] },
  flags,
);
process.exit(0);
