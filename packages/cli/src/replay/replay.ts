/**
 * Fills a new pipeline with what an old one has, through the new one's own `documents`, while the old one goes on as it is.
 *
 * 1. First the documents of the old collection that came before the place in the log to begin at, by the time that they came,
 *    with their vectors; then the records of the old log from there on. Marks of deletions are left out.
 * 2. The place is never after what has come as far as the collection (settled.ts), so nothing falls in between. Where the
 *    partitions begin at different times, what lies between is copied only if nothing came later (cut.ts).
 * 3. All is written in one order, and a checkpoint never runs ahead of what is durable. After a crash some is written again:
 *    each document ends in its last version all the same.
 * 4. Nothing of the old pipeline is written but the commits of the replay's own group.
 */
import { FatalError } from "@eddy/contracts/errors";
import { topicsOf } from "@eddy/contracts/topics";
import { groupsOf } from "@eddy/pipeline/groups";
import { openTopics } from "@eddy/pipeline/open-log";
import type { Clock } from "@eddy/runtime/clock";
import { retry } from "@eddy/runtime/retry";
import type { LogRecord, Streams } from "@eddy/streams/port";
import type { StoredPoint, VectorStore } from "@eddy/vectors/port";
import { type Checkpoint, createCheckpoints, replayGroup } from "./checkpoints.ts";
import { type CopiedRecord, copyOfPoint, copyOfRecord } from "./copied-record.ts";
import { cutTime, missingSince, withoutReplaced } from "./cut.ts";
import { createMergedLog, type MergedRecord } from "./merged-log.ts";
import { oldPoints } from "./old-points.ts";
import { offsetsOf, type Place } from "./place.ts";
import { settledOffsets } from "./settled.ts";

export interface ReplayPorts {
  readonly streams: Streams;
  /** The old pipeline's collection. */
  readonly store: VectorStore;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Resolves once the new pipeline takes more. */
  readonly gate: (averageBytes: number) => Promise<void>;
  readonly onRetry: (error: Error) => void;
  /** Told what a person should look at before the copy is used. */
  readonly warn: (message: string) => void;
  /** Told as soon as it is known how much there is to copy, and whether an earlier run is gone on with. */
  readonly begun: (total: number, resumed: boolean) => void;
  /** Told of what is durable. */
  readonly copied: (copies: number) => void;
}

export interface ReplayOptions {
  readonly pipeline: string;
  readonly to: string;
  readonly from: Place;
  readonly follow: boolean;
  readonly embedAnew: boolean;
  /** Of the new pipeline's topics; by default as many as the old one has. */
  readonly partitions: number | undefined;
  readonly retentionBytes: number;
  /** The log's own retention must not take what the new pipeline has not read, though its workers never ran. */
  readonly holdUnread: boolean;
}

export interface Replayed {
  /** Of the collection. */
  readonly documents: number;
  /** Of the log. */
  readonly records: number;
  /** All that was there when it began is copied. */
  readonly complete: boolean;
}

const SAVE_EVERY_MS = 1_000;
const FOLLOW_POLL_MS = 200;
const DAY_MS = 86_400_000;

