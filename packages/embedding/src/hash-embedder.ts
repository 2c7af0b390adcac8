import { FatalError } from "@eddy/contracts/errors";
import { type EmbedderObserver, silentEmbedderObserver } from "./embedder-metrics.ts";
import { unitLength } from "./pooling.ts";
import type { EmbeddedText, Embedder } from "./port.ts";

/**
 * An embedder by words alone: no model, no file, no notion of meaning. For tests, for trials, and where no model can be
 * had. Each word adds its own fixed direction, so texts with words in common are near each other.
 *
 * The direction of a word has `SPREAD` entries of ±1 among `dimensions`, drawn from a hash of the word: a sparse random
 * projection of the bag of words (Li, Hastie and Church 2006), which keeps inner products up to noise of 1/√SPREAD. A word
 * that comes n times weighs (1 + ln n) · min(1, letters/6): short words are mostly the grammar of a text.
 */
const SPREAD = 16;
const FULL_WEIGHT_LETTERS = 6;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const MODEL = "hash";
/** To be changed whenever a text gets another vector. */
const REVISION = "hash-1";

export interface HashEmbedderOptions {
  /** 384 by default, as the default model has. */
  readonly dimensions?: number;
  readonly observer?: EmbedderObserver;
}

export function createHashEmbedder({
  dimensions = 384,
  observer = silentEmbedderObserver,
}: HashEmbedderOptions = {}): Embedder {
  const info = {
    model: MODEL,
    revision: `${REVISION}-${dimensions}`,
    dimensions,
    dtype: "fp32",
    device: "cpu",
    maxTokens: Number.MAX_SAFE_INTEGER,
    pooling: "none",
  } as const;
  let closed = false;
  return {
    info,
    async embed(texts, { signal } = {}) {
      signal?.throwIfAborted();
      if (closed) throw new FatalError("INTERNAL", "the embedder is closed");
      const start = performance.now();
      const embedded = texts.map((text) => embedWords(text, dimensions));
      const tokens = embedded.reduce((sum, one) => sum + one.tokens, 0);
      observer.tokenised(texts.length, 0, 0);
      const infer = (performance.now() - start) / 1000;
      observer.inferred({ rows: texts.length, tokens, padded: tokens, queue: 0, infer });
      return embedded;
    },
    async close() {
      closed = true;
    },
  };
}

function embedWords(text: string, dimensions: number): EmbeddedText {
  const words = text.normalize("NFC").toLowerCase().match(WORD) ?? [];
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const vector = new Float32Array(dimensions);
  for (const [word, count] of counts) {
    addDirection(vector, hash(word), (1 + Math.log(count)) * Math.min(1, word.length / FULL_WEIGHT_LETTERS));
  }
  // No word at all, or words that cancel out: still a vector of unit length, the same for all such texts.
  if (vector.every((value) => value === 0)) addDirection(vector, hash(""), 1);
  return { vector: unitLength(vector), tokens: words.length, truncated: false };
}

function addDirection(vector: Float32Array, seed: number, weight: number): void {
  let state = seed | 1;
  for (let i = 0; i < SPREAD; i++) {
    state = xorshift(state);
    vector[(state >>> 1) % vector.length]! += (state & 1) === 0 ? weight : -weight;
  }
}

/** FNV-1a of the UTF-16 units (32 bits), stirred by the finaliser of MurmurHash3. */
function hash(word: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) value = Math.imul(value ^ word.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}

/** Marsaglia 2003, 32 bits; never zero from a state that is not. */
function xorshift(state: number): number {
  let next = state ^ (state << 13);
  next ^= next >>> 17;
  return next ^ (next << 5);
}
