import { RetryableError } from "@eddy/contracts/errors";
import type { Clock } from "@eddy/runtime/clock";
import { defineMetric } from "@eddy/runtime/metric";
import type { Metrics } from "@eddy/runtime/metrics";
import type { Streams } from "./port.ts";

export const lagMetrics = {
  records: defineMetric({
    type: "gauge",
    name: "eddy_consumer_lag_records",
    help: "Records not yet committed in the partitions that this process holds: to be summed over processes.",
    labels: ["group", "topic"],
  }),
  seconds: defineMetric({
    type: "gauge",
    name: "eddy_consumer_lag_seconds",
    help: "Age of the oldest record not yet committed in the partitions that this process holds, 0 where there is none: the greatest of all processes counts.",
    labels: ["group", "topic"],
  }),
} as const;

export interface LagWatchOptions {
  readonly streams: Streams;
  readonly group: string;
  readonly topic: string;
  /** Partitions that this process holds. */
  readonly assigned: () => readonly number[];
  readonly clock: Clock;
  readonly metrics: Metrics;
}

export interface LagWatch {
  start(): void;
  /** A look under way may end later: it waits for the log, and nobody for it. */
  stop(): void;
}

export const LAG_EVERY_MS = 5_000;
/** Partitions whose age is looked at each time: those that lag most. */
const MOST_AGED = 32;

/** Meters the lag of a group's member, in records and in seconds. While the log doesn't answer, the figures stay as they were. */
export function createLagWatch({ streams, group, topic, assigned, clock, metrics }: LagWatchOptions): LagWatch {
  const records = metrics.gauge(lagMetrics.records);
  const seconds = metrics.gauge(lagMetrics.seconds);
  const stopped = new AbortController();
  /** When the record at the commit was written, by partition: asked for once a commit. */
  const written = new Map<number, { readonly offset: number; readonly at: number | undefined }>();

  async function writtenAt(partition: number, commit: number | undefined): Promise<number | undefined> {
    const offset = commit ?? (await streams.bounds(topic, partition)).start;
    const known = written.get(partition);
    if (known?.offset === offset && known.at !== undefined) return known.at;
    const at = await streams.timestamp(topic, partition, offset);
    written.set(partition, { offset, at });
    return at;
  }

  async function look(): Promise<void> {
    const held = assigned();
    const lags = held.length === 0 ? new Map<number, number>() : await streams.lag(group, topic);
    const lagging = held
      .map((partition) => ({ partition, lag: lags.get(partition) ?? 0 }))
      .filter(({ lag }) => lag > 0)
      .sort((a, b) => b.lag - a.lag);
    const commits = lagging.length === 0 ? new Map() : await streams.committed(group, topic);
    let oldest = Number.POSITIVE_INFINITY;
    for (const { partition } of lagging.slice(0, MOST_AGED))
      oldest = Math.min(oldest, (await writtenAt(partition, commits.get(partition)?.offset)) ?? oldest);
    records.set(
      lagging.reduce((sum, { lag }) => sum + lag, 0),
      { group, topic },
    );
    seconds.set(Number.isFinite(oldest) ? Math.max(0, clock.now() - oldest) / 1_000 : 0, { group, topic });
  }

  async function watch(): Promise<void> {
    while (!stopped.signal.aborted) {
      await look().catch((error) => {
        if (!(error instanceof RetryableError)) throw error;
      });
      await clock.sleep(LAG_EVERY_MS, stopped.signal).catch(() => {});
    }
  }

  return {
    start() {
      // A figure less is no reason to stop: what is fatal stops the worker itself.
      void watch().catch(() => {});
    },
    stop: () => stopped.abort(new Error("stopping")),
  };
}
