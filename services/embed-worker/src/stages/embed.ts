import { decoded, placed } from "@eddy/contracts/decoded";
import { type AcceptedText, acceptedTextSchema } from "@eddy/contracts/document";
import type { EmbeddedDocument } from "@eddy/contracts/embedding";
import { FatalError } from "@eddy/contracts/errors";
import { parseReplayed, REPLAYED_HEADER } from "@eddy/contracts/replayed";
import { floatsOfBase64 } from "@eddy/contracts/vector-bytes";
import { embedderInput } from "@eddy/embedding/embedder-input";
import type { Embedder } from "@eddy/embedding/port";
import { headerText } from "@eddy/streams/port";
import { deadLetter, ok, type Stage, type StageInput } from "@eddy/streams/stage";

/** A document with its vector, or the deletion of one. */
export interface Embedded {
  readonly key: Uint8Array;
  /** null: deleted. */
  readonly embedding: EmbeddedDocument | null;
}

/** The model name of vectors that came with their documents. */
export const READY_MODEL = "ready";

/** The whole logic of the embed-worker: texts to vectors; a document that brought its own vector passes. */
export function createEmbedStage(embedder: Embedder, metric: "spherical" | "euclidean"): Stage<Embedded> {
  const readyVector = metric === "spherical" ? unit : (values: Float32Array) => values;

  return async function embedStage(batch, { signal }) {
    const texts = batch.map(decode);
    const ready = texts.map((text, index) => text && readyOf(text, batch[index]!, embedder.info));
    const waiting = texts.flatMap((text, index) =>
      text && !ready[index] ? [{ index, input: embedderInput(text) }] : [],
    );
    const embedded =
      waiting.length === 0
        ? []
        : await embedder.embed(
            waiting.map(({ input }) => input),
            { signal },
          );
    const vectors = new Map(waiting.map(({ index }, at) => [index, embedded[at]!]));
    return batch.map(({ record }, index) => {
      const text = texts[index];
      const key = record.key ?? new Uint8Array();
      if (!text) return ok({ key, embedding: null });
      const { format: _, vector: brought, ...document } = text;
      const origin = ready[index];
      if (brought && origin)
        return ok({ key, embedding: { document, vector: readyVector(floatsOfBase64(brought)), tokens: 0, ...origin } });
      const { vector, tokens, truncated } = vectors.get(index)!;
      // It would be refused by the model's fold, and stop the cluster-worker there for good.
      if (!vector.every(Number.isFinite))
        return deadLetter({ code: "INVALID_VECTOR", message: "the embedding model gave a value that is not finite" });
      const { model, revision } = embedder.info;
      return ok({ key, embedding: { document, model, modelRevision: revision, vector, tokens, truncated } });
    });
  };
}

/**
 * What made the vector that a text brings; undefined: it brings none, or a replay took it from a pipeline with another model
 * than this one's, and it is embedded anew.
 */
function readyOf(text: AcceptedText, { record }: StageInput, info: Embedder["info"]) {
  if (!text.vector) return undefined;
  const replayed = parseReplayed(headerText(record.headers, REPLAYED_HEADER));
  if (replayed?.model === undefined) return { model: READY_MODEL, modelRevision: "", truncated: false };
  const { model, model_revision: modelRevision = "", truncated = false } = replayed;
  return model === info.model && modelRevision === info.revision ? { model, modelRevision, truncated } : undefined;
}

function decode({ record }: StageInput): AcceptedText | null {
  if (!record.value) return null;
  const { value } = record;
  const parsed = placed(`texts@${record.offset}`, () =>
    decoded("an accepted text", () => JSON.parse(Buffer.from(value).toString("utf8")) as unknown),
  );
  const result = acceptedTextSchema.safeParse(parsed);
  if (!result.success)
    throw new FatalError(
      "FORMAT_UNKNOWN",
      `texts@${record.offset} is no accepted text of this version: ${result.error.issues[0]?.message}`,
    );
  return result.data;
}

/** In place. */
function unit(values: Float32Array): Float32Array {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  const norm = Math.sqrt(sum);
  for (let i = 0; i < values.length; i++) values[i]! /= norm;
  return values;
}
