import { decodeDocument } from "@eddy/ingest/decode-document";
import type { Ledger } from "./ledger.ts";
import { readTopic } from "./read-topic.ts";

/** What one client was told. `n` is in the metadata of the document, and in no other. */
export interface Acknowledged {
  readonly id: string;
  /** null: a deletion. */
  readonly n: number | null;
}

/** Nothing that a client was told is missing in `documents`, and what it sent of one id is there in its order (G1, G6). */
export async function acknowledgedFaults(
  { streams, topics }: Ledger,
  acknowledged: readonly Acknowledged[],
): Promise<string[]> {
  const written = new Map<string, (number | null)[]>();
  for (const { record } of await readTopic(streams, topics.documents)) {
    const intent = decodeDocument(record);
    if (intent.kind === "reject" || intent.id === undefined) continue;
    const n = intent.kind === "delete" ? null : ((intent.document.metadata?.n as number | undefined) ?? -1);
    written.set(intent.id, [...(written.get(intent.id) ?? []), n]);
  }
  const told = new Map<string, (number | null)[]>();
  for (const { id, n } of acknowledged) told.set(id, [...(told.get(id) ?? []), n]);
  return [...told].flatMap(([id, expected]) =>
    isWithin(expected, written.get(id) ?? [])
      ? []
      : [`G1/G6 ${id}: told ${JSON.stringify(expected)}, the log has ${JSON.stringify(written.get(id))}`],
  );
}

/** Whether `part` is left of `whole` when others (requests that were cut) are taken out. */
function isWithin(part: readonly (number | null)[], whole: readonly (number | null)[]): boolean {
  let found = 0;
  for (const n of whole) if (found < part.length && n === part[found]) found += 1;
  return found === part.length;
}
