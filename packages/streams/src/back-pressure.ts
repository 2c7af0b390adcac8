import type { Clock } from "@eddy/runtime/clock";
import type { Streams } from "./port.ts";

export interface BackPressureOptions {
  readonly streams: Streams;
  /** The reader that must not fall behind. */
  readonly group: string;
  readonly topic: string;
  /** Records of lag at which to pause; goes on at four fifths of it. */
  readonly limit: number;
  readonly clock: Clock;
  readonly paused?: (paused: boolean) => void;
}

const CHECK_MS = 50;

export interface BackPressure {
  /** Resolves at once while the reader keeps up, else when it has caught up; an abort ends the wait. Rejects as `lag` does. */
  wait(signal: AbortSignal): Promise<void>;
  readonly isPaused: boolean;
}

/** An emitter pauses while its reader's lag is over the limit: inner topics stay bounded (G8). */
export function createBackPressure(options: BackPressureOptions): BackPressure {
  const { streams, group, topic, limit, clock } = options;
  let checkedAt = Number.NEGATIVE_INFINITY;
  let isPaused = false;

  async function over(threshold: number): Promise<boolean> {
    const lags = await streams.lag(group, topic);
    return Math.max(0, ...lags.values()) > threshold;
  }

  function set(value: boolean) {
    if (value !== isPaused) options.paused?.(value);
    isPaused = value;
  }

  return {
    get isPaused() {
      return isPaused;
    },
    async wait(signal) {
      if (!isPaused && clock.now() - checkedAt < CHECK_MS) return;
      set(await over(isPaused ? limit * 0.8 : limit));
      checkedAt = clock.now();
      while (isPaused && !signal.aborted) {
        await clock.sleep(CHECK_MS, signal).catch(() => {});
        set(await over(limit * 0.8));
      }
    },
  };
}
