/**
 * One session with a partition of `embeddings`: from the commit until the partition is lost, or what is in hand must be dropped.
 *
 * 1. A batch is assigned with the model in hand and appended to the model log as a Delta; it is counted once the fold took it.
 * 2. The Delta is the write-ahead record of its batch: points, then assignments, then the commit follow, in order of Deltas.
 * 3. The next Delta may be appended before those are done; old shares are looked up in what is pending first.
 * 4. What is counted already but not durable is written again, not counted again: a whole Delta at a time, with the records,
 *    the clusters and the version of that Delta. What is durable, or none of those records, is passed over.
 * 5. A Delta refused for its epoch is assigned again. One refused for its range means that another worker has the partition,
 *    or had it meanwhile: what is in hand is dropped, and the session starts anew at the commit.
 * 6. A deletion meant for another version of its document than the present one has no effect: it is in no Delta, and only the
 *    commit goes past it.
 * 7. The session begins where the commit or, without one, the model says; records that the model needs no more (durable, or
 *    skipped by a person's word) are passed over, others that are missing are a gap.
 */
import { centreMatrix } from "@eddy/clustering/centres";
import { makeDelta } from "@eddy/clustering/mini-batch";
import { type ModelState, partitionState, resumeAfter } from "@eddy/clustering/state";
import { FatalError } from "@eddy/contracts/errors";
import { linkedAbort } from "@eddy/runtime/linked-abort";
import { inPhase, type Phase } from "@eddy/runtime/phase-metrics";
import { retry } from "@eddy/runtime/retry";
import { inSpan, type Span } from "@eddy/runtime/tracer";
import { startCommit, startProcess, startSend } from "@eddy/streams/batch-span";
import { type ChainLink, type ChainNote, ChainReader, chainLink, formatNote } from "@eddy/streams/chain";
import { travellingHeaders } from "@eddy/streams/dead-letter";
import { createGapWatch } from "@eddy/streams/gap-watch";
import type { Commit, Cursor, StoredRecord } from "@eddy/streams/port";
import { checkHead, type SessionStart } from "@eddy/streams/session-start";
import type { CountedBatch, Item } from "./batch.ts";
import { batchSize } from "./batch-size.ts";
import type { ClusterOptions, Ports } from "./ports.ts";
import { readEmbedding } from "./read-embedding.ts";
import { createRedo } from "./redo.ts";
import { assign } from "./stages/assign.ts";
import { withEffect } from "./stages/conditions.ts";
import { oldShares } from "./stages/old-shares.ts";
import { assignmentsOf, pointsOf } from "./stages/write.ts";
import { createWriteBehind } from "./write-behind.ts";

const IDLE_MS = 1_000;
/** In a commit's note: the model has counted nothing of the partition. */
const NOTHING = -1;
/** Of calls to the log and the store. */
export const RETRY = { baseMs: 100, maxMs: 5_000 };

/** The session ends and starts anew at the commit. */
export class Restart extends Error {}

/** What of the partition need not be read again (7). */
function resumed(state: ModelState, partition: number, note: ChainNote | undefined): Map<number, number> {
  const applied = resumeAfter(state, partition, note?.applied.get(partition));
  return new Map(applied === undefined ? [] : [[partition, applied]]);
}

