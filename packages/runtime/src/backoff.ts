export interface Backoff {
  /** Longest delay after the first failure, in milliseconds. */
  readonly baseMs: number;
  /** Longest delay at all, in milliseconds. */
  readonly maxMs: number;
  /** `full` (the default) spreads the delay over [0, ceiling); `none` takes the ceiling itself. */
  readonly jitter?: "full" | "none";
}

/**
 * Milliseconds to wait after failure number `failures` (1 = the first): random · min(max, base · 2^(failures − 1)).
 * "Full jitter" of Marc Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
 */
export function backoffMs(failures: number, { baseMs, maxMs, jitter = "full" }: Backoff, random: () => number): number {
  const ceiling = Math.min(maxMs, baseMs * 2 ** (failures - 1));
  return jitter === "none" ? ceiling : random() * ceiling;
}
