import type { CountedBatch } from "./batch.ts";

/**
 * Counted batches on their way to the store: written one after the other, in the order of their Deltas, behind the stream.
 * The first failure stops all that is queued and is given to `failed`.
 */
export interface WriteBehind {
  /** Counted and not yet durable, oldest first. */
  readonly pending: readonly CountedBatch[];
  add(batch: CountedBatch): void;
  /** Runs after all that was added before it. */
  after(work: () => Promise<void>): Promise<void>;
  /** Resolves once fewer than `depth` batches are pending. */
  below(depth: number): Promise<void>;
  drained(): Promise<void>;
}

export function createWriteBehind(
  write: (batch: CountedBatch) => Promise<void>,
  failed: (error: unknown) => void,
): WriteBehind {
  const pending: CountedBatch[] = [];
  const writes: Promise<void>[] = [];
  let last: Promise<void> = Promise.resolve();

  function after(work: () => Promise<void>): Promise<void> {
    last = last.then(work);
    last.catch(failed);
    return last;
  }

  return {
    pending,
    after,
    add(batch) {
      pending.push(batch);
      writes.push(
        after(async () => {
          await write(batch);
          pending.shift();
          writes.shift();
        }),
      );
    },
    async below(depth) {
      while (pending.length >= depth) await writes[0];
    },
    drained: () => last,
  };
}
