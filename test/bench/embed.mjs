// Documents a second of the embedder against the bare session at its best batch: same texts, same process, interleaved.
//
//   npm run build && node test/bench/embed.mjs [--dtype int8|fp32] [--documents 2000] [--rounds 5] [--call 256]
//   node test/bench/embed.mjs --embedder hash
//
// The bare session gets ready token ids, sorted by length over all documents and cut into batches of one size (the best
// of a sweep), and its output is thrown away. The embedder tokenises, plans, infers, pools and normalises, in calls of
// `--call` documents, four at a time. Prints JSON: medians over the rounds, and the ratio of each round.
import { readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { sharedFolder } from "@eddy/datasets/public/shared-data";
import * as ort from "onnxruntime-node";
import { createEmbedder, defaultCacheDir } from "../../packages/embedding/dist/create-embedder.js";
import { locateModel } from "../../packages/embedding/dist/model-source/locate-model.js";
import { readModelFiles } from "../../packages/embedding/dist/model-source/model-files.js";
import { DEFAULT_MODEL } from "../../packages/embedding/dist/model-source/model-name.js";
import { padBatch } from "../../packages/embedding/dist/pad-batch.js";
import { createTokenizer } from "../../packages/embedding/dist/tokenizer.js";

const { values } = parseArgs({
  options: {
    embedder: { type: "string", default: "onnx" },
    dtype: { type: "string", default: "int8" },
    documents: { type: "string", default: "2000" },
    rounds: { type: "string", default: "5" },
    call: { type: "string", default: "256" },
    budget: { type: "string", default: "1024" },
    threads: { type: "string", default: String(availableParallelism()) },
  },
});
const [documents, rounds, callSize, threads] = ["documents", "rounds", "call", "threads"].map((key) =>
  Number(values[key]),
);
const CALLS_AT_ONCE = 4;
const SWEEP = [8, 16, 32];
const WARM_UP = 256;

const shared = sharedFolder(process.env);
if (shared === undefined) throw new Error("the shared data is not there: set EDDY_SHARED");
const texts = gunzipSync(readFileSync(join(shared, "data/ag_news.jsonl.gz")))
  .toString()
  .split("\n", documents)
  .map((line) => JSON.parse(line).text);
const { embedder: kind, dtype } = values;
const embedder = await createEmbedder({ embedder: kind, dtype, threads, batchMaxTokens: Number(values.budget) });

/** Documents a second. */
async function timed(work) {
  const start = performance.now();
  await work();
  return (1000 * texts.length) / (performance.now() - start);
}

async function runEmbedder() {
  const calls = [];
  for (let at = 0; at < texts.length; at += callSize) calls.push(texts.slice(at, at + callSize));
  const next = async () => {
    for (let call = calls.shift(); call; call = calls.shift()) await embedder.embed(call);
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, next));
}

async function bareSession() {
  const model = await locateModel({ model: DEFAULT_MODEL, dtype, cacheDir: defaultCacheDir(), sources: [] });
  const tokenizer = createTokenizer((await readModelFiles(model.folder)).tokenizer);
  const sequences = texts
    .map((text) => tokenizer.tokenize(text, { maxTokens: embedder.info.maxTokens, maxChunks: 1 }).sequences[0])
    .sort((a, b) => a.length - b.length);
  const session = await ort.InferenceSession.create(model.weights, { intraOpNumThreads: threads, logSeverityLevel: 3 });
  const batchesOf = (rows) => {
    const batches = [];
    for (let at = 0; at < sequences.length; at += rows) {
      const { ids, mask, rows: count, width } = padBatch(sequences.slice(at, at + rows), tokenizer.padId);
      const data = { input_ids: ids, attention_mask: mask, token_type_ids: new BigInt64Array(ids.length) };
      batches.push(
        Object.fromEntries(
          session.inputNames.map((name) => [name, new ort.Tensor("int64", data[name], [count, width])]),
        ),
      );
    }
    return batches;
  };
  const runs = new Map(SWEEP.map((rows) => [rows, batchesOf(rows)]));
  return async (rows) => {
    for (const feeds of runs.get(rows)) await session.run(feeds, { logSeverityLevel: 3 });
  };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const round = (number, digits = 1) => Number(number.toFixed(digits));
const report = {
  texts: texts.length,
  embedder: embedder.info,
  threads,
  machine: `${cpus().length} × ${cpus()[0].model}`,
};

await embedder.embed(texts.slice(0, WARM_UP));
if (kind === "hash") {
  const speeds = [];
  for (let i = 0; i < rounds; i++) speeds.push(await timed(runEmbedder));
  console.log(JSON.stringify({ ...report, documents_per_second: round(median(speeds)) }, null, 2));
} else {
  const runBare = await bareSession();
  const sweep = new Map();
  for (const rows of SWEEP) sweep.set(rows, await timed(() => runBare(rows)));
  const [best] = [...sweep].sort((a, b) => b[1] - a[1])[0];
  const bare = [];
  const ours = [];
  for (let i = 0; i < rounds; i++) {
    bare.push(await timed(() => runBare(best)));
    ours.push(await timed(runEmbedder));
  }
  const ratios = ours.map((speed, i) => speed / bare[i]);
  console.log(
    JSON.stringify(
      {
        ...report,
        sweep: Object.fromEntries([...sweep].map(([rows, speed]) => [rows, round(speed)])),
        bare: { rows: best, documents_per_second: round(median(bare)) },
        documents_per_second: round(median(ours)),
        ratio: round(median(ours) / median(bare), 3),
        ratios: ratios.map((ratio) => round(ratio, 3)),
      },
      null,
      2,
    ),
  );
}
await embedder.close();
