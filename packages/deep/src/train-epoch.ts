import { setImmediate } from "node:timers/promises";
import type { StackedBatches, Trainer } from "@eddy/compute/trainer";

/** Means over the rows of an epoch, by name: `loss` and the spec's metrics. */
export type EpochMeans = Readonly<Record<string, number>>;

export interface EpochHooks {
  readonly signal?: AbortSignal;
  /** Rows trained so far in this epoch. */
  onRows?(rows: number): void;
}

/**
 * Trains one epoch. A run holds the thread, so between two runs everything else has its turn, and a stop is heeded.
 * @throws the signal's reason once it is aborted
 */
export async function trainEpoch(
  trainer: Trainer,
  batches: AsyncIterable<StackedBatches>,
  { signal, onRows }: EpochHooks,
): Promise<EpochMeans> {
  const sums: Record<string, number> = {};
  let seen = 0;
  for await (const batch of batches) {
    await setImmediate();
    signal?.throwIfAborted();
    const figures = await trainer.train(batch);
    seen += batch.steps * batch.rows;
    for (const [name, values] of Object.entries(figures)) {
      sums[name] = values.reduce((sum, value) => sum + value * batch.rows, sums[name] ?? 0);
    }
    onRows?.(seen);
  }
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / seen]));
}
