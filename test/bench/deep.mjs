// Trained encoders on AG News: autoencoder, K-Means on its codes, DEC and IDEC, beside K-Means on MiniLM; a control on noise.
//   node test/bench/deep.mjs [--seeds 5] [--parts minilm,dec,idec,encoder,noise] [--threads N] [--sample agnews|agnews-12000] [--json]
// Texts as in each write-up (the DEC's are lower-case, a-z, 0-9 and spaces only). Vectors are made once and cached.
// `--sample` is the encoder's: 12,000, the tenth that agnews-encoder takes; silhouettes are of 5,000 of them (seed 0).
import { parseArgs } from "node:util";
import { resolveAdam } from "@eddy/compute/adam";
import { trainAutoencoder, untrainedAutoencoder } from "@eddy/deep/autoencoder";
import { shuffledIndices } from "@eddy/deep/batches";
import { clusterCodes } from "@eddy/deep/code-clusters";
import { trainDec } from "@eddy/deep/dec";
import { encodeRows } from "@eddy/deep/encoder";
import { trainIdec } from "@eddy/deep/idec";
import { BOTTLENECK } from "@eddy/deep/layers";
import { rowsOf } from "@eddy/deep/rows";
import { daviesBouldin } from "@eddy/quality/davies-bouldin";
import { evaluate } from "@eddy/quality/evaluate";
import { silhouette } from "@eddy/quality/silhouette";
import { systemClock } from "@eddy/runtime/clock";
import { createRandom } from "@eddy/runtime/random";
import { loadTexts } from "./data.mjs";
import { report, round, summary } from "./figures.mjs";
import { DIMENSIONS, vectorsOf } from "./vectors.mjs";

const { values: flags } = parseArgs({
  options: {
    seeds: { type: "string", default: "5" },
    threads: { type: "string" },
    parts: { type: "string", default: "minilm,dec,idec,encoder,noise" },
    sample: { type: "string", default: "agnews-12000" },
    json: { type: "boolean" },
  },
});
const parts = flags.parts.split(",");
const K = 4;
const EPOCHS = 20;
const DEC_EPOCHS = 10;
const threads = flags.threads && Number(flags.threads);
const adam = resolveAdam({ learningRate: 1e-3 });
const common = { batchSize: 64, adam, clock: systemClock, threads };
const decLayout = { sizes: [DIMENSIONS, 256, 128, 64] };
const encoderLayout = { sizes: [DIMENSIONS, 128, 64] };

const texts = await loadTexts("agnews");
/** agnews-dec cleans its texts so; agnews-encoder takes them as they are. */
const plain = texts.map(({ text }) => text.toLowerCase().replace(/[^a-z0-9 ]/g, ""));
const vectors = await vectorsOf("agnews-plain", plain);
const rows = rowsOf(vectors, DIMENSIONS);
const seeds = Array.from({ length: Number(flags.seeds) }, (_, seed) => seed);
const say = (text) => flags.json || console.error(text);

const score = (clusters, items = texts) =>
  evaluate(items.map(({ label }, row) => ({ label, cluster: String(clusters[row]) })));
const smallest = (clusters) => {
  const sizes = new Array(K).fill(0);
  for (const cluster of clusters) sizes[cluster] += 1;
  return Math.min(...sizes) / clusters.length;
};
const within = (points, width, clusters) => silhouette({ points, width, clusters });

/** Autoencoder, then DEC (or IDEC) from K-Means on its codes; the three silhouettes are each of the clusters in their space. */
async function deep(data, seed, method) {
  const autoencoder = await trainAutoencoder({ ...common, rows: data, layout: decLayout, epochs: EPOCHS, seed });
  const tuned = await method(autoencoder.network, {
    ...common,
    rows: data,
    weights: autoencoder.weights,
    k: K,
    epochs: DEC_EPOCHS,
    seed,
  });
  const before = await encodeRows(autoencoder.network, autoencoder.weights, BOTTLENECK, data);
  const weights = { ...autoencoder.weights, ...tuned.weights };
  const after = await encodeRows(autoencoder.network, weights, BOTTLENECK, data);
  return { autoencoder, tuned, before: within(before, 64, tuned.start), after: within(after, 64, tuned.clusters) };
}

const figures = { documents: texts.length };
if (parts.includes("minilm")) figures.minilm = await minilm();
for (const [name, method] of Object.entries({ dec: trainDec, idec: trainIdec }))
  if (parts.includes(name)) figures[name] = await embedded(name, method);
if (parts.includes("encoder")) figures.encoder = await encoder();
if (parts.includes("noise")) figures.noise = await noise();

async function minilm() {
  const found = [];
  for (const seed of seeds) found.push((await clusterCodes(vectors, DIMENSIONS, { k: K, seed, starts: 10 })).clusters);
  const figure = {
    purity: summary(found.map((clusters) => score(clusters).purity)),
    ari: summary(found.map((clusters) => score(clusters).ari)),
    silhouette: round(within(vectors, DIMENSIONS, found[0])),
  };
  say(`K-Means on MiniLM: ${JSON.stringify(figure)}`);
  return figure;
}

