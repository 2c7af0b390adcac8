import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { decoded } from "./decoded.ts";
import type { AcceptedText } from "./document.ts";
import { FatalError } from "./errors.ts";
import { EmbeddingSchema } from "./gen/eddy/v1/embedding_pb.ts";
import { decodeFloats, encodeFloats } from "./vector-bytes.ts";

export const EMBEDDING_FORMAT = 1;

/** A record of `embeddings`: the accepted document with its vector. */
export interface EmbeddedDocument {
  readonly document: Omit<AcceptedText, "format" | "vector">;
  readonly model: string;
  readonly modelRevision: string;
  readonly vector: Float32Array;
  readonly tokens: number;
  readonly truncated: boolean;
}

export function encodeEmbedding(embedding: EmbeddedDocument): Uint8Array {
  const { document } = embedding;
  return toBinary(
    EmbeddingSchema,
    create(EmbeddingSchema, {
      format: EMBEDDING_FORMAT,
      document: {
        documentId: document.document_id,
        revision: document.revision,
        text: document.text,
        title: document.title,
        source: document.source,
        publishedAt: document.published_at,
        label: document.label,
        metadata: document.metadata === undefined ? undefined : JSON.stringify(document.metadata),
        receivedAtMs: Date.parse(document.received_at),
      },
      model: embedding.model,
      modelRevision: embedding.modelRevision,
      vector: encodeFloats(embedding.vector),
      tokens: embedding.tokens,
      truncated: embedding.truncated,
    }),
  );
}

/** Throws FatalError FORMAT_UNKNOWN or RECORD_DAMAGED. */
export function decodeEmbedding(bytes: Uint8Array): EmbeddedDocument {
  return decoded("an embedding", () => read(bytes));
}

function read(bytes: Uint8Array): EmbeddedDocument {
  const message = fromBinary(EmbeddingSchema, bytes);
  const { document } = message;
  if (message.format !== EMBEDDING_FORMAT || !document) {
    throw new FatalError(
      "FORMAT_UNKNOWN",
      `an embedding of format ${message.format}; this version of Eddy reads ${EMBEDDING_FORMAT}`,
    );
  }
  return {
    document: {
      document_id: document.documentId,
      revision: document.revision,
      text: document.text,
      received_at: new Date(document.receivedAtMs).toISOString(),
      ...(document.title !== undefined && { title: document.title }),
      ...(document.source !== undefined && { source: document.source }),
      ...(document.publishedAt !== undefined && { published_at: document.publishedAt }),
      ...(document.label !== undefined && { label: document.label }),
      ...(document.metadata !== undefined && { metadata: readMetadata(document.metadata) }),
    },
    model: message.model,
    modelRevision: message.modelRevision,
    vector: decodeFloats(message.vector),
    tokens: message.tokens,
    truncated: message.truncated,
  };
}

function readMetadata(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("its metadata is no object");
  return value as Record<string, unknown>;
}
