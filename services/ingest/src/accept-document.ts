import { type AcceptedText, type Document, MAX_ID_BYTES } from "@eddy/contracts/document";
import type { Reject } from "@eddy/contracts/errors";
import type { Replayed } from "@eddy/contracts/replayed";
import { decodeFloats, floatsToBase64 } from "@eddy/contracts/vector-bytes";
import { clean } from "@eddy/text/clean";
import { MAX_METADATA_DEPTH, storable, TooDeep } from "./metadata.ts";

export interface Provenance {
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  /** Where a replay took it from. */
  readonly replayed?: Replayed;
}

/** What `documents` may hold: bytes of a value, and the width of vectors that come ready. */
export interface Limits {
  readonly maxBytes: number;
  readonly dimensions: number;
}

/** A document without an id gets one from its place in the topic, so that a re-run gives the same. */
export function madeId({ partition, offset }: Provenance): string {
  return `document-${partition}-${offset}`;
}

/** Cleans a document and makes it the accepted text of its id, or says why not. */
export function acceptDocument(
  document: Document,
  id: string | undefined,
  place: Provenance,
  limits: Limits,
): { readonly accepted: AcceptedText } | { readonly reject: Reject } {
  const documentId = id ?? madeId(place);
  if (documentId.includes("\0") || !documentId.isWellFormed() || Buffer.byteLength(documentId) > MAX_ID_BYTES) {
    return reject("INVALID_ID", `the id must have no NUL and at most ${MAX_ID_BYTES} bytes`);
  }
  const { replayed } = place;
  // What is clean stays as it is: cleaned again, `&lt;b&gt;` would become a tag, and go.
  const tidy = replayed?.cleaned ? (text: string) => text : clean;
  const text = tidy(document.text);
  const title = document.title === undefined ? "" : tidy(document.title);
  if (text === "" && title === "") return reject("EMPTY_TEXT", "nothing is left of the text after cleaning");
  // Another pipeline's model may be of another width: its vector is of no use here.
  const brought = floatsOf(document.vector);
  const isForeign = replayed?.model && brought?.length !== limits.dimensions;
  const vector = isForeign ? undefined : brought;
  if (vector && vector.length !== limits.dimensions)
    return reject(
      "INVALID_VECTOR",
      `the vector has ${vector.length} numbers, this pipeline's have ${limits.dimensions}`,
    );
  if (vector && !isUsable(vector)) {
    return reject("INVALID_VECTOR", "the vector is zero or holds a number that f32 can't");
  }
  const metadata = metadataOf(document);
  if (metadata === null)
    return reject(
      "INVALID_DOCUMENT",
      `metadata: nested deeper than ${MAX_METADATA_DEPTH} levels, which no store takes`,
    );
  const { source, published_at, label } = document;
  return {
    accepted: {
      format: 1,
      document_id: documentId,
      revision: replayed?.revision ?? `${place.partition}:${place.offset}`,
      received_at: replayed?.received_at ?? new Date(place.timestampMs).toISOString(),
      text: text === "" ? title : text,
      ...(title !== "" && { title }),
      ...(source !== undefined && { source }),
      ...(published_at !== undefined && { published_at: new Date(published_at).toISOString() }),
      ...(label !== undefined && { label }),
      ...(metadata !== undefined && { metadata }),
      ...(vector && { vector: typeof document.vector === "string" ? document.vector : floatsToBase64(vector) }),
    },
  };
}

/** null: nested too deep. */
function metadataOf({ metadata }: Document): Document["metadata"] | null {
  try {
    return storable(metadata) as Document["metadata"];
  } catch (error) {
    if (error instanceof TooDeep) return null;
    throw error;
  }
}

/** Bytes that are no whole number of f32 are of no width that is wanted. */
function floatsOf(vector: Document["vector"]): Float32Array | undefined {
  if (typeof vector !== "string") return vector && new Float32Array(vector);
  const bytes = Buffer.from(vector, "base64");
  return bytes.byteLength % 4 === 0 ? decodeFloats(new Uint8Array(bytes)) : new Float32Array();
}

/** Finite, and not zero. A loop: `every` and `some` take as long as the parsing of the document. */
function isUsable(vector: Float32Array): boolean {
  let isZero = true;
  for (let i = 0; i < vector.length; i++) {
    if (!Number.isFinite(vector[i]!)) return false;
    if (vector[i] !== 0) isZero = false;
  }
  return !isZero;
}

function reject(code: Reject["code"], message: string): { readonly reject: Reject } {
  return { reject: { code, message } };
}
