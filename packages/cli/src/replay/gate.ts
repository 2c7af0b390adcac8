import type { Clock } from "@eddy/runtime/clock";
import type { Streams } from "@eddy/streams/port";
import { count } from "../figures.ts";

/** Of a partition of `documents` that waits to be read: well inside what a log keeps. */
const MOST_BYTES = 64 * 1024 * 1024;
const POLL_MS = 250;

export interface GateOptions {
  readonly streams: Streams;
  /** Who reads what is written, and must not fall behind. */
  readonly group: string;
  readonly topic: string;
  /** Records of a partition. */
  readonly lagLimit: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told why it waits, and `undefined` when it goes on. */
  readonly waiting: (why: string | undefined) => void;
}

/** Waits while the reader lags by more records than the limit, or than are some ten megabytes; goes on at four fifths of it. */
export function createGate(options: GateOptions): (averageBytes: number) => Promise<void> {
  const { streams, group, topic, lagLimit, clock, signal, waiting } = options;
  const lag = async () => Math.max(0, ...(await streams.lag(group, topic)).values());
  return async function gate(averageBytes) {
    const limit = Math.min(lagLimit, MOST_BYTES / Math.max(1, averageBytes));
    let waits = await lag();
    if (waits <= limit) return;
    try {
      while (waits > limit * 0.8) {
        waiting(`waiting: ${group} has ${count(waits)} to read`);
        await clock.sleep(POLL_MS, signal);
        waits = await lag();
      }
    } finally {
      waiting(undefined);
    }
  };
}
