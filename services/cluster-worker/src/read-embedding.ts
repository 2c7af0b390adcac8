import { placed } from "@eddy/contracts/decoded";
import { decodeEmbedding, type EmbeddedDocument } from "@eddy/contracts/embedding";
import { FatalError } from "@eddy/contracts/errors";
import type { StoredRecord } from "@eddy/streams/port";

/**
 * The document of a record of `embeddings`; null: a deletion. Throws FatalError RECORD_DAMAGED, FORMAT_UNKNOWN, or MODEL_MISMATCH where its
 * vector has another width than the model's.
 */
export function readEmbedding(
  { topic, partition }: { readonly topic: string; readonly partition: number },
  { offset, value }: StoredRecord,
  dimensions: number | undefined,
): EmbeddedDocument | null {
  if (value === null) return null;
  const place = `${topic}/${partition}@${offset}`;
  const embedded = placed(place, () => decodeEmbedding(value));
  const width = embedded.vector.length;
  if (dimensions !== undefined && width !== dimensions)
    throw new FatalError(
      "MODEL_MISMATCH",
      `${place} has ${width} dimensions; the model has ${dimensions}. Another embedding model needs another pipeline name`,
    );
  return embedded;
}
