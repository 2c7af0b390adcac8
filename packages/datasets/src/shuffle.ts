import { createRandom } from "./random.ts";

/**
 * Shuffles within a window: holds `window` items and gives a random one of them for each new one, so that memory stays
 * bounded and the first comes at once the window is full. An input of at most `window` items is shuffled evenly.
 */
export async function* shuffled<T>(
  source: AsyncIterable<T>,
  { seed, window = 10_000 }: { readonly seed: number; readonly window?: number },
): AsyncGenerator<T> {
  const random = createRandom(seed);
  const held: T[] = [];
  for await (const item of source) {
    if (held.length < window) held.push(item);
    else {
      const at = random.below(window);
      yield held[at]!;
      held[at] = item;
    }
  }
  while (held.length > 0) {
    const at = random.below(held.length);
    yield held[at]!;
    held[at] = held[held.length - 1]!;
    held.pop();
  }
}
