import { createHash } from "node:crypto";
import { FatalError } from "@eddy/contracts/errors";
import type { CacheObserver } from "./cache-metrics.ts";
import type { EmbeddingStore } from "./embedding-store.ts";
import type { EmbeddedText, Embedder, EmbedderInfo, TextKind } from "./port.ts";

const silent: CacheObserver = { looked() {}, held() {}, failed() {} };

/**
 * An embedder that asks the other one only for texts that the store does not have, each once a call. A store that can't be written
 * costs the saving, never the embedding: it is told to the observer, and the next put tries again.
 * Closes both.
 */
export function createCachedEmbedder(
  embedder: Embedder,
  store: EmbeddingStore,
  observer: CacheObserver = silent,
): Embedder {
  let closed = false;

  function keep(entries: readonly (readonly [Uint8Array, EmbeddedText])[]): void {
    try {
      store.put(entries);
      observer.held(store.bytes());
    } catch (error) {
      observer.failed(error);
    }
  }

  return {
    info: embedder.info,
    async embed(texts, { kind = "document", signal } = {}) {
      signal?.throwIfAborted();
      if (closed) throw new FatalError("INTERNAL", "the embedder is closed");
      const results = store.get(texts.map((text) => keyOf(embedder.info, kind, text)));
      const missing = [...new Set(texts.filter((_, index) => results[index] === undefined))];
      observer.looked(texts.length - missing.length, missing.length);
      if (missing.length === 0) return results as EmbeddedText[];
      const embedded = await embedder.embed(missing, { kind, ...(signal && { signal }) });
      const made = new Map(missing.map((text, index) => [text, embedded[index]!]));
      keep([...made].map(([text, result]) => [keyOf(embedder.info, kind, text), result]));
      return texts.map((text, index) => results[index] ?? copyOf(made.get(text)!));
    },
    async close() {
      closed = true;
      await embedder.close();
      await store.close();
    },
  };
}

/** Whoever gets a vector may change it in place. */
const copyOf = (result: EmbeddedText): EmbeddedText => ({ ...result, vector: result.vector.slice() });

/** sha256 of all that decides what a text becomes. The device is left out: it moves a vector by less than int8's neighbours do. */
function keyOf(info: EmbedderInfo, kind: TextKind, text: string): Uint8Array {
  const { model, revision, dtype, dimensions, maxTokens, pooling, longTexts = "" } = info;
  const made = [model, revision, dtype, dimensions, maxTokens, pooling, longTexts, kind].join("\n");
  // UTF-16, since UTF-8 makes one of all lone surrogates.
  return createHash("sha256").update(made).update("\0").update(Buffer.from(text, "utf16le")).digest();
}
