// Memory over many documents, with the cheap embedder: flat after warm-up but for what the store must hold (vectors and
// indexed fields of each living document, in memory), which is shown by a second phase of edits that adds no documents.
//   node --expose-gc test/bench/memory.mjs [--documents 200000] [--json]
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { openScratchRiver } from "@eddy/cli/reproduce/scratch-river";
import { demoDocument } from "@eddy/datasets/demo/demo-stream";
import { createEmbedder } from "@eddy/embedding/create-embedder";
import { median, report, round } from "./figures.mjs";

const { values: flags } = parseArgs({
  options: {
    documents: { type: "string", default: "200000" },
    ids: { type: "string", default: "5000" },
    json: { type: "boolean" },
  },
});
const total = Number(flags.documents);
const ids = Number(flags.ids);
const CHUNK = 2_000;
const embedder = await createEmbedder({ embedder: "hash" });
const river = await openScratchRiver({ embedder, clusters: 12, retentionBytes: 16 * 2 ** 20 });
/** MiB of the process's own memory (RssAnon), and of files mapped into it (LMDB's, which the system may drop at any time). */
function resident() {
  const status = readFileSync("/proc/self/status", "utf8");
  const field = (name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)[1]) / 1024;
  return { own: field("RssAnon"), mapped: field("RssFile") };
}

const samples = [];
const started = performance.now();
let assigned = 0;
for (let at = 0; at < total; at += CHUNK) {
  const documents = Array.from({ length: CHUNK }, (_, index) => ({
    ...demoDocument(1, at + index),
    id: `d${(at + index) % ids}`,
  }));
  await river.publish(documents);
  while ((await river.streams.lag("scratch.ingest", river.topics.documents)).get(0) > CHUNK)
    await new Promise((resolve) => setTimeout(resolve, 20));
  assigned += CHUNK;
  if ((at / CHUNK) % 5 === 4) {
    for (const [group, topic] of [
      ["scratch.ingest", river.topics.documents],
      ["scratch.embed-worker", river.topics.texts],
      ["scratch.cluster-worker", river.topics.embeddings],
    ])
      while ((await river.streams.lag(group, topic)).get(0) > 0)
        await new Promise((resolve) => setTimeout(resolve, 20));
    await river.retention.apply(Date.now());
    globalThis.gc?.();
    const heap = process.memoryUsage().heapUsed / 2 ** 20;
    const { own, mapped } = resident();
    samples.push({ heap, own, mapped });
    const rate = assigned / ((performance.now() - started) / 1000);
    if (!flags.json)
      console.error(
        `${assigned} documents: own ${own.toFixed(0)} MiB, mapped files ${mapped.toFixed(0)} MiB, heap ${heap.toFixed(0)} MiB, ${rate.toFixed(0)} documents/s`,
      );
  }
}
const perSecond = total / ((performance.now() - started) / 1000);
await river.close();
const third = Math.floor(samples.length / 3);
const of = (key, from, to) => round(median(samples.slice(from, to).map((sample) => sample[key])), 1);
const thirds = (key) => ({ middleThird: of(key, third, 2 * third), lastThird: of(key, 2 * third) });
const own = thirds("own");
report(
  "memory",
  {
    documents: total,
    distinctIds: ids,
    ownMiB: own,
    mappedFilesMiB: thirds("mapped"),
    heapMiB: thirds("heap"),
    documentsPerSecond: round(perSecond, 0),
  },
  {
    flat: [
      "own memory (RssAnon) of the last third ≤ 1.05 × that of the middle third",
      own.lastThird <= 1.05 * own.middleThird,
    ],
  },
  flags,
);
process.exit(0);
