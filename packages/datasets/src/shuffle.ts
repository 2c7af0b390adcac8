import { createRandom } from "@eddy/runtime/random";

export interface ShuffleOptions<T> {
  readonly seed: number;
  /** Most items held. */
  readonly window?: number;
  /** Items of one key keep their order among themselves, so that the last version of a document stays the last. */
  readonly keyOf?: (item: T) => string | undefined;
  /** With it, at most `maxBytes` are held (but always one item). */
  readonly bytesOf?: (item: T) => number;
  readonly maxBytes?: number;
}

/**
 * Shuffles within a window: holds `window` items and gives a random one of them for each new one, so that memory stays
 * bounded and the first comes at once the window is full. An input of at most `window` items is shuffled evenly.
 */
export async function* shuffled<T>(source: AsyncIterable<T>, options: ShuffleOptions<T>): AsyncGenerator<T> {
  const { seed, window = 10_000, keyOf, bytesOf, maxBytes = 64 * 2 ** 20 } = options;
  const random = createRandom(seed);
  const held: T[] = [];
  const ofKey = new Map<string, T[]>();
  let bytes = 0;

  function hold(item: T): void {
    held.push(item);
    bytes += bytesOf?.(item) ?? 0;
    const key = keyOf?.(item);
    if (key === undefined) return;
    const same = ofKey.get(key);
    if (same) same.push(item);
    else ofKey.set(key, [item]);
  }

  /** A random place of the window; where its item has a key, the oldest item of that key. */
  function draw(): T {
    const at = random.below(held.length);
    const drawn = held[at]!;
    held[at] = held[held.length - 1]!;
    held.pop();
    const key = keyOf?.(drawn);
    const same = key === undefined ? undefined : ofKey.get(key);
    const item = same?.shift() ?? drawn;
    if (same?.length === 0) ofKey.delete(key!);
    bytes -= bytesOf?.(item) ?? 0;
    return item;
  }

  for await (const item of source) {
    const full = () => held.length >= window || (bytesOf !== undefined && bytes + bytesOf(item) > maxBytes);
    while (held.length > 0 && full()) yield draw();
    hold(item);
  }
  while (held.length > 0) yield draw();
}
