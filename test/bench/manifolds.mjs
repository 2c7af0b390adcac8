// t-SNE and Isomap, ours against scikit-learn's, in turn in one run, on a seeded mixture of 12 Gaussians in 10 dimensions.
//   node test/bench/manifolds.mjs [--python PYTHON] [--points 25000] [--rounds 1] [--method tsne|isomap] [--json]
// Times are told both by the clock and by the processor (all threads of it): other work on the machine stretches the former.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isomap } from "@eddy/projection/isomap";
import { tsne } from "@eddy/projection/tsne";
import { fixedSample, takeRows } from "@eddy/quality/sample";
import { trustworthiness } from "@eddy/quality/trustworthiness";
import { createRandom } from "@eddy/runtime/random";
import { median, report, round } from "./figures.mjs";
import { peerPython } from "./peers/peer-python.mjs";

const { values: flags } = parseArgs({
  options: {
    python: { type: "string" },
    points: { type: "string", default: "25000" },
    rounds: { type: "string", default: "1" },
    method: { type: "string" },
    json: { type: "boolean" },
  },
});
const [width, sampled, neighbours] = [10, 5_000, 5];
const folder = mkdtempSync(join(tmpdir(), "eddy-manifolds-"));
const peer = spawn(
  flags.python ?? (await peerPython()),
  [fileURLToPath(new URL("peers/manifolds.py", import.meta.url))],
  { stdio: ["pipe", "pipe", "inherit"] },
);
const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();

/** Each group with its own centre and its own axes. */
function mixture(count) {
  const random = createRandom(7);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const normals = (length, scale) => Float64Array.from({ length }, () => normal() * scale);
  const groups = Array.from({ length: 12 }, () => [normals(width, 1.2), normals(width * width, Math.sqrt(1 / width))]);
  const values = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    const [centre, axes] = random.pick(groups);
    const point = normals(width, 1);
    for (let i = 0; i < width; i++) {
      values[row * width + i] = centre[i] + point.reduce((sum, x, j) => sum + x * axes[i * width + j], 0);
    }
  }
  return { values, count, width };
}

async function theirs(method, points, options) {
  const [from, to] = [join(folder, "points.f32"), join(folder, "map.f32")];
  writeFileSync(from, points.values);
  peer.stdin.write(`${JSON.stringify({ method, points: from, width, map: to, options })}\n`);
  const { value, done } = await answers.next();
  if (done) throw new Error("the Python has no scikit-learn: see npm run bench:peers");
  return { ...JSON.parse(value), values: new Float32Array(new Uint8Array(readFileSync(to)).buffer) };
}

async function ours(make) {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  const map = await make();
  const used = process.cpuUsage(cpu);
  return { ...map, wall: (performance.now() - wall) / 1_000, cpu: (used.user + used.system) / 1e6 };
}

/** Of the map on a fixed sample. */
function trust(points, { values }) {
  const sample = fixedSample(points.count, sampled);
  const truth = { points: takeRows(points.values, width, sample), width };
  return round(trustworthiness(truth, { points: takeRows(values, 2, sample), width: 2 }, neighbours));
}

const figures = { points: Number(flags.points), width, load: loadavg().map((load) => round(load, 1)) };
const goals = {};

async function compare(method, { points, theirOptions, make }) {
  const rounds = [];
  for (let turn = 0; turn < Number(flags.rounds); turn++) {
    rounds.push({ ours: await ours(make), theirs: await theirs(method, points, theirOptions) });
  }
  const of = (side, what) => round(median(rounds.map((each) => each[side][what])), 1);
  const ratio = (what) => round(median(rounds.map((each) => each.ours[what] / each.theirs[what])), 2);
  const [mine, peers] = [rounds.at(-1).ours, rounds.at(-1).theirs];
  figures[method] = {
    points: points.count,
    seconds: of("ours", "wall"),
    cpuSeconds: of("ours", "cpu"),
    peerSeconds: of("theirs", "wall"),
    peerCpuSeconds: of("theirs", "cpu"),
    ratio: ratio("wall"),
    cpuRatio: ratio("cpu"),
    trustworthiness: trust(points, mine),
    peerTrustworthiness: trust(points, peers),
    scikitLearn: peers.version,
    ...(method === "tsne" && { divergence: round(mine.divergence), peerDivergence: round(peers.divergence) }),
  };
  return figures[method];
}

if (flags.method !== "isomap") {
  const points = mixture(Number(flags.points));
  const found = await compare("tsne", { points, theirOptions: { random_state: 0 }, make: () => tsne(points) });
  goals.tsneTime = ["≤ 2 × scikit-learn's time", found.ratio <= 2];
  goals.tsneTrust = [
    "trustworthiness no more than 0.01 below theirs",
    found.trustworthiness >= found.peerTrustworthiness - 0.01,
  ];
}
if (flags.method !== "tsne") {
  // Theirs has no landmarks: all ways from all points, 25,000² numbers. So it is held against it on fewer.
  const few = mixture(Math.min(3_000, Number(flags.points)));
  const options = { neighbours: 50, seed: 0 };
  const found = await compare("isomap", {
    points: few,
    theirOptions: { n_neighbors: 50 },
    make: () => isomap(few, options),
  });
  goals.isomapTrust = [
    "1,000 landmarks: trustworthiness no more than 0.01 below the exact one's",
    found.trustworthiness >= found.peerTrustworthiness - 0.01,
  ];
  const all = await ours(() => isomap(mixture(Number(flags.points)), { ...options, components: 5 }));
  figures.isomapOfAll = {
    seconds: round(all.wall, 1),
    cpuSeconds: round(all.cpu, 1),
    components: 5,
    joined: all.joined,
  };
}
peer.stdin.end();
rmSync(folder, { recursive: true });
report("manifolds", figures, goals, flags);
