// A step of the stream's K-Means (assign, Delta, fold) against scikit-learn's MiniBatchKMeans.partial_fit: the same batches of
// 2,048 × 384 in the same order from the same centres by the same rule, two threads allowed to both, in turn in one run.
//   node test/bench/kmeans.mjs [--k 4,20,100,500,2000] [--rounds 7] [--threads 2] [--python PYTHON] [--quick] [--json]
// The rule is the classic count-weighted mean; Euclidean on both sides, reassignment of small clusters switched off in theirs. Each
// step leaves the cluster of each point: partial_fit as it is (`compute_labels`) does, and `bare` is it without. Ours finds distances
// and margins, too, and folds what a cluster-worker folds; its codec and its log are not in it. Inertia: of points kept back.
// With other work on the machine scikit-learn's threads spin where they wait for each other, which makes it look many times as slow by
// the clock and by processor time. So both are also run with one thread, by processor time; the goal is by the clock, on a quiet machine.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { centreMatrix } from "@eddy/clustering/centres";
import { createAssigner } from "@eddy/compute/assigner";
import { median, report, round } from "./figures.mjs";
import { unitMixture } from "./mixture.mjs";
import { openPeer } from "./peers/open-peer.mjs";
import { openSteps } from "./steps.mjs";
import { timed } from "./timed.mjs";

const { values: flags } = parseArgs({
  options: {
    k: { type: "string", default: "4,20,100,500,2000" },
    rounds: { type: "string", default: "7" },
    threads: { type: "string", default: "2" },
    python: { type: "string" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean" },
  },
});
const WIDTH = 384;
const BATCH = 2_048;
const BATCHES = flags.quick ? 4 : 12;
const ROUNDS = flags.quick ? 2 : Number(flags.rounds);
const GOALS = { 4: 5, 20: 5, 100: 5, 500: 2.5 };

const all = unitMixture({ count: BATCH * (BATCHES + 1), width: WIDTH, topics: 100, seed: 1 });
const points = all.subarray(0, BATCH * BATCHES * WIDTH);
const kept = all.subarray(BATCH * BATCHES * WIDTH);
const row = (values, index) => values.subarray(index * WIDTH, (index + 1) * WIDTH);
const folder = mkdtempSync(join(tmpdir(), "eddy-bench-"));
const write = (name, values) => {
  const file = join(folder, name);
  writeFileSync(file, Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  return file;
};
const pointsFile = write("points", points);
const openTheirs = (threads) =>
  openPeer("mini_batch.py", {
    python: flags.python,
    env: { OMP_NUM_THREADS: threads, OPENBLAS_NUM_THREADS: threads },
  });
const openAssigner = (threads) => createAssigner({ metric: "euclidean", dimensions: WIDTH, threads: Number(threads) });
const assigners = { ours: await openAssigner(flags.threads), oursAlone: await openAssigner("1") };
const peers = {
  theirs: await openTheirs(flags.threads),
  bare: await openTheirs(flags.threads),
  theirsAlone: await openTheirs("1"),
};

/** Each batch is made before its step, whose time alone counts: a worker has one at a time. */
async function runSteps(model, steps) {
  const total = { seconds: 0, cpuSeconds: 0 };
  for (let step = 0; step < steps; step++) {
    const batch = model.next(1);
    const { seconds, cpuSeconds } = await timed(() => model.run(batch));
    total.seconds += seconds;
    total.cpuSeconds += cpuSeconds;
  }
  return total;
}

/** Mean squared distance of the points kept back to their nearest centre, in f64. */
function inertia(centres, k) {
  let sum = 0;
  for (let index = 0; index < BATCH; index++) {
    const point = row(kept, index);
    let least = Infinity;
    for (let at = 0; at < k; at++) {
      let squares = 0;
      for (let i = 0; i < WIDTH; i++) squares += (point[i] - centres[at * WIDTH + i]) ** 2;
      least = Math.min(least, squares);
    }
    sum += least;
  }
  return sum / BATCH;
}

const figures = {
  width: WIDTH,
  batch: BATCH,
  threads: Number(flags.threads),
  load: loadavg().map((one) => round(one, 1)),
};
const goals = {};
let version;
try {
  for (const k of flags.k.split(",").map(Number)) {
    const seeds = points.slice(0, k * WIDTH);
    const open = { points: pointsFile, width: WIDTH, centres: write("seeds", seeds), k, batch: BATCH };
    for (const [name, peer] of Object.entries(peers))
      ({ version } = await peer.ask({ open: { ...open, labels: name !== "bare" } }));
    const models = Object.fromEntries(
      Object.entries(assigners).map(([name, assigner]) => [
        name,
        openSteps({ assigner, points, batch: BATCH, centres: seeds, k, metric: "euclidean" }),
      ]),
    );
    const steps = flags.quick || k > 500 ? 4 : 12;
    const turns = [];
    // The first warms up.
    for (let turn = 0; turn <= ROUNDS; turn++) {
      const taken = {};
      for (const [name, model] of Object.entries(models)) taken[name] = await runSteps(model, steps);
      for (const [name, peer] of Object.entries(peers)) taken[name] = await peer.ask({ run: steps });
      if (turn > 0) turns.push(taken);
    }
    const file = join(folder, "centres");
    await peers.theirs.ask({ centres: file });
    const bytes = readFileSync(file);
    const ratio = (side, to, what) => round(median(turns.map((turn) => turn[side][what] / turn[to][what])), 2);
    const ms = (side, what) => round((1_000 * median(turns.map((turn) => turn[side][what]))) / steps, 2);
    const inertias = {
      ours: inertia(centreMatrix(models.ours.state).values, k),
      theirs: inertia(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4), k),
    };
    const off = Math.abs(inertias.ours / inertias.theirs - 1);
    const figure = {
      msAStep: ms("ours", "seconds"),
      partialFitMs: ms("theirs", "seconds"),
      bareMs: ms("bare", "seconds"),
      ratio: ratio("theirs", "ours", "seconds"),
      bareRatio: ratio("bare", "ours", "seconds"),
      oneThread: {
        cpuMsAStep: ms("oursAlone", "cpuSeconds"),
        partialFitCpuMs: ms("theirsAlone", "cpuSeconds"),
        ratio: ratio("theirsAlone", "oursAlone", "cpuSeconds"),
      },
      inertia: round(inertias.ours),
      inertiaOff: round(off, 5),
    };
    figures[`k=${k}`] = figure;
    const goal = GOALS[k];
    if (goal) {
      goals[`k=${k}`] = [`≥ ${goal} × partial_fit by the clock`, figure.ratio >= goal];
    }
    goals[`inertia, k=${k}`] = ["equal to 1 %", off <= 0.01];
    if (!flags.json) console.error(`k=${k}: ${JSON.stringify(figure)}`);
  }
} finally {
  for (const peer of Object.values(peers)) peer.close();
  for (const assigner of Object.values(assigners)) await assigner.close();
  rmSync(folder, { recursive: true, force: true });
}
report("kmeans", figures, goals, { ...flags, versions: { "scikit-learn": version } });
process.exit(0);
