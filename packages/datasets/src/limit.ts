import type { Item } from "./item.ts";

/** The items up to the `documents`-th readable one; what can't be read does not count. Stops the source there. */
export async function* limited(source: AsyncIterable<Item>, documents: number): AsyncGenerator<Item> {
  if (documents <= 0) return;
  let taken = 0;
  for await (const item of source) {
    yield item;
    if (item.ok && ++taken >= documents) return;
  }
}
