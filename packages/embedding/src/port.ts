/** The embedder's port: text in, unit vectors out. Adapters: `onnx-embedder.ts`, `hash-embedder.ts`. */

export type TextKind = "document" | "query";

export type Pooling = "mean" | "cls" | "none";

export interface EmbedderInfo {
  /** `Xenova/all-MiniLM-L6-v2`. */
  readonly model: string;
  /** Names the exact weights, from whichever source they came. */
  readonly revision: string;
  readonly dimensions: number;
  readonly dtype: string;
  /** What is really used: `cpu`, `webgpu`, `cuda`. */
  readonly device: string;
  /** Tokens of one text that the model reads, special ones included. */
  readonly maxTokens: number;
  readonly pooling: Pooling;
  /** Most tokens of a batch, padding included; absent: no limit. */
  readonly batchMaxTokens?: number;
  /** What becomes of a text that is longer: its start is read, or the mean of its parts; absent: there is no limit. */
  readonly longTexts?: "truncate" | "chunks";
  /** Batches that run at the same time; absent: one. */
  readonly lanes?: number;
}

export interface EmbeddedText {
  /** `dimensions` wide, of unit length. */
  readonly vector: Float32Array<ArrayBuffer>;
  /** Tokens that were read, special ones included, padding not. */
  readonly tokens: number;
  /** The text was longer than what was read. */
  readonly truncated: boolean;
}

export interface EmbedOptions {
  /** Some models put different words before what is stored and what is asked. */
  readonly kind?: TextKind;
  readonly signal?: AbortSignal;
}

export interface Embedder {
  readonly info: EmbedderInfo;
  /**
   * One result a text, in order; any string will do, the empty one too. Calls may overlap.
   * Rejects with the signal's reason when aborted, with FatalError INTERNAL when the session is lost or closed.
   */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<EmbeddedText[]>;
  /** Ends the calls that still wait with an error. */
  close(): Promise<void>;
}

export interface ModelProgress {
  /** `hub`, `maven`. */
  readonly source: string;
  readonly file: string;
  readonly received: number;
  /** Bytes; undefined where the source doesn't say. */
  readonly total?: number;
}
