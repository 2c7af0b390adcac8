// Documents a second of the embedder, int8 and fp32, against sentence-transformers on the CPU and against the bare ONNX
// Runtime session at its best batch: the same texts, in turn in one run; and what int8 costs in V-measure.
//   node test/bench/embed.mjs [--data agnews|newsgroups] [--documents 2000] [--slice 200] [--dtypes int8,fp32] [--python PYTHON|none]
//     [--threads 2] [--sessions N] [--budget TOKENS] [--json]
//   node test/bench/embed.mjs --embedder hash --python none
// Each turn is a slice of the texts: each contender embeds all of them once. The bare session gets ready token ids, sorted by
// length and cut into batches of one size (the best of a sweep), and its output is thrown away. Ours tokenises, plans, infers, pools
// and normalises. sentence-transformers runs the same weights as PyTorch, its own defaults (batches of 32, sorted by length).
import { spawn } from "node:child_process";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { clusterCodes } from "@eddy/deep/code-clusters";
import { createEmbedder, defaultCacheDir } from "@eddy/embedding/create-embedder";
import { locateModel } from "@eddy/embedding/model-source/locate-model";
import { readModelFiles } from "@eddy/embedding/model-source/model-files";
import { DEFAULT_MODEL } from "@eddy/embedding/model-source/model-name";
import { padBatch } from "@eddy/embedding/pad-batch";
import { createTokenizer } from "@eddy/embedding/tokenizer";
import { evaluate } from "@eddy/quality/evaluate";
import * as ort from "onnxruntime-node";
import { loadTexts } from "./data.mjs";
import { median, report, round } from "./figures.mjs";
import { peerPython } from "./peers/peer-python.mjs";

const { values: flags } = parseArgs({
  options: {
    embedder: { type: "string", default: "onnx" },
    data: { type: "string", default: "agnews" },
    documents: { type: "string", default: "2000" },
    slice: { type: "string", default: "200" },
    dtypes: { type: "string", default: "int8,fp32" },
    python: { type: "string" },
    threads: { type: "string", default: String(availableParallelism()) },
    sessions: { type: "string" },
    budget: { type: "string" },
    json: { type: "boolean" },
  },
});
const SWEEP = [8, 16, 32];
const WARM_UP = 32;
const CLUSTERS = 4;
const threads = Number(flags.threads);
const dtypes = flags.embedder === "hash" ? ["hash"] : flags.dtypes.split(",");
const all = await loadTexts(flags.data);
const count = Math.min(all.length, Number(flags.documents));
// Evenly from all: the file is sorted by class in places.
const items = Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]);
const texts = items.map(({ text }) => text);
const name = `embed${flags.data === "agnews" ? "" : "-long"}${flags.embedder === "hash" ? " hash" : ""}`;

async function openOurs(dtype) {
  const embedder = await createEmbedder({
    embedder: flags.embedder,
    threads,
    ...(dtype !== "hash" && { dtype }),
    ...(flags.sessions && { sessions: Number(flags.sessions) }),
    ...(flags.budget && { batchMaxTokens: Number(flags.budget) }),
  });
  return { info: embedder.info, run: (slice) => embedder.embed(slice), close: () => embedder.close() };
}

const located = (dtype) => locateModel({ model: DEFAULT_MODEL, dtype, cacheDir: defaultCacheDir(), sources: [] });

async function openBare(dtype, maxTokens) {
  const { folder, weights } = await located(dtype);
  const tokenizer = createTokenizer((await readModelFiles(folder)).tokenizer);
  const session = await ort.InferenceSession.create(weights, { intraOpNumThreads: threads, logSeverityLevel: 3 });
  const [output] = session.outputNames;
  /** The work of one slice, made ready. */
  const prepare = (slice, rows) => {
    const sequences = slice
      .map((text) => tokenizer.tokenize(text, { maxTokens, maxChunks: 1 }).sequences[0])
      .sort((a, b) => a.length - b.length);
    const runs = [];
    for (let at = 0; at < sequences.length; at += rows) {
      const { ids, mask, rows: count, width } = padBatch(sequences.slice(at, at + rows), tokenizer.padId);
      const data = { input_ids: ids, attention_mask: mask, token_type_ids: new BigInt64Array(ids.length) };
      runs.push(
        Object.fromEntries(session.inputNames.map((key) => [key, new ort.Tensor("int64", data[key], [count, width])])),
      );
    }
    return async () => {
      for (const feeds of runs) await session.run(feeds, [output], { logSeverityLevel: 3 });
    };
  };
  const speeds = [];
  for (const rows of SWEEP) {
    const work = prepare(texts.slice(0, Number(flags.slice)), rows);
    if (speeds.length === 0) await work();
    speeds.push(await seconds(work));
  }
  const rows = SWEEP[speeds.indexOf(Math.min(...speeds))];
  return { rows, prepare: (slice) => prepare(slice, rows) };
}