export function createSession(
  cursor: Cursor,
  ports: Ports,
  options: ClusterOptions,
  start: SessionStart,
  onCommit: (commit: Commit) => void,
) {
  const { replica, store, streams, topics, assigner, observer, clock, random, logger, tracer } = ports;
  const { partition } = cursor;
  const place = { topic: cursor.topic, partition, group: options.group };
  const failed = new AbortController();
  const { signal, dispose } = linkedAbort([cursor.revoked, failed.signal]);
  const chain = new ChainReader(resumed(replica.state, partition, start.note));
  const watch = createGapWatch({
    ...place,
    known: start.note?.gaps,
    applied: (origin) => chain.applied(origin),
    clock,
    report: observer.gap,
  });
  const waiting: Item[] = [];
  let nextOffset = start.offset;
  /** Source of the last record counted in the model. */
  let counted = partitionState(replica.state, partition).applied;
  let done = partitionState(replica.state, partition).done;

  const withRetry = <T>(work: () => Promise<T>) =>
    retry(work, { ...RETRY, clock, random, signal, onRetry: ({ error }) => observer.retried(error.message) });

  const redo = createRedo(`${cursor.topic}/${partition}`, partition, () => replica.state);
  const writes = createWriteBehind(write, (error) => failed.abort(error));

  checkAgainstModel();

  return { signal, step, drained: () => writes.drained(), close };

  function checkAgainstModel(): void {
    const { note } = start;
    const applied = note?.previous.get(partition) ?? note?.applied.get(partition);
    if (applied === undefined || applied === NOTHING || (counted !== undefined && applied <= counted)) return;
    throw new FatalError(
      "MODEL_LOG_FOREIGN",
      `${cursor.topic}/${partition} is committed up to ${applied}, but the model has counted only up to ${counted ?? "nothing"}: the model log was lost or belongs to another pipeline`,
    );
  }

  async function step(): Promise<void> {
    if (waiting.length === 0) {
      watch.check();
      const records = await inPhase(observer.phase, "fetch", () =>
        cursor.fetch({ maxRecords: options.maxBatch * 2, waitMs: IDLE_MS }),
      );
      observer.turned();
      if (records.length === 0 || signal.aborted) return;
      await withRetry(() => checkHead(streams, cursor, options.group, nextOffset, records));
      const start = performance.now();
      for (const record of records) take(record);
      observer.phase("decode", (performance.now() - start) / 1000);
      nextOffset = records.at(-1)!.offset + 1;
      if (waiting.length === 0 && !redo.open)
        await writes.after(() => commit(nextOffset, chain.applied(partition), inModel()));
    }
    if (waiting.length > 0) await count(waiting.splice(0, batchSize(replica.state, options.maxBatch)));
  }

  /** Sorts a record: passed over, written again, or counted. */
  function take(record: StoredRecord): void {
    const link = chainLink(record.headers);
    if (!link)
      throw new FatalError(
        "LOG_GAP",
        `${cursor.topic}/${partition}@${record.offset} has no chain headers: only Eddy may write to this topic`,
      );
    const verdict = judge(link);
    if (verdict !== "take" && verdict !== "start") return;
    counted ??= link.previous;
    const item = decode(record, link.source);
    if (link.source > counted) waiting.push(item);
    else if (redo.open || link.source > durable()) rewrite(item);
  }

  function judge(link: ChainLink) {
    let verdict = chain.accept(link);
    const applied = chain.applied(partition);
    const resumed = resumeAfter(replica.state, partition, applied);
    if (verdict === "ahead" && resumed !== undefined && resumed !== applied) {
      chain.advance(partition, resumed);
      verdict = chain.accept(link);
    }
    watch.judged(verdict, link);
    observer.chain(verdict, link);
    return verdict;
  }

  /** Also what another worker's Deltas have said of this partition meanwhile. */
  function durable(): number {
    return Math.max(done, partitionState(replica.state, partition).done);
  }

  function decode(record: StoredRecord, source: number): Item {
    const embedded = readEmbedding(cursor, record, replica.state.founded!.dimensions);
    const documentId = embedded?.document.document_id ?? Buffer.from(record.key ?? new Uint8Array()).toString("utf8");
    return {
      source,
      documentId,
      vector: embedded?.vector ?? null,
      offset: record.offset,
      embedded,
      headers: travellingHeaders(record.headers),
    };
  }

  function rewrite(item: Item): void {
    const batch = redo.add(item);
    if (!batch) return;
    observer.rewritten(batch.items.length);
    writes.add(batch);
  }

  async function count(batch: readonly Item[]): Promise<void> {
    await writes.below(options.depth);
    const span = startProcess(tracer, place, batch);
    try {
      await countIn(span, batch);
    } catch (error) {
      span.fail(error);
      span.end();
      throw error;
    }
  }

  /** The span ends with the write of what was counted. */
  async function countIn(span: Span, batch: readonly Item[]): Promise<void> {
    const items = await withRetry(() => withEffect(batch, writes.pending, store));
    const read = batch.at(-1)!.source;
    const readTo = waiting[0]?.offset ?? nextOffset;
    // No Delta will tell whether somebody else has gone on, of whose Deltas the store may show more than the replica has read.
    if (items.length === 0) await withRetry(() => replica.caughtUp(signal));
    const { applied } = partitionState(replica.state, partition);
    // What the store says now was not so there, where somebody else has gone on.
    if (applied !== undefined && applied !== counted)
      throw new Restart("another worker counted this partition's documents");
    if (items.length === 0) return inSpan(span, () => writes.after(() => commit(readTo, read, inModel())));
    for (;;) {
      const { state } = replica;
      const centres = centreMatrix(state);
      const assigned = await timed("assign", tracer.start("assign", { parent: span }), () =>
        assign(assigner, centres, items),
      );
      const shares = await timed("lookup", startStore("lookup", span), () =>
        withRetry(() => oldShares(items, writes.pending, store, state)),
      );
      const range = { partition, from: counted!, done: Math.min(done, counted!), assignedWith: centres.version };
      const delta = makeDelta(range, items, (index) => assigned.clusters[index]!, shares);
      const {
        version,
        outcome,
        clock: after,
      } = await timed("append", startSend(tracer, span, topics.modelLog, 0, 1), () =>
        replica.propose(delta, centres.epoch, signal),
      );
      if (outcome.taken) {
        counted = delta.to;
        observer.counted(items.length);
        for (const [index, { vector }] of items.entries())
          if (vector) observer.quality(assigned.distances[index]!, assigned.margins[index]!);
        writes.add({
          items,
          ...assigned,
          clusters: delta.clusters,
          from: delta.from,
          to: delta.to,
          version,
          assignedWith: centres.version,
          clock: after,
          read,
          nextOffset: readTo,
          span,
        });
        return;
      }
      observer.deltaRefused(outcome.why);
      if (outcome.why === "range") throw new Restart("another worker counted this partition's documents");
      if (outcome.why !== "epoch") throw new FatalError("INTERNAL", `the fold refused a Delta as ${outcome.why}`);
    }
  }

  async function write(batch: CountedBatch): Promise<void> {
    const span = batch.span ?? startProcess(tracer, place, batch.items);
    await inSpan(span, () => writeIn(span, batch));
  }

  async function writeIn(span: Span, batch: CountedBatch): Promise<void> {
    const assignedAt = new Date(clock.now()).toISOString();
    await timed("upsert", startStore("upsert", span), () => withRetry(() => store.write(pointsOf(batch, assignedAt))));
    const assignments = assignmentsOf(batch, partition, assignedAt);
    await timed("emit", startSend(tracer, span, topics.assignments, partition, assignments.length), () =>
      withRetry(() => streams.append(topics.assignments, partition, assignments)),
    );
    done = batch.to;
    await timed("commit", startCommit(tracer, span, place, batch.nextOffset), () =>
      commit(batch.nextOffset, batch.read, batch.to),
    );
    observer.written(batch.items.map(({ embedded }) => ({ receivedAt: embedded?.document.received_at ?? assignedAt })));
  }

  function inModel(): number {
    return partitionState(replica.state, partition).applied ?? NOTHING;
  }

  /** `counted`: the last source in the model; it is in the note where deletions without effect follow it up to `applied`. */
  async function commit(offset: number, applied: number | undefined, counted: number): Promise<void> {
    if (applied === undefined) return;
    const previous: [number, number][] = counted === applied ? [] : [[partition, counted]];
    const note = { applied: new Map([[partition, applied]]), previous: new Map(previous), gaps: watch.open };
    const next = { offset, metadata: formatNote(note) };
    await withRetry(() => cursor.commit(next));
    onCommit(next);
  }

  function startStore(operation: string, parent: Span): Span {
    return tracer.start(operation, { kind: "client", parent, attributes: { "db.system.name": "qdrant" } });
  }

  function timed<T>(phase: Phase, span: Span, work: () => Promise<T>): Promise<T> {
    return inPhase(observer.phase, phase, () => inSpan(span, work));
  }

  async function close(): Promise<void> {
    failed.abort(new Restart("closed"));
    await writes.drained().catch(() => {});
    watch.close();
    dispose();
    logger.debug(`${cursor.topic}/${partition}: session closed`);
  }
}
