import type { Clock } from "@eddy/runtime/clock";

export interface BatchOptions<T> {
  readonly items: number;
  readonly bytes: number;
  readonly bytesOf: (item: T) => number;
  /** Longest time that an item waits for others, in milliseconds. */
  readonly lingerMs: number;
  readonly clock: Clock;
  /** Ends it after the batch that is being filled, without waiting for the source. */
  readonly signal: AbortSignal;
}

type Event<T> = IteratorResult<T> | "due" | "stopped" | { readonly error: unknown };

/**
 * Items in batches: full ones from a fast source, what there is from a slow one. One item over `bytes` is a batch by itself.
 * An error of the source is thrown after the items before it were given.
 */
export async function* batches<T>(source: AsyncIterable<T>, options: BatchOptions<T>): AsyncGenerator<readonly T[]> {
  const { clock, signal, bytesOf } = options;
  const iterator = source[Symbol.asyncIterator]();
  let batch: T[] = [];
  let size = 0;
  // One promise an event: Promise.race with the signal would keep every item, for as long as the signal lives.
  let wake: (event: Event<T>) => void = () => undefined;
  const stop = () => wake("stopped");
  signal.addEventListener("abort", stop);

  const pull = () => iterator.next().catch((error: unknown) => ({ error }));
  const linger = (waiting: T[]) => {
    const tell = () => batch === waiting && wake("due");
    void clock.sleep(options.lingerMs).then(tell);
  };
  const cut = () => {
    const ready = batch;
    batch = [];
    size = 0;
    return ready;
  };

  try {
    let next = pull();
    while (!signal.aborted) {
      const event = await new Promise<Event<T>>((resolve) => {
        wake = resolve;
        void next.then(resolve);
      });
      if (event === "stopped") break;
      if (event === "due") yield cut();
      else if ("error" in event || event.done) {
        if (batch.length > 0) yield cut();
        if ("error" in event) throw event.error;
        return;
      } else {
        const item = event.value;
        if (batch.length >= options.items || (batch.length > 0 && size + bytesOf(item) > options.bytes)) yield cut();
        if (batch.length === 0) linger(batch);
        batch.push(item);
        size += bytesOf(item);
        next = pull();
      }
    }
    if (batch.length > 0) yield cut();
  } finally {
    signal.removeEventListener("abort", stop);
    // Not awaited: it waits for an item that may never come.
    void iterator.return?.().catch(() => undefined);
  }
}