export async function replay(ports: ReplayPorts, options: ReplayOptions): Promise<Replayed> {
  const { streams, store, clock, signal } = ports;
  const { pipeline, to, embedAnew, follow } = options;
  const input = topicsOf(pipeline).documents;
  const output = topicsOf(to).documents;
  const checkpoints = createCheckpoints(streams, input, replayGroup(to));
  const partitions = await openTarget();
  const resumed = await checkpoints.load();
  /** Everything before these is in the collection, or was. */
  const settled = await settledOffsets(streams, pipeline);
  let at: Checkpoint = resumed ?? (await begin());
  let savedAt = clock.now();
  const sent = { documents: 0, records: 0, bytes: 0 };
  const ends = await endsOf();
  const toRead = ends.reduce((sum, end, partition) => sum + Math.max(0, end - at.offsets[partition]!), 0);
  ports.begun(toRead + (at.copiedBefore === null ? 0 : await store.count()), resumed !== undefined);
  await copyCollection();
  const complete = await copyLog();
  await checkpoints.save(at);
  return { documents: sent.documents, records: sent.records, complete };

  async function openTarget(): Promise<number> {
    await streams.partitions(input); // the old pipeline must be there
    const count = options.partitions ?? (await streams.partitions(topicsOf(pipeline).texts));
    const layout = await openTopics(streams, topicsOf(to), {
      partitions: count,
      retentionBytes: options.retentionBytes,
    });
    return layout.documentPartitions;
  }

  /** The first checkpoint, before anything is written. */
  async function begin(): Promise<Checkpoint> {
    for (let partition = 0; partition < partitions; partition++) {
      if ((await streams.bounds(output, partition)).end > 0)
        throw new FatalError(
          "CONFIG_INVALID",
          `pipeline ${to} has documents already, and no replay of ${pipeline} to go on with: use another name`,
        );
      if (options.holdUnread) await streams.rewind(groupsOf(to).ingest, output, partition, { offset: 0, metadata: "" });
    }
    for (const [partition, offset] of settled.entries()) {
      const { start } = await streams.bounds(input, partition);
      if (offset < start)
        throw new FatalError(
          "LOG_GAP",
          `documents are on their way that ${input}/${partition} no longer keeps (${offset} is; it starts at ${start}): let ${pipeline} run until nothing waits, then replay`,
        );
    }
    const since = await missingSince(streams, store, input, settled);
    if (since !== undefined)
      ports.warn(
        `the collection of ${pipeline} has nothing that came since ${since}, where its log begins, though its workers have read on: was it restored from an older snapshot? What came between is in neither, and will be missing in ${to}`,
      );
    const asked = await offsetsOf(options.from, streams, input);
    const offsets = asked.map((offset, partition) => Math.min(offset, settled[partition]!));
    const first = { offsets, copiedBefore: 0, cut: await cutTime(streams, input, offsets, clock.now()) };
    await checkpoints.save(first);
    return first;
  }

  async function endsOf(): Promise<number[]> {
    return Promise.all(at.offsets.map(async (_, partition) => (await streams.bounds(input, partition)).end));
  }

  /** The documents that the log, from where it is copied, doesn't have. */
  async function copyCollection(): Promise<void> {
    if (at.copiedBefore === null) return;
    const { offsets, cut } = at;
    for await (const { points, before } of oldPoints(store, at.copiedBefore, clock.now() + DAY_MS)) {
      if (signal.aborted) return;
      const older = points.filter(({ payload }) => isBefore(payload.revision, offsets));
      await send(older.map((point: StoredPoint) => copyOfPoint(point, pipeline, partitions, embedAnew)));
      sent.documents += older.length;
      await reach({ offsets, copiedBefore: before, cut });
    }
    at = { offsets, copiedBefore: null, cut };
    await checkpoints.save(at);
  }

  /** @returns whether all was copied that was there at the beginning */
  async function copyLog(): Promise<boolean> {
    const log = createMergedLog(streams, input, at.offsets);
    try {
      for (let goal = ends; at.copiedBefore === null && !signal.aborted; ) {
        const merged = await log.next(goal, signal);
        if (signal.aborted) break;
        const offsets = [...at.offsets];
        for (const { partition, record } of merged) offsets[partition] = record.offset + 1;
        const copies = await copiesOf(merged);
        await send(copies);
        sent.records += copies.length;
        await reach({ ...at, offsets });
        if (merged.length > 0) continue;
        at = { ...at, offsets: offsets.map((offset, partition) => Math.max(offset, goal[partition]!)) };
        if (!follow) return true;
        await clock.sleep(FOLLOW_POLL_MS, signal).catch(() => {});
        goal = await endsOf();
      }
    } finally {
      await log.close();
    }
    return ends.every((end, partition) => at.offsets[partition]! >= end);
  }

  async function copiesOf(merged: readonly MergedRecord[]): Promise<CopiedRecord[]> {
    const copies = merged.map(({ partition, record }) => ({
      copy: copyOfRecord(record, partition, pipeline, partitions),
      isEarly: record.timestampMs < at.cut && record.offset < settled[partition]!,
    }));
    const early = copies.filter(({ isEarly }) => isEarly).map(({ copy }) => copy);
    const kept = new Set(early.length === 0 ? [] : await withoutReplaced(early, store, pipeline));
    return copies.filter(({ copy, isEarly }) => !isEarly || kept.has(copy)).map(({ copy }) => copy);
  }

  async function send(copies: readonly CopiedRecord[]): Promise<void> {
    if (copies.length === 0) return;
    const copiedBefore = sent.documents + sent.records;
    await ports.gate(copiedBefore === 0 ? 0 : sent.bytes / copiedBefore);
    const byPartition = new Map<number, LogRecord[]>();
    for (const { partition, record } of copies) {
      const list = byPartition.get(partition);
      if (list) list.push(record);
      else byPartition.set(partition, [record]);
      sent.bytes += record.value?.byteLength ?? 0;
    }
    const append = ([partition, records]: [number, LogRecord[]]) =>
      retry(() => streams.append(output, partition, records), {
        baseMs: 100,
        maxMs: 5_000,
        clock,
        signal,
        onRetry: ({ error }) => ports.onRetry(error),
      });
    await Promise.all([...byPartition].map(append));
    ports.copied(copies.length);
  }

  async function reach(checkpoint: Checkpoint): Promise<void> {
    at = checkpoint;
    if (clock.now() - savedAt < SAVE_EVERY_MS) return;
    savedAt = clock.now();
    await checkpoints.save(at);
  }
}

/** Of a document that was itself replayed it is not known: it is copied from the collection, and again where the log has it. */
function isBefore(revision: string, offsets: readonly number[]): boolean {
  const [, partition, offset] = /^(\d+):(\d+)$/.exec(revision) ?? [];
  const from = partition === undefined ? undefined : offsets[Number(partition)];
  return from === undefined || Number(offset) < from;
}
