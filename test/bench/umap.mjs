// UMAP, ours against umap-learn's, in turn in one run: time and trustworthiness; and what it brings K-Means on 20 Newsgroups.
//   node test/bench/umap.mjs [--parts mixture,agnews,newsgroups] [--points 25000] [--rounds 1] [--seeds 5] [--python PYTHON] [--json]
// mixture: 12 seeded Gaussians in 10 dimensions; agnews: 12,000 MiniLM vectors, their first 10 principal components (scikit-learn's PCA
// beside ours). Both 5 components, 50 neighbours, minimum distance 0, and both ways of umap-learn: seeded (one thread, as
// ours), and not (all threads, another map each time). Times are told both by the clock and by the processor (all threads).
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { clusterCodes } from "@eddy/deep/code-clusters";
import { pca } from "@eddy/projection/pca";
import { umap } from "@eddy/projection/umap";
import { evaluate } from "@eddy/quality/evaluate";
import { loadTexts } from "./data.mjs";
import { median, report, round, summary } from "./figures.mjs";
import { mixture, openMapPeer, timed, trustOf } from "./maps.mjs";
import { DIMENSIONS, vectorsOf } from "./vectors.mjs";

const { values: flags } = parseArgs({
  options: {
    parts: { type: "string", default: "mixture,agnews,newsgroups" },
    points: { type: "string", default: "25000" },
    rounds: { type: "string", default: "1" },
    seeds: { type: "string", default: "5" },
    python: { type: "string" },
    json: { type: "boolean" },
  },
});
const SEED = 13;
const WIDTH = 5;
const NEIGHBOURS = 15;
const options = { components: WIDTH, neighbours: 50, minDist: 0 };
const theirOptions = { n_neighbors: 50, min_dist: 0 };
const K = 4;

const peer = await openMapPeer(flags.python);
const figures = { load: loadavg().map((load) => round(load, 1)) };
const goals = {};

async function compare(name, points) {
  const rounds = [];
  for (let turn = 0; turn < Number(flags.rounds); turn++) {
    const ours = await timed(async () => ({ values: await umap(points, { ...options, seed: SEED }), width: WIDTH }));
    const seeded = await peer.map("umap", points, WIDTH, { ...theirOptions, random_state: SEED });
    const unseeded = await peer.map("umap", points, WIDTH, theirOptions);
    rounds.push({ ours, seeded, unseeded });
  }
  const of = (side, what) => round(median(rounds.map((each) => each[side][what])), 1);
  const ratio = (side, what) => round(median(rounds.map((each) => each.ours[what] / each[side][what])), 2);
  const trust = (side) => round(trustOf(points, rounds[0][side], NEIGHBOURS));
  figures[name] = {
    points: points.count,
    width: points.width,
    ours: { seconds: of("ours", "wall"), cpuSeconds: of("ours", "cpu"), trustworthiness: trust("ours") },
    ...Object.fromEntries(
      ["seeded", "unseeded"].map((side) => [
        `umapLearn ${side}`,
        {
          seconds: of(side, "wall"),
          cpuSeconds: of(side, "cpu"),
          trustworthiness: trust(side),
          ratio: ratio(side, "wall"),
          cpuRatio: ratio(side, "cpu"),
        },
      ]),
    ),
    version: rounds[0].seeded.version,
  };
  const { ours, "umapLearn seeded": seeded, "umapLearn unseeded": unseeded } = figures[name];
  goals[`${name}: time`] = ["≤ 3 × umap-learn's, seeded and not", Math.max(seeded.ratio, unseeded.ratio) <= 3];
  goals[`${name}: trustworthiness`] = [
    "no more than 0.01 below umap-learn's",
    ours.trustworthiness >= seeded.trustworthiness - 0.01,
  ];
}

/** Purity of K-Means, best of 20 starts, over the seeds, and the seconds that each map took. */
async function purity(labels, make) {
  const [scores, seconds] = [[], []];
  for (let seed = 0; seed < Number(flags.seeds); seed++) {
    const { values, width, wall } = await make(seed);
    const { clusters } = await clusterCodes(values, width, { k: K, seed });
    scores.push(evaluate(labels.map((label, row) => ({ label, cluster: String(clusters[row]) }))).purity);
    seconds.push(wall);
  }
  return { ...summary(scores), seconds: round(median(seconds), 1) };
}

for (const part of flags.parts.split(",")) {
  if (part === "mixture") await compare(part, mixture(Number(flags.points)));
  if (part === "agnews") {
    const texts = await loadTexts("agnews-12000");
    const values = await vectorsOf(
      "agnews-12000",
      texts.map(({ text }) => text),
    );
    const vectors = { values, count: texts.length, width: DIMENSIONS };
    const ours = await timed(() => pca(vectors, 10));
    const theirs = await peer.map("pca", vectors, 10, {});
    figures.pca = { seconds: round(ours.wall, 2), scikitLearnSeconds: round(theirs.wall, 2) };
    await compare(part, { values: ours.values, count: texts.length, width: 10 });
  }
  if (part === "newsgroups") {
    const texts = await loadTexts("newsgroups");
    const values = await vectorsOf(
      "newsgroups",
      texts.map(({ text }) => text),
    );
    const points = { values, count: texts.length, width: DIMENSIONS };
    const labels = texts.map(({ label }) => label);
    const [metric, width] = ["cosine", WIDTH];
    figures.newsgroups = {
      points: points.count,
      direct: await purity(labels, () => ({ values, width: DIMENSIONS, wall: 0 })),
      ours: await purity(labels, (seed) =>
        timed(async () => ({ values: await umap(points, { ...options, metric, seed }), width })),
      ),
      umapLearn: await purity(labels, (seed) =>
        peer.map("umap", points, width, { ...theirOptions, metric, random_state: seed }),
      ),
    };
    goals.newsgroups = ["purity mean ≥ 0.73", figures.newsgroups.ours.mean >= 0.73];
  }
}
peer.close();
report("umap", figures, goals, flags);
