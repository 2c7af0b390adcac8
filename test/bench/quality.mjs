// Quality of the stream: each document's cluster as given in the stream, and after the last sweep, over shuffles.
//   node test/bench/quality.mjs [--data agnews|newsgroups|all] [--dtype fp32|int8] [--seeds 8] [--in-order] [--json]
// The whole pipeline runs in one process; documents bring their vectors, which are made once and cached.
import { parseArgs } from "node:util";
import { openScratchRiver, readyVectors } from "@eddy/cli/reproduce/scratch-river";
import { evaluate } from "@eddy/quality/evaluate";
import { createRandom } from "@eddy/runtime/random";
import { loadTexts } from "./data.mjs";
import { report, summary } from "./figures.mjs";
import { DIMENSIONS, vectorsOf } from "./vectors.mjs";

const { values: flags } = parseArgs({
  options: {
    seeds: { type: "string", default: "8" },
    dtype: { type: "string", default: "fp32" },
    data: { type: "string", default: "all" },
    "in-order": { type: "boolean", default: false },
    json: { type: "boolean" },
    verbose: { type: "boolean" },
  },
});
const CLUSTERS = 4;

async function embedded(name, texts) {
  const all = await vectorsOf(
    name,
    texts.map(({ text }) => text),
    flags.dtype,
  );
  return texts.map((text, row) => ({
    ...text,
    vector: Array.from(all.subarray(row * DIMENSIONS, (row + 1) * DIMENSIONS)),
  }));
}

async function stream(documents) {
  const river = await openScratchRiver({
    embedder: readyVectors(DIMENSIONS),
    clusters: CLUSTERS,
    verbose: flags.verbose,
  });
  await river.publish(documents);
  const { given } = await river.outcome(documents.length);
  const final = await river.settled();
  await river.close();
  const score = (clusterOf) => evaluate(documents.map(({ id, label }) => ({ label, cluster: clusterOf.get(id) })));
  return { streamed: score(given), final: score(final) };
}

function shuffle(list, seed) {
  const random = createRandom(seed);
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

const byLabel = (list) => [...list].sort((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0));

const figures = {};
for (const name of flags.data === "all" ? ["agnews", "newsgroups"] : [flags.data]) {
  const documents = await embedded(name, await loadTexts(name));
  const runs = [];
  for (let seed = 0; seed < (flags["in-order"] ? 1 : Number(flags.seeds)); seed++) {
    const run = await stream(flags["in-order"] ? byLabel(documents) : shuffle(documents, seed));
    runs.push(run);
    if (!flags.json)
      console.error(
        `${name} ${flags.dtype} seed ${seed}: purity streamed ${run.streamed.purity.toFixed(4)}, final ${run.final.purity.toFixed(4)}; ARI ${run.final.ari.toFixed(4)}`,
      );
  }
  figures[name] = {
    documents: documents.length,
    streamed: summary(runs.map((run) => run.streamed.purity)),
    final: summary(runs.map((run) => run.final.purity)),
    finalAri: summary(runs.map((run) => run.final.ari)),
  };
}

const { agnews, newsgroups } = figures;
const slack = flags.dtype === "int8" ? 0.01 : 0;
const goals = flags["in-order"]
  ? { ...(agnews && { "agnews by class": [`final ≥ ${0.82 - slack}`, agnews.final.mean >= 0.82 - slack] }) }
  : {
      ...(agnews && {
        agnews: [
          `streamed mean ≥ ${0.83 - slack}, worst ≥ ${0.81 - slack}; final mean ≥ ${0.835 - slack}`,
          agnews.streamed.mean >= 0.83 - slack &&
            agnews.streamed.worst >= 0.81 - slack &&
            agnews.final.mean >= 0.835 - slack,
        ],
      }),
      ...(newsgroups && {
        newsgroups: [`streamed mean ≥ ${0.705 - slack}`, newsgroups.streamed.mean >= 0.705 - slack],
      }),
    };
report(
  `quality ${flags.dtype} ${flags["in-order"] ? "by class" : `shuffle seeds 0 to ${Number(flags.seeds) - 1}`}`,
  figures,
  goals,
  flags,
);
process.exit(0);