async function openPeer(python) {
  const { folder, weights } = await located("fp32");
  const script = fileURLToPath(new URL("peers/sentence_transformers_texts.py", import.meta.url));
  const child = spawn(python, [script, weights, join(folder, "tokenizer.json")], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, OMP_NUM_THREADS: flags.threads },
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (slice) => {
    child.stdin.write(`${JSON.stringify({ texts: slice, threads })}\n`);
    const { value, done } = await answers.next();
    if (done) throw new Error(`${python} has no sentence-transformers: npm run bench:peers, or name one with --python`);
    return JSON.parse(value);
  };
}

async function seconds(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Of K-Means on the vectors, the best of 20 starts. */
async function vMeasure(vectors) {
  const width = vectors[0].length;
  const values = new Float32Array(vectors.length * width);
  for (const [row, vector] of vectors.entries()) values.set(vector, row * width);
  const { clusters } = await clusterCodes(values, width, { k: CLUSTERS, seed: 0 });
  return evaluate(items.map(({ label }, row) => ({ label, cluster: String(clusters[row]) }))).v_measure;
}

const contenders = [];
for (const dtype of dtypes) {
  const ours = await openOurs(dtype);
  await ours.run(texts.slice(0, WARM_UP));
  const bare = dtype === "hash" ? undefined : await openBare(dtype, ours.info.maxTokens);
  contenders.push({ dtype, ours, bare, vectors: [], oursTimes: [], bareTimes: [] });
}
const peer = flags.python !== "none" && (await openPeer(flags.python ?? (await peerPython())));
let peerVersions = {};
if (peer) peerVersions = (await peer(texts.slice(0, WARM_UP))).versions;

const peerTimes = [];
const size = Number(flags.slice);
for (let at = 0; at < texts.length; at += size) {
  const slice = texts.slice(at, at + size);
  if (peer) peerTimes.push((await peer(slice)).seconds / slice.length);
  for (const { ours, bare, vectors, oursTimes, bareTimes } of contenders) {
    const taken = await seconds(async () => {
      for (const { vector } of await ours.run(slice)) vectors.push(vector);
    });
    oursTimes.push(taken / slice.length);
    if (bare) bareTimes.push((await seconds(bare.prepare(slice))) / slice.length);
  }
}

const perSecond = (times) => round(1 / median(times), 1);
const ratioTo = (others, times) => round(median(times.map((time, turn) => others[turn] / time)), 3);
const figures = {
  documents: texts.length,
  turns: Math.ceil(texts.length / size),
  threads,
  load: loadavg().map((load) => round(load, 1)),
};
if (peer) figures.sentenceTransformers = { documentsPerSecond: perSecond(peerTimes) };
const goals = {};
for (const { dtype, ours, bare, vectors, oursTimes, bareTimes } of contenders) {
  figures[dtype] = { documentsPerSecond: perSecond(oursTimes), batchMaxTokens: ours.info.batchMaxTokens };
  if (!bare) continue;
  figures[dtype].bare = { rows: bare.rows, documentsPerSecond: perSecond(bareTimes) };
  figures[dtype].toBare = ratioTo(bareTimes, oursTimes);
  figures[dtype].vMeasure = round(await vMeasure(vectors));
  goals[`${dtype} to bare`] = ["≥ 0.97 of the bare session", figures[dtype].toBare >= 0.97];
  if (peer) figures[dtype].toPeer = ratioTo(peerTimes, oursTimes);
}
const { int8, fp32 } = figures;
if (int8?.toPeer) goals["int8 to peer"] = ["≥ 3.6 × sentence-transformers (stretch: 4.5)", int8.toPeer >= 3.6];
if (int8 && fp32) {
  figures.vMeasureLoss = round(fp32.vMeasure - int8.vMeasure);
  goals.loss = ["int8 loses ≤ 0.01 of V-measure", figures.vMeasureLoss <= 0.01];
}
for (const { ours } of contenders) await ours.close();
report(name, figures, goals, { ...flags, versions: peerVersions });
process.exit(0);
