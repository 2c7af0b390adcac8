import { ONLY_REVISION_HEADER } from "@eddy/contracts/chain-headers";
import { foreignRevision, parseReplayed, REPLAYED_HEADER, type Replayed } from "@eddy/contracts/replayed";
import { floatsToBase64 } from "@eddy/contracts/vector-bytes";
import { READY_MODEL } from "@eddy/embed-worker/stages/embed";
import { madeId } from "@eddy/ingest/accept-document";
import { decodeDocument } from "@eddy/ingest/decode-document";
import { partitionOf } from "@eddy/streams/murmur2";
import { headerText, type LogRecord, type StoredRecord } from "@eddy/streams/port";
import type { StoredPoint } from "@eddy/vectors/port";

/** A record for `documents` of another pipeline, and its partition there. */
export interface CopiedRecord {
  readonly partition: number;
  readonly record: LogRecord;
  /** Of its document; undefined: it will be refused. */
  readonly id: string | undefined;
  /** As the new pipeline knows it. */
  readonly revision: string;
}

/**
 * A record of `documents`, for another pipeline: key and value as they are, a header for where it came from.
 *
 * 1. All records of a document go to one partition, by its id, whichever clients wrote them: so they keep their order.
 * 2. A document without an id gets the one that it has in the old pipeline as its key, so a second copy is no second document.
 * 3. A deletion that is meant for one revision names it as the new pipeline knows it.
 */
export function copyOfRecord(
  stored: StoredRecord,
  partition: number,
  pipeline: string,
  partitions: number,
): CopiedRecord {
  const { key, value, offset, timestampMs } = stored;
  const from = parseReplayed(headerText(stored.headers, REPLAYED_HEADER)) ?? {
    revision: foreignRevision(pipeline, `${partition}:${offset}`),
    received_at: new Date(timestampMs).toISOString(),
  };
  const only = headerText(stored.headers, ONLY_REVISION_HEADER);
  const headers = {
    ...stored.headers,
    ...replayedHeader(from),
    ...(only !== undefined && { [ONLY_REVISION_HEADER]: foreignRevision(pipeline, only) }),
  };
  const intent = decodeDocument(stored);
  const { revision } = from;
  if (intent.kind === "reject") {
    const target = key ? partitionOf(key, partitions) : partition % partitions;
    return { partition: target, record: { key, value, headers }, id: undefined, revision };
  }
  const id = intent.id ?? madeId({ partition, offset, timestampMs });
  const bytes = Buffer.from(id);
  const record = { key: intent.id === undefined ? bytes : key, value, headers };
  return { partition: partitionOf(bytes, partitions), record, id, revision };
}

/** The document of a point as a record: its cleaned text and its fields, with the vector unless the text is to be embedded anew. */
export function copyOfPoint(
  { payload, vector }: StoredPoint,
  pipeline: string,
  partitions: number,
  embedAnew: boolean,
): CopiedRecord {
  const { document_id: id, text = "", title, source, published_at, label, metadata } = payload;
  const { revision, received_at, model = READY_MODEL, model_revision, truncated } = payload;
  const isReady = model === READY_MODEL;
  const brought = vector && (isReady || !embedAnew) ? floatsToBase64(vector) : undefined;
  const document = { id, text, title, source, published_at, label, metadata, vector: brought };
  const from: Replayed = {
    revision: foreignRevision(pipeline, revision),
    received_at,
    cleaned: true,
    ...(brought && !isReady && { model, model_revision, truncated }),
  };
  const key = Buffer.from(id);
  const headers = { "content-type": "application/json", ...replayedHeader(from) };
  return {
    partition: partitionOf(key, partitions),
    record: { key, value: Buffer.from(JSON.stringify(document)), headers },
    id,
    revision: from.revision,
  };
}

function replayedHeader(from: Replayed): LogRecord["headers"] {
  return { [REPLAYED_HEADER]: JSON.stringify(from) };
}
