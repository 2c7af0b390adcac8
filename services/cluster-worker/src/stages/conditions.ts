import { ONLY_REVISION_HEADER } from "@eddy/contracts/chain-headers";
import { headerText } from "@eddy/streams/port";
import type { VectorStore } from "@eddy/vectors/port";
import type { CountedBatch, Item } from "../batch.ts";

/** The revision that a deletion is meant for; undefined: it is no deletion, or one without a condition. */
export function conditionOf({ embedded, headers }: Item): string | undefined {
  return embedded ? undefined : headerText(headers, ONLY_REVISION_HEADER);
}

/**
 * The items of a batch without the deletions that are meant for another version of their document than its present one: those
 * have no effect, and are treated as if they weren't in the log. The present version is looked for in what is before it in
 * the batch, in the batches that are counted but not yet written, then in the store: at a given place of the log always the
 * same, so a batch that is read again is judged alike.
 */
export async function withEffect(
  items: readonly Item[],
  pending: readonly CountedBatch[],
  store: VectorStore,
): Promise<readonly Item[]> {
  const asked = new Set(items.filter((item) => conditionOf(item) !== undefined).map(({ documentId }) => documentId));
  if (asked.size === 0) return items;
  const present = new Map<string, string | undefined>();
  const passes = ({ documentId, embedded }: Item) => {
    if (asked.has(documentId)) present.set(documentId, embedded?.document.revision);
  };
  // Before the store is asked: what is written meanwhile is found there.
  for (const batch of pending) batch.items.forEach(passes);
  const unknown = [...asked].filter((id) => !present.has(id));
  const stored = unknown.length === 0 ? new Map() : await store.lookup(unknown);
  for (const [id, { payload }] of stored) if (!payload.deleted) present.set(id, payload.revision);
  return items.filter((item) => {
    const condition = conditionOf(item);
    if (condition !== undefined && present.get(item.documentId) !== condition) return false;
    passes(item);
    return true;
  });
}
