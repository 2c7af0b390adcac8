/**
 * The Qdrant collection: one point a document. Payload names are what people filter by, so they are a contract.
 * A deleted document leaves a mark (`deleted: true`, no vector, no cluster) until no old write can come back.
 */
export interface PointPayload {
  readonly document_id: string;
  readonly text?: string;
  readonly title?: string;
  readonly source?: string;
  /** RFC 3339. */
  readonly published_at?: string;
  readonly label?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** `partition:offset` of the record in `documents` that this content came by. */
  readonly revision: string;
  /** RFC 3339: when the record entered `documents`. */
  readonly received_at: string;
  /** `c12`; absent on a mark. */
  readonly cluster_id?: string;
  /** Cosine distance (1 − cosine) or Euclidean distance to the centre of the cluster. */
  readonly distance?: number;
  /** Distance to the second nearest centre less `distance`: 0 = between two clusters. */
  readonly margin?: number;
  /** Offset in the model log of the Delta that counted this content. */
  readonly version: number;
  /** Offset in the model log of the model that gave `cluster_id`. */
  readonly assigned_with: number;
  /** Cluster whose count holds this document (a sweep moves `cluster_id`, never this). */
  readonly counted_in?: string;
  /** The fold's clock (documents or milliseconds) when it was counted. */
  readonly counted_at?: number;
  readonly assigned_at: string;
  readonly model?: string;
  readonly model_revision?: string;
  /** The text was longer than the model reads. */
  readonly truncated?: boolean;
  readonly deleted?: boolean;
}

export type PayloadField = keyof PointPayload;

export type IndexType = "keyword" | "integer" | "float" | "datetime" | "bool" | "text";

/** Every field that a filter, a fence or a facet uses; made before the first point. */
export const payloadIndexes: Readonly<Partial<Record<PayloadField, IndexType>>> = {
  document_id: "keyword",
  text: "text",
  title: "text",
  source: "keyword",
  published_at: "datetime",
  received_at: "datetime",
  assigned_at: "datetime",
  label: "keyword",
  cluster_id: "keyword",
  counted_in: "keyword",
  version: "integer",
  assigned_with: "integer",
  distance: "float",
  margin: "float",
  model_revision: "keyword",
  deleted: "bool",
};

const CLUSTER_ID = /^c([1-9]\d{0,8})$/;

/** 12 → "c12". */
export function clusterName(cluster: number): string {
  return `c${cluster}`;
}

/** "c12" or "12" → 12; undefined where it is neither. */
export function parseClusterName(name: string): number | undefined {
  const match = CLUSTER_ID.exec(/^\d+$/.test(name) ? `c${name}` : name);
  return match ? Number(match[1]) : undefined;
}
