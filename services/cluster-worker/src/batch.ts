import type { BatchItem } from "@eddy/clustering/mini-batch";
import type { EmbeddedDocument } from "@eddy/contracts/embedding";
import type { Span } from "@eddy/runtime/tracer";
import type { Headers } from "@eddy/streams/port";

/** A record of `embeddings`, decoded; `embedded` null: the document is deleted. */
export interface Item extends BatchItem {
  readonly offset: number;
  readonly embedded: EmbeddedDocument | null;
  /** CloudEvents attributes and trace context. */
  readonly headers: Headers;
}

/** Records that one Delta counted, on their way to the store. */
export interface CountedBatch {
  readonly items: readonly Item[];
  /** Cluster of each item; 0: deleted, or replaced within the batch. */
  readonly clusters: readonly number[];
  readonly distances: readonly number[];
  readonly margins: readonly number[];
  readonly from: number;
  readonly to: number;
  /** Source of the last record it covers; after `to` where deletions without effect follow. */
  readonly read: number;
  readonly version: number;
  readonly assignedWith: number;
  readonly clock: number;
  /** Next offset to read after it. */
  readonly nextOffset: number;
  /** Absent: it is written again. */
  readonly span?: Span;
}
