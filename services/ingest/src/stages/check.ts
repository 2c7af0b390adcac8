import type { AcceptedText } from "@eddy/contracts/document";
import { parseReplayed, REPLAYED_HEADER } from "@eddy/contracts/replayed";
import { headerText } from "@eddy/streams/port";
import { deadLetter, type Outcome, ok, type Stage, type StageInput } from "@eddy/streams/stage";
import { acceptDocument, type Limits } from "../accept-document.ts";
import { decodeDocument } from "../decode-document.ts";

/** An accepted document, or the deletion of one. */
export interface CheckedText {
  readonly documentId: string;
  /** null: deleted. */
  readonly accepted: AcceptedText | null;
}

/** The whole logic of ingest: each record is checked, cleaned and given its id, or refused with a reason. */
export function createCheckStage(limits: Limits): Stage<CheckedText> {
  function check({ partition, record }: StageInput): Outcome<CheckedText> {
    const bytes = record.value?.byteLength ?? 0;
    const replayed = parseReplayed(headerText(record.headers, REPLAYED_HEADER));
    // From a collection it comes with its vector, and was small enough before.
    if (bytes > limits.maxBytes && !replayed?.cleaned)
      return deadLetter({ code: "TOO_LARGE", message: `${bytes} bytes; the limit is ${limits.maxBytes}` });
    const intent = decodeDocument(record);
    if (intent.kind === "reject") return deadLetter(intent.reject);
    if (intent.kind === "delete") return ok({ documentId: intent.id, accepted: null });
    const result = acceptDocument(
      intent.document,
      intent.id,
      { partition, offset: record.offset, timestampMs: record.timestampMs, ...(replayed && { replayed }) },
      limits,
    );
    return "reject" in result
      ? deadLetter(result.reject)
      : ok({ documentId: result.accepted.document_id, accepted: result.accepted });
  }

  return async function checkStage(batch) {
    return batch.map(check);
  };
}
