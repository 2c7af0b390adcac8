import type { PointPayload } from "@eddy/contracts/collection";

/**
 * The vector store as the services use it: one point a document, in one collection.
 *
 * 1. `write` and `reassign` return once what they wrote is durable (Qdrant: wait=true, status `completed`).
 * 2. A point is never overwritten by an older one: `write` holds `version < ours, or version = ours and assigned_with ≤ ours`.
 * 3. `reassign` never inserts, and changes a point only where `version` is what was read and `assigned_with` is older.
 * 4. A store founded by another log is refused (`open`).
 */
export interface VectorStore {
  /** Makes the collection and its indexes where missing; throws a FatalError where it belongs to another log or has another shape. */
  open(spec: CollectionSpec): Promise<void>;
  write(points: readonly PointWrite[]): Promise<void>;
  reassign(changes: readonly Reassignment[]): Promise<void>;
  /** By document id; those not there are left out. Marks of deleted documents are returned. */
  lookup(documentIds: readonly string[], options?: { withVectors?: boolean }): Promise<Map<string, StoredPoint>>;
  /** A uniform random sample of the living points, with vectors; at most `limit`. */
  sample(limit: number, where?: PointFilter): Promise<StoredPoint[]>;
  /** Points page by page in a stable order; marks only with `deleted: true`. */
  page(options: PageOptions): Promise<{ points: StoredPoint[]; next?: string }>;
  /** As `page`, of living points in the same order, but only what tells whether a point has changed. */
  briefs(options: { limit: number; after?: string }): Promise<{ briefs: PointBrief[]; next?: string }>;
  /** Nearest living points first. */
  nearest(
    vector: Float32Array,
    options: { limit: number; where?: PointFilter },
  ): Promise<(StoredPoint & { score: number })[]>;
  /** Living points by a date of theirs; those of the same moment in any order, those without the date left out. */
  ordered(options: OrderedOptions): Promise<StoredPoint[]>;
  count(where?: PointFilter): Promise<number>;
  /** Exact counts of the values of an indexed keyword field among the living points, largest first. */
  facet(
    field: "cluster_id" | "counted_in" | "source" | "label",
    options?: { limit?: number; where?: PointFilter },
  ): Promise<{ value: string; count: number }[]>;
  /** Removes the marks of documents whose deletion was written before the date (RFC 3339); returns how many it asked to remove. */
  purge(before: string): Promise<number>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface CollectionSpec {
  readonly dimensions: number;
  readonly distance: "Cosine" | "Euclid";
  /** `Founded.uuid` of the model log; kept in the collection's metadata. */
  readonly uuid: string;
}

export interface PointWrite {
  /** Absent on a mark. */
  readonly vector?: Float32Array;
  readonly payload: PointPayload;
}

export interface StoredPoint {
  readonly payload: PointPayload;
  readonly vector?: Float32Array;
}

export type PointBrief = Pick<PointPayload, "document_id" | "cluster_id" | "version">;

export interface Reassignment {
  readonly documentId: string;
  /** The `version` that was read with the vector that this was decided on. */
  readonly version: number;
  readonly change: Pick<PointPayload, "cluster_id" | "distance" | "margin" | "assigned_with" | "assigned_at">;
}

/** Conditions, all of which must hold. */
export interface PointFilter {
  readonly cluster?: string;
  readonly source?: string;
  readonly label?: string;
  /** RFC 3339, inclusive; on `published_at`. */
  readonly publishedFrom?: string;
  readonly publishedTo?: string;
  /** RFC 3339, on `received_at`: inclusive and exclusive. */
  readonly receivedFrom?: string;
  readonly receivedBefore?: string;
  /** Word(s) in the text. */
  readonly text?: string;
  readonly assignedBefore?: number;
  readonly hasLabel?: boolean;
  readonly deleted?: boolean;
}

export interface OrderedOptions {
  readonly by: "received_at" | "published_at";
  readonly direction: "asc" | "desc";
  readonly limit: number;
  readonly where?: PointFilter;
  readonly withVectors?: boolean;
}

export interface PageOptions {
  readonly where?: PointFilter;
  readonly limit: number;
  readonly after?: string;
  readonly withVectors?: boolean;
}
