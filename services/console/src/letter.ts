import type { Topics } from "@eddy/contracts/topics";
import { headerText, type StoredRecord } from "@eddy/streams/port";

/**
 * The id of the document that a dead letter is about, as far as its bytes tell: the value's own, else the CloudEvent's
 * subject, else the record's key.
 */
export function documentIdOf({ key, value, headers }: StoredRecord): string | undefined {
  const own = parse(value) as {
    id?: unknown;
    document_id?: unknown;
    specversion?: unknown;
    subject?: unknown;
    data?: unknown;
  };
  const event = typeof own?.specversion === "string" ? own : undefined;
  const document = (event ? event.data : own) as { id?: unknown; document_id?: unknown } | null | undefined;
  const candidates = [document?.document_id, document?.id, event?.subject, headerText(headers, "ce_subject")];
  for (const id of candidates) if ((typeof id === "string" && id !== "") || typeof id === "number") return String(id);
  return key === null ? undefined : Buffer.from(key).toString();
}

/** Topics whose records may come to the dead letters. */
export function inputTopics({ documents, texts, embeddings }: Topics): readonly string[] {
  return [documents, texts, embeddings];
}

export function parse(value: Uint8Array | null): unknown {
  if (value === null) return undefined;
  try {
    return JSON.parse(Buffer.from(value).toString()) ?? undefined;
  } catch {
    return undefined;
  }
}
