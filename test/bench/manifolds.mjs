// t-SNE and Isomap, ours against scikit-learn's, in turn in one run, on a seeded mixture of 12 Gaussians in 10 dimensions.
//   node test/bench/manifolds.mjs [--python PYTHON] [--points 25000] [--rounds 1] [--method tsne|isomap] [--json]
// Times are told both by the clock and by the processor (all threads of it): other work on the machine stretches the former.
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { isomap } from "@eddy/projection/isomap";
import { tsne } from "@eddy/projection/tsne";
import { median, report, round } from "./figures.mjs";
import { mixture, openMapPeer, timed, trustOf } from "./maps.mjs";

const { values: flags } = parseArgs({
  options: {
    python: { type: "string" },
    points: { type: "string", default: "25000" },
    rounds: { type: "string", default: "1" },
    method: { type: "string" },
    json: { type: "boolean" },
  },
});
const [width, neighbours] = [10, 5];
const peer = await openMapPeer(flags.python);

const figures = { points: Number(flags.points), width, load: loadavg().map((load) => round(load, 1)) };
const goals = {};

async function compare(method, { points, theirOptions, make }) {
  const rounds = [];
  for (let turn = 0; turn < Number(flags.rounds); turn++) {
    rounds.push({ ours: await timed(make), theirs: await peer.map(method, points, 2, theirOptions) });
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
    trustworthiness: round(trustOf(points, { ...mine, width: 2 }, neighbours)),
    peerTrustworthiness: round(trustOf(points, peers, neighbours)),
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
  const all = await timed(() => isomap(mixture(Number(flags.points)), { ...options, components: 5 }));
  figures.isomapOfAll = {
    seconds: round(all.wall, 1),
    cpuSeconds: round(all.cpu, 1),
    components: 5,
    joined: all.joined,
  };
}
peer.close();
report("manifolds", figures, goals, flags);
