/** As `Clock` of packages/runtime. */
export interface Pacer {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * At most `perSecond` items a second, evenly. A consumer that falls behind is not made up for by a burst of more than a
 * second's items.
 */
export async function* paced<T>(
  source: AsyncIterable<T>,
  options: { readonly perSecond: number; readonly clock: Pacer; readonly signal?: AbortSignal },
): AsyncGenerator<T> {
  const { perSecond, clock, signal } = options;
  if (!(perSecond > 0)) throw new RangeError(`a rate must be above 0, not ${perSecond}`);
  let due = clock.now();
  for await (const item of source) {
    const now = clock.now();
    if (due > now) await clock.sleep(due - now, signal);
    due = Math.max(due, now - 1_000) + 1_000 / perSecond;
    yield item;
  }
}
