// What the model log costs by clusters and batch: bytes of a Delta, time to make, read and fold it; a snapshot's size and time.
import { applyEvent } from "@eddy/clustering/fold";
import { makeDelta } from "@eddy/clustering/mini-batch";
import { emptyState } from "@eddy/clustering/state";
import { decodeEvent, encodeEvent } from "@eddy/model/event-codec";
import { encodeState } from "@eddy/model/state-codec";
import { createRandom } from "@eddy/runtime/random";
import { median, report, round } from "./figures.mjs";

const D = 384;
const DELTAS = 30;
const random = createRandom(1);
const unit = () => {
  const vector = Float32Array.from({ length: D }, () => random.next() - 0.5);
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
};
const choice = { automatic: false, chosen: 0, score: 0, runnerUp: 0, runnerUpScore: 0, clear: true };
const head = (epoch) => ({ worker: "bench", sequence: 1, atMs: 0, epoch });
const vectors = Array.from({ length: 1024 }, unit);

function seeded(k) {
  const state = emptyState();
  const founded = { type: "founded", uuid: "u", metric: "spherical", dimensions: D, model: "m", modelRevision: "1" };
  applyEvent(state, 0, { ...head(0), ...founded, halfLifeDocuments: 0, halfLifeMs: 0 });
  const centres = Array.from({ length: k }, () => ({ vector: unit(), weight: 16 }));
  applyEvent(state, 1, { ...head(0), type: "seeded", centres, sampleSize: 512, choice });
  return state;
}

const timed = (work) => {
  const start = performance.now();
  const made = work();
  return [made, performance.now() - start];
};

const figures = [];
for (const k of [50, 500, 2000]) {
  const state = seeded(k);
  const clusters = [...state.clusters.keys()];
  for (const batch of [16, 256, 1024]) {
    // As batch-size.ts: sums of at most 480 kB; a document may touch an old cluster, too.
    const touchable = Math.floor(480_000 / (4 * D));
    const documents = k <= touchable ? batch : Math.min(batch, touchable >> 1);
    const times = { make: [], encode: [], read: [], fold: [] };
    let bytes = 0;
    for (let n = 0; n < DELTAS; n++) {
      const from = state.partitions.get(0)?.applied ?? -1;
      const items = Array.from({ length: documents }, (_, i) => ({
        source: from + 1 + i,
        documentId: `${state.version}-${i}`,
        vector: vectors[i],
      }));
      const range = { partition: 0, from, done: from, assignedWith: state.version };
      const cluster = () => clusters[Math.floor(random.next() * k)];
      const [delta, make] = timed(() => makeDelta(range, items, cluster, new Map()));
      const [encoded, encode] = timed(() => encodeEvent({ ...head(state.epoch), ...delta }));
      const [event, read] = timed(() => decodeEvent(encoded));
      const [outcome, fold] = timed(() => applyEvent(state, state.version + 1, event));
      if (!outcome.taken) throw new Error(`refused: ${outcome.why}`);
      bytes += encoded.byteLength;
      for (const [name, ms] of Object.entries({ make, encode, read, fold })) times[name].push(ms);
    }
    const ms = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, round(median(all), 3)]));
    figures.push({
      k,
      documents,
      bytesADelta: Math.round(bytes / DELTAS),
      bytesADocument: Math.round(bytes / DELTAS / documents),
      ms,
      documentsFoldedASecond: Math.round((documents / (ms.read + ms.fold)) * 1000),
    });
  }
  const [snapshot, encode] = timed(() => encodeState(state));
  figures.push({ k, snapshotBytes: snapshot.byteLength, snapshotMs: round(encode, 1) });
}
const largest = Math.max(...figures.map(({ bytesADelta = 0 }) => bytesADelta));
report(
  "model-log",
  figures,
  { largest: ["a Delta under 512 kB", largest < 512_000] },
  {
    json: process.argv.includes("--json"),
  },
);