async function embedded(name, method) {
  const runs = [];
  for (const seed of seeds) {
    const began = performance.now();
    const { autoencoder, tuned, before, after } = await deep(rows, seed, method);
    const run = {
      start: score(tuned.start),
      end: score(tuned.clusters),
      smallest: smallest(tuned.clusters),
      before,
      after,
      collapsed: tuned.collapse.collapsed,
      loss: autoencoder.curve.at(-1).error,
    };
    runs.push(run);
    say(
      `${name} seed ${seed}: purity ${round(run.start.purity)} → ${round(run.end.purity)}, ARI ${round(run.end.ari)}, smallest ${round(run.smallest)}, silhouette ${round(before)} → ${round(after)}, ${round((performance.now() - began) / 1000, 1)} s`,
    );
  }
  const of = (pick) => summary(runs.map(pick));
  return {
    purity: of(({ end }) => end.purity),
    ari: of(({ end }) => end.ari),
    nmi: of(({ end }) => end.nmi),
    ownKMeans: of(({ start }) => start.purity),
    gainOverOwnKMeans: of(({ start, end }) => end.purity - start.purity),
    smallestCluster: of((run) => run.smallest),
    silhouetteBefore: of((run) => run.before),
    silhouetteAfter: of((run) => run.after),
    reconstruction: of((run) => run.loss * 1_000),
    collapsed: runs.filter((run) => run.collapsed).length,
  };
}

async function encoder() {
  const items = await loadTexts(flags.sample);
  const all = await vectorsOf(
    flags.sample,
    items.map(({ text }) => text),
  );
  const data = rowsOf(all, DIMENSIONS);
  const encoders = [];
  for (const seed of seeds) {
    const first = untrainedAutoencoder(encoderLayout, seed);
    const trained = await trainAutoencoder({
      ...common,
      rows: data,
      layout: encoderLayout,
      epochs: EPOCHS,
      seed,
    });
    const judged = [];
    for (const { network, weights } of [first, trained]) {
      const codes = await encodeRows(network, weights, BOTTLENECK, data);
      const { clusters } = await clusterCodes(codes, 64, { k: K, seed });
      judged.push({
        purity: score(clusters, items).purity,
        silhouette: await sampledSilhouette(codes, clusters),
        daviesBouldin: daviesBouldin({ points: codes, width: 64, clusters }),
      });
    }
    encoders.push({ untrained: judged[0], trained: judged[1] });
    say(`encoder seed ${seed}: purity ${round(judged[0].purity)} untrained, ${round(judged[1].purity)} trained`);
  }
  return Object.fromEntries(
    ["untrained", "trained"].map((which) => [
      which,
      Object.fromEntries(
        ["purity", "silhouette", "daviesBouldin"].map((key) => [key, summary(encoders.map((run) => run[which][key]))]),
      ),
    ]),
  );
}

async function sampledSilhouette(codes, clusters) {
  const chosen = shuffledIndices(clusters.length, createRandom(0).next).slice(0, 5_000);
  const points = new Float32Array(chosen.length * 64);
  await rowsOf(codes, 64).read(chosen, points);
  return within(
    points,
    64,
    chosen.map((row) => clusters[row]),
  );
}

async function noise() {
  const random = createRandom(0);
  const values = new Float32Array(vectors.length);
  for (let row = 0; row < texts.length; row++) {
    const part = values.subarray(row * DIMENSIONS, (row + 1) * DIMENSIONS);
    // Box and Muller: the direction of a Gaussian vector is even on the sphere.
    for (let i = 0; i < DIMENSIONS; i++)
      part[i] = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    const norm = Math.hypot(...part);
    for (let i = 0; i < DIMENSIONS; i++) part[i] /= norm;
  }
  const control = await deep(rowsOf(values, DIMENSIONS), 0, trainDec);
  const figure = { silhouetteBefore: round(control.before), silhouetteAfter: round(control.after) };
  say(`DEC on random unit vectors: silhouette ${round(control.before)} → ${round(control.after)}`);
  return figure;
}

const { dec, encoder: trainedEncoder } = figures;
report(
  `deep, seeds 0 to ${seeds.length - 1}`,
  figures,
  {
    ...(dec && {
      "DEC purity": ["mean ≥ 0.815", dec.purity.mean >= 0.815],
      "DEC ARI": ["mean ≥ 0.59", dec.ari.mean >= 0.59],
      "DEC against its own K-Means": ["purity ≥ −0.01 in every seed", dec.gainOverOwnKMeans.worst >= -0.01],
      "smallest cluster": ["≥ 15 % in every seed", dec.smallestCluster.worst >= 0.15],
    }),
    ...(trainedEncoder && {
      "encoder, untrained": ["purity ≤ 0.55", trainedEncoder.untrained.purity.mean <= 0.55],
      "encoder, trained": ["purity ≥ 0.80", trainedEncoder.trained.purity.mean >= 0.8],
    }),
  },
  flags,
);
process.exit(0);
