import type { StoredRecord } from "../port.ts";
import type { EmbeddedStreams } from "./embedded-streams.ts";
import type { PartitionLog } from "./partition-log.ts";
import type { LogStorage } from "./storage.ts";

/**
 * Keeps the embedded log bounded: cuts the heads of its partitions by age and bytes, but never what a group of that topic has
 * yet to read; of compacted topics it keeps the last record of each key.
 */
export interface Retention {
  /** Returns how many records it removed. */
  apply(now: number): Promise<number>;
}

/** Groups that read the log again: retention doesn't wait for them. */
const REPLAY_SUFFIX = ".replay";
/** Records that are measured, and removed, together. */
const STEP = 1_000;

interface Step {
  readonly bytes: number;
  readonly newestMs: number;
}

export function createRetention(streams: EmbeddedStreams, storage: LogStorage): Retention {
  /** Full steps never change: each is measured once. By topic, partition and first offset. */
  const measured = new Map<string, Step>();

  return {
    async apply(now) {
      let removed = 0;
      for (const spec of storage.topics().values()) {
        for (let partition = 0; partition < spec.partitions; partition++) {
          if (spec.compacted) removed += await compact(spec.name, partition);
          else if (spec.retention)
            removed += await cutHead(spec.name, partition, now - spec.retention.ms, spec.retention.bytes);
        }
      }
      return removed;
    },
  };

  async function cutHead(topic: string, partition: number, oldestMs: number, bytes: number): Promise<number> {
    const log = streams.log(topic, partition);
    const commits = storage
      .groups(topic)
      // A replay that is done, or was given up, would hold its records for ever.
      .filter((group) => !group.endsWith(REPLAY_SUFFIX))
      .map((group) => storage.commits(group, topic).get(partition)?.offset ?? log.start);
    const before = Math.min(cutPoint(topic, partition, oldestMs, bytes), log.end.value, ...commits);
    const { start } = log;
    if (before <= start) return 0;
    await streams.truncate(topic, partition, before);
    for (let first = start - (start % STEP); first + STEP <= before; first += STEP)
      measured.delete(`${topic}/${partition}/${first}`);
    return before - start;
  }

  /** First offset to keep: by age a multiple of STEP; by bytes the first that fits, so that large records don't go all at once. */
  function cutPoint(topic: string, partition: number, oldestMs: number, bytes: number): number {
    const { start, end } = streams.log(topic, partition);
    let kept = 0;
    const lastStep = end.value - (end.value % STEP);
    for (let first = lastStep; first >= start - (start % STEP); first -= STEP) {
      const step = measure(topic, partition, first);
      if (step.newestMs < oldestMs && first < lastStep) return first + STEP;
      if (kept + step.bytes > bytes) return firstFitting(topic, partition, first, bytes - kept);
      kept += step.bytes;
    }
    return start;
  }

  function measure(topic: string, partition: number, first: number): Step {
    const name = `${topic}/${partition}/${first}`;
    const known = measured.get(name);
    if (known) return known;
    const log = streams.log(topic, partition);
    const from = Math.max(first, log.start);
    let bytes = 0;
    let newestMs = 0;
    for (const record of recordsOf(log, from, first + STEP)) {
      bytes += sizeOf(record);
      newestMs = record.timestampMs;
    }
    const step = { bytes, newestMs };
    if (first + STEP <= log.end.value) measured.set(name, step);
    return step;
  }

  /** The first offset of a step from which on the rest of it has at most `bytes`. */
  function firstFitting(topic: string, partition: number, first: number, bytes: number): number {
    const log = streams.log(topic, partition);
    const sizes = Array.from(recordsOf(log, Math.max(first, log.start), first + STEP), (record) => ({
      offset: record.offset,
      bytes: sizeOf(record),
    }));
    let left = bytes;
    let keep = Math.min(first + STEP, log.end.value);
    for (const size of sizes.reverse()) {
      left -= size.bytes;
      if (left < 0) break;
      keep = size.offset;
    }
    return keep;
  }

  /** The records in [from, to), few at a time: they may be large. */
  function* recordsOf(log: PartitionLog, from: number, to: number): Generator<StoredRecord> {
    for (let at = from; at < to; ) {
      const records = streams.read(log, at, { maxRecords: to - at });
      if (records.length === 0) return;
      yield* records;
      at = records.at(-1)!.offset + 1;
    }
  }

  async function compact(topic: string, partition: number): Promise<number> {
    const log = streams.log(topic, partition);
    const records = streams.read(log, log.start, {
      maxRecords: Number.MAX_SAFE_INTEGER,
      maxBytes: Number.POSITIVE_INFINITY,
    });
    const last = new Map(records.map(({ key, offset }) => [Buffer.from(key ?? "").toString("base64"), offset]));
    const gone = records.filter(
      ({ key, value, offset }) => value === null || last.get(Buffer.from(key ?? "").toString("base64")) !== offset,
    );
    if (gone.length > 0)
      await storage.drop(
        topic,
        partition,
        gone.map(({ offset }) => offset),
      );
    return gone.length;
  }
}

function sizeOf({ key, value }: StoredRecord): number {
  return (key?.byteLength ?? 0) + (value?.byteLength ?? 0);
}
