import { RetryableError } from "@eddy/contracts/errors";
import { type Backoff, backoffMs } from "./backoff.ts";
import { type Clock, systemClock } from "./clock.ts";

export interface Retry {
  /** Failures so far. */
  readonly failures: number;
  readonly delayMs: number;
  readonly error: RetryableError;
}

export interface RetryOptions extends Backoff {
  /** Tries in all; without it there is no limit but the deadline and the signal. */
  readonly attempts?: number;
  /** No try starts later than this after the first, in milliseconds. A try itself is bounded by `work`. */
  readonly deadlineMs?: number;
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly signal?: AbortSignal;
  /** Called before each wait: the place for a counter and a log line. */
  readonly onRetry?: (retry: Retry) => void;
}

/**
 * Runs `work` until it succeeds. Only a RetryableError is tried again; anything else, and the last RetryableError once
 * attempts or deadline are used up, is thrown as it is. An aborted signal throws its reason.
 */
export async function retry<T>(work: (failures: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { attempts = Number.POSITIVE_INFINITY, deadlineMs = Number.POSITIVE_INFINITY } = options;
  const { clock = systemClock, random = Math.random, signal } = options;
  const end = clock.now() + deadlineMs;
  for (let failures = 0; ; ) {
    signal?.throwIfAborted();
    try {
      return await work(failures);
    } catch (error) {
      if (!(error instanceof RetryableError)) throw error;
      failures += 1;
      const delayMs = backoffMs(failures, options, random);
      if (failures >= attempts || clock.now() + delayMs > end) throw error;
      options.onRetry?.({ failures, delayMs, error });
      await clock.sleep(delayMs, signal);
    }
  }
}
