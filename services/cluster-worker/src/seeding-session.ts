import { isSeeded, partitionState, type Refusal } from "@eddy/clustering/state";
import { type ChainNote, ChainReader, chainLink } from "@eddy/streams/chain";
import type { Cursor } from "@eddy/streams/port";
import type { ClusterOptions, Ports } from "./ports.ts";
import { readEmbedding } from "./read-embedding.ts";

/** Vectors of one Sampled event: 256 × 384 × 4 bytes = 393 kB, under a broker's record limit. */
const MAX_SAMPLED = 256;
const POLL_MS = 200;
const GRACE_MS = 10_000;
/** How long the sample may stay as it is while records are on their way: past that their emitter waits for this reader. */
const STALLED_MS = 20_000;

/**
 * Reads on without committing until there is a model: appends what it reads as `Sampled`, and proposes `Seeded` once the
 * sample of all partitions is large enough or nothing more comes. The first proposal in the log wins.
 */
export async function sampleForSeed(
  cursor: Cursor,
  ports: Ports,
  options: ClusterOptions,
  note: ChainNote | undefined,
): Promise<void> {
  const { replica, seeder, clock, logger, observer } = ports;
  const chain = new ChainReader(note?.applied);
  let from: number | undefined;
  let lastSampled = clock.now();
  let grown = { size: 0, at: clock.now() };
  let readyAt: number | undefined;
  while (!isSeeded(replica.state) && !cursor.revoked.aborted) {
    // Another worker samples this partition too, or did: read anew from the commit, and go on after what is sampled.
    if (sampleSize() < options.seedSize && (await sampleMore()) === "range") return;
    if (isSeeded(replica.state) || sampleSize() === 0) continue;
    if (sampleSize() < options.seedSize && !(await idle())) continue;
    readyAt ??= clock.now();
    // Seeds cost seconds of a core: others leave them to the owner of partition 0, unless it takes long.
    if (cursor.partition === 0 || clock.now() - readyAt > GRACE_MS) await propose();
    else await clock.sleep(POLL_MS, cursor.revoked).catch(() => {});
  }

  /** Nothing more comes: nothing is on its way, or it is held back because this reader lags, which commits nothing yet. */
  async function idle(): Promise<boolean> {
    if (sampleSize() !== grown.size) grown = { size: sampleSize(), at: clock.now() };
    if (clock.now() - grown.at >= STALLED_MS) return true;
    if ((await ports.upstream()) > 0) lastSampled = clock.now();
    return clock.now() - lastSampled >= options.seedIdleMs;
  }

  function sampleSize(): number {
    return replica.state.sampled.reduce((sum, { count }) => sum + count, 0);
  }

  /** Why what was read did not count; undefined: it did, or there was nothing. */
  async function sampleMore(): Promise<Refusal | undefined> {
    const records = await cursor.fetch({
      maxRecords: Math.min(MAX_SAMPLED, options.seedSize - sampleSize()),
      waitMs: POLL_MS,
    });
    observer.turned();
    const vectors: Float32Array[] = [];
    let to: number | undefined;
    const seen = partitionState(replica.state, cursor.partition).sampled;
    for (const record of records) {
      const link = chainLink(record.headers);
      const verdict = link && chain.accept(link);
      if (!link || (verdict !== "take" && verdict !== "start")) continue;
      from ??= link.previous;
      if (seen !== undefined && link.source <= seen) {
        from = link.source;
        continue;
      }
      to = link.source;
      const embedded = readEmbedding(cursor, record, replica.state.founded?.dimensions);
      if (embedded) vectors.push(embedded.vector);
    }
    if (to === undefined || from === undefined || replica.state.founded === undefined) return undefined;
    const values = new Float32Array(vectors.length * replica.state.founded.dimensions);
    for (const [row, vector] of vectors.entries()) values.set(vector, row * vector.length);
    const { outcome } = await replica.propose(
      { type: "sampled", partition: cursor.partition, from, to, count: vectors.length, vectors: values },
      replica.state.epoch,
      cursor.revoked,
    );
    from = to;
    lastSampled = clock.now();
    return outcome.taken ? undefined : outcome.why;
  }

  async function propose(): Promise<void> {
    const { sampled, epoch, founded } = replica.state;
    const dimensions = founded!.dimensions;
    const values = new Float32Array(sampleSize() * dimensions);
    let at = 0;
    for (const { vectors } of sampled) {
      values.set(vectors, at);
      at += vectors.length;
    }
    const seeded = await seeder.seed({
      sample: { values, count: at / dimensions, dimensions },
      k: options.clusters,
      seed: 1,
    });
    const { outcome } = await replica.propose(seeded, epoch, cursor.revoked);
    if (outcome.taken) logger.debug(`seeded ${seeded.centres.length} clusters from ${seeded.sampleSize} documents`);
  }
}
