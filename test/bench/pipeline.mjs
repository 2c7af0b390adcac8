// Publishing to clustered, the whole pipeline in one process, against the bare embedder on the same texts, in turn; and the
// time that one document into the idle pipeline takes until a query finds it. Two rounds warm up; of the others two have the last
// re-seedings of the young model in them (at 2,048 and 4,096 documents).
//   node test/bench/pipeline.mjs [--documents 1000] [--rounds 9] [--dtype int8|fp32] [--json]
import { parseArgs } from "node:util";
import { openScratchRiver } from "@eddy/cli/reproduce/scratch-river";
import { createEmbedder } from "@eddy/embedding/create-embedder";
import { loadTexts } from "./data.mjs";
import { median, quantile, report, round } from "./figures.mjs";

const { values: flags } = parseArgs({
  options: {
    documents: { type: "string", default: "1000" },
    rounds: { type: "string", default: "9" },
    dtype: { type: "string", default: "int8" },
    json: { type: "boolean" },
  },
});
const count = Number(flags.documents);
const texts = (await loadTexts("agnews")).slice(0, count);
const embedder = await createEmbedder({ dtype: flags.dtype });
const river = await openScratchRiver({ embedder, clusters: 4 });

// Warm-up, past the first seed and the first re-seeding.
const run = async (round) => {
  const from = (await river.streams.bounds(river.topics.assignments, 0)).end;
  await river.publish(texts.map(({ text }, index) => ({ id: `${round}-${index}`, text })));
  await river.outcome(texts.length, { from });
};
await run("warm");
await run("warmer");

const seconds = async (work) => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};
const bare = [];
const whole = [];
for (let turn = 0; turn < Number(flags.rounds); turn++) {
  bare.push(count / (await seconds(() => embedder.embed(texts.map(({ text }) => text)))));
  whole.push(count / (await seconds(() => run(turn))));
  if (!flags.json)
    console.error(`round ${turn}: embedder ${bare.at(-1).toFixed(0)}, pipeline ${whole.at(-1).toFixed(0)} documents/s`);
}
const ratio = median(whole.map((value, turn) => value / bare[turn]));

const latencies = [];
for (let index = 0; index < 60; index++) {
  await new Promise((resolve) => setTimeout(resolve, 30));
  const id = `one-${index}`;
  const start = performance.now();
  await river.publish([{ id, text: texts[index].text }]);
  while (!(await river.store.lookup([id])).has(id)) await new Promise((resolve) => setTimeout(resolve, 1));
  if (index >= 10) latencies.push(performance.now() - start);
}
await river.close();
await embedder.close();
report(
  `pipeline ${flags.dtype}`,
  {
    documents: count,
    embedderDocumentsPerSecond: round(median(bare), 1),
    pipelineDocumentsPerSecond: round(median(whole), 1),
    ratio: round(ratio),
    rounds: bare.map((value, turn) => round(whole[turn] / value)),
    latencyMs: { p50: round(median(latencies), 1), p95: round(quantile(latencies, 0.95), 1) },
  },
  {
    throughput: ["pipeline ≥ 0.95 of the bare embedder", ratio >= 0.95],
    latency: ["one document into the idle pipeline: p50 < 150 ms", median(latencies) < 150],
  },
  flags,
);
process.exit(0);
