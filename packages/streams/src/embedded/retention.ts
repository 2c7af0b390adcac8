import type { EmbeddedStreams } from "./embedded-streams.ts";
import type { LogStorage } from "./storage.ts";

/**
 * Cuts the heads of the embedded log's partitions by age and bytes, but never what a group of that topic has yet to read.
 * Bytes are those of the values, counted in steps of a thousand records.
 */
export async function applyRetention(streams: EmbeddedStreams, storage: LogStorage, now: number): Promise<number> {
  let removed = 0;
  for (const spec of storage.topics().values()) {
    const { retention } = spec;
    if (!retention) continue;
    const groups = storage.groups(spec.name).map((group) => storage.commits(group, spec.name));
    for (let partition = 0; partition < spec.partitions; partition++) {
      const log = streams.log(spec.name, partition);
      const held = Math.min(log.end.value, ...groups.map((commits) => commits.get(partition)?.offset ?? log.start));
      const before = Math.min(held, cutPoint(streams, spec.name, partition, now - retention.ms, retention.bytes));
      if (before <= log.start) continue;
      removed += before - log.start;
      await streams.truncate(spec.name, partition, before);
    }
  }
  return removed;
}

const STEP = 1000;

/** First offset to keep. */
function cutPoint(streams: EmbeddedStreams, topic: string, partition: number, oldest: number, bytes: number): number {
  const log = streams.log(topic, partition);
  const steps: { readonly from: number; readonly bytes: number; readonly newest: number }[] = [];
  for (let from = log.start; from < log.end.value; from += STEP) {
    const records = streams
      .read(log, from, { maxRecords: STEP, maxBytes: Number.POSITIVE_INFINITY })
      .filter(({ offset }) => offset < from + STEP);
    const size = records.reduce((sum, { value, key }) => sum + (value?.byteLength ?? 0) + (key?.byteLength ?? 0), 0);
    steps.push({ from, bytes: size, newest: records.at(-1)?.timestampMs ?? 0 });
  }
  let kept = 0;
  for (const step of steps.toReversed()) {
    kept += step.bytes;
    if (kept > bytes || step.newest < oldest) return step.from + STEP;
  }
  return log.start;
}
