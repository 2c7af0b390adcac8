import { setImmediate as nextTurn } from "node:timers/promises";
import { FatalError } from "@eddy/contracts/errors";
import { createEmbedQueue, type QueuedText } from "./embed-queue.ts";
import { type EmbedderObserver, silentEmbedderObserver } from "./embedder-metrics.ts";
import type { ModelProfile } from "./model-profile.ts";
import { padBatch } from "./pad-batch.ts";
import { planBatches } from "./plan-batches.ts";
import { meanVector, poolRows } from "./pooling.ts";
import type { EmbeddedText, Embedder } from "./port.ts";
import type { Session } from "./session.ts";
import type { TokenizedText, Tokenizer } from "./tokenizer.ts";

/** `truncate` reads the start of a long text; `chunks` takes the mean of its parts, `MAX_CHUNKS` at most. */
export type LongTexts = "truncate" | "chunks";

const MAX_CHUNKS = 32;
const MAX_ROWS = 1024;
/** A window holds some batches of short texts, so that those of like length are found in it. */
const TOKENS_PER_TEXT = 16;
const MIN_WINDOW = 256;
/** The tokenizer lets the event loop turn after so many texts: some 4 ms. */
const TEXTS_PER_TURN = 32;

export interface OnnxEmbedderOptions {
  readonly model: string;
  readonly revision: string;
  readonly dtype: string;
  readonly profile: ModelProfile;
  readonly long: LongTexts;
  /** Most tokens of a batch, padding included. */
  readonly batchMaxTokens: number;
  readonly observer?: EmbedderObserver;
}

export async function createOnnxEmbedder(
  tokenizer: Tokenizer,
  session: Session,
  options: OnnxEmbedderOptions,
): Promise<Embedder> {
  const { model, revision, dtype, profile, long, batchMaxTokens, observer = silentEmbedderObserver } = options;
  const tokenizeOptions = { maxTokens: profile.maxTokens, maxChunks: long === "chunks" ? MAX_CHUNKS : 1 };
  const tokenize = ({ text, kind }: QueuedText) => tokenizer.tokenize(profile.prefixes[kind] + text, tokenizeOptions);

  async function infer(sequences: readonly (readonly number[])[]): Promise<Float32Array<ArrayBuffer>[]> {
    const asked = performance.now();
    const batch = padBatch(sequences, tokenizer.padId);
    const padded = batch.rows * batch.width;
    const states = await session.run(batch);
    const lengths = sequences.map((sequence) => sequence.length);
    observer.inferred({
      rows: sequences.length,
      tokens: lengths.reduce((sum, length) => sum + length, 0),
      padded,
      queue: Math.max(0, (performance.now() - asked) / 1000 - states.seconds),
      infer: states.seconds,
    });
    return poolRows(states, lengths, profile.pooling);
  }

  async function embedSequences(sequences: readonly (readonly number[])[]): Promise<Float32Array<ArrayBuffer>[]> {
    const vectors = new Array<Float32Array<ArrayBuffer>>(sequences.length);
    const lengths = sequences.map((sequence) => sequence.length);
    // Few texts are shared out too: none of the lanes should wait for another.
    const share = Math.ceil(lengths.reduce((sum, length) => sum + length, 0) / session.lanes);
    const batches = planBatches(lengths, { maxTokens: Math.min(batchMaxTokens, share), maxRows: MAX_ROWS });
    await Promise.all(
      batches.map(async (batch) => {
        const found = await infer(batch.map((index) => sequences[index]!));
        batch.forEach((index, row) => {
          vectors[index] = found[row]!;
        });
      }),
    );
    return vectors;
  }

  async function embedWindow(texts: readonly QueuedText[]): Promise<EmbeddedText[]> {
    const start = performance.now();
    const tokenized: TokenizedText[] = [];
    for (const text of texts) {
      if (tokenized.length % TEXTS_PER_TURN === TEXTS_PER_TURN - 1) await nextTurn();
      tokenized.push(tokenize(text));
    }
    const cut = tokenized.filter(({ truncated }) => truncated).length;
    observer.tokenised(texts.length, cut, (performance.now() - start) / 1000);
    const vectors = await embedSequences(tokenized.flatMap(({ sequences }) => sequences));
    let next = 0;
    return tokenized.map(({ sequences, truncated }) => {
      const own = vectors.slice(next, (next += sequences.length));
      const tokens = sequences.reduce((sum, sequence) => sum + sequence.length, 0);
      return { vector: own.length === 1 ? own[0]! : meanVector(own), tokens, truncated };
    });
  }

  // The first run tells the width, and warms the session up.
  const [probe] = await embedSequences(tokenize({ text: "", kind: "document" }).sequences);
  const window = Math.max(MIN_WINDOW, Math.ceil(batchMaxTokens / TOKENS_PER_TEXT));
  const queue = createEmbedQueue(embedWindow, window);
  return {
    info: {
      model,
      revision,
      dimensions: probe!.length,
      dtype,
      device: session.device,
      maxTokens: profile.maxTokens,
      pooling: profile.pooling,
      batchMaxTokens,
      longTexts: long,
      lanes: session.lanes,
    },
    embed: (texts, { kind = "document", signal } = {}) => queue.embed(texts, kind, signal),
    async close() {
      await queue.close(new FatalError("INTERNAL", "the embedder is closed"));
      await session.close();
    },
  };
}
