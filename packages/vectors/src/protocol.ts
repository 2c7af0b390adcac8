/**
 * The part of Qdrant's protocol that Eddy speaks, as data: what the adapters send, what the embedded engine takes.
 * Field names are Qdrant's. A vector is a Float32Array inside this process and a list of numbers on the wire.
 */

/** An unsigned 64-bit integer (a bigint above 2^53 − 1), or a UUID in its lower-case hyphenated spelling. */
export type PointId = number | bigint | string;
export type Payload = Record<string, unknown>;
export type Scalar = string | number | boolean;
export type Vector = Float32Array | readonly number[];
/** Values by index: as many of the one as of the other, each index once. */
export interface SparseVector {
  readonly indices: readonly number[];
  readonly values: readonly number[];
}
/** One vector, or one by name; `{}` = a point without a vector. */
export type VectorInput = Vector | Readonly<Record<string, Vector | SparseVector>>;
export type VectorOutput = Float32Array | Record<string, Float32Array | SparseVector>;
export type Distance = "Cosine" | "Dot" | "Euclid" | "Manhattan";

export interface VectorParams {
  readonly size: number;
  readonly distance: Distance;
  readonly [option: string]: unknown;
}

export interface SparseParams {
  /** `idf`: a query's values count more for indices that few points have. */
  readonly modifier?: "idf" | null;
  readonly [option: string]: unknown;
}

export interface Match {
  readonly value?: Scalar;
  readonly any?: readonly Scalar[];
  readonly except?: readonly Scalar[];
  readonly text?: string;
  readonly text_any?: string;
  readonly phrase?: string;
  readonly prefix?: string;
}

/** All numbers, or all RFC 3339 date-times. */
export interface Range {
  readonly lt?: number | string | null;
  readonly gt?: number | string | null;
  readonly lte?: number | string | null;
  readonly gte?: number | string | null;
}

export interface FieldCondition {
  readonly key: string;
  readonly match?: Match;
  readonly range?: Range;
  readonly values_count?: Range;
  readonly is_empty?: boolean;
  readonly is_null?: boolean;
  readonly geo_bounding_box?: unknown;
  readonly geo_radius?: unknown;
  readonly geo_polygon?: unknown;
}

export type Condition =
  | FieldCondition
  | { readonly has_id: readonly PointId[] }
  | { readonly has_vector: string }
  | { readonly slice: { readonly total: number; readonly index: number } }
  | { readonly is_empty: { readonly key: string } }
  | { readonly is_null: { readonly key: string } }
  | { readonly nested: { readonly key: string; readonly filter: Filter } }
  | Filter;

export interface Filter {
  readonly must?: Condition | readonly Condition[] | null;
  readonly should?: Condition | readonly Condition[] | null;
  readonly must_not?: Condition | readonly Condition[] | null;
  readonly min_should?: { readonly conditions: readonly Condition[]; readonly min_count: number } | null;
}

export interface PointInput {
  readonly id: PointId;
  readonly vector: VectorInput;
  readonly payload?: Readonly<Payload> | null;
}

export interface UpsertRequest {
  readonly points?: readonly PointInput[];
  /** Instead of `points`. */
  readonly batch?: {
    readonly ids: readonly PointId[];
    readonly vectors: readonly Vector[] | Readonly<Record<string, readonly Vector[]>>;
    readonly payloads?: readonly (Payload | null)[] | null;
  };
  readonly update_filter?: Filter | null;
  readonly update_mode?: "upsert" | "insert_only" | "update_only" | null;
}

export interface PointsSelector {
  readonly points?: readonly PointId[] | null;
  readonly filter?: Filter | null;
}

export interface SetPayloadRequest extends PointsSelector {
  readonly payload: Readonly<Payload>;
  readonly key?: string | null;
}

export type UpdateOperation =
  | { readonly upsert: UpsertRequest }
  | { readonly delete: PointsSelector }
  | { readonly set_payload: SetPayloadRequest }
  | { readonly overwrite_payload: SetPayloadRequest }
  | { readonly delete_payload: PointsSelector & { readonly keys: readonly string[] } }
  | { readonly clear_payload: PointsSelector }
  | { readonly update_vectors: { readonly points: readonly { id: PointId; vector: VectorInput }[] } }
  | { readonly delete_vectors: PointsSelector & { readonly vector: readonly string[] } };

export interface UpdateResult {
  readonly operation_id: number | null;
  readonly status: "completed" | "acknowledged" | "wait_timeout";
}

export type PayloadSelector =
  | boolean
  | readonly string[]
  | { include?: readonly string[]; exclude?: readonly string[] };

export interface PointRecord {
  readonly id: PointId;
  readonly version?: number;
  readonly score?: number;
  readonly payload?: Payload;
  readonly vector?: VectorOutput;
  readonly order_value?: number;
}

export interface Selectors {
  readonly with_payload?: PayloadSelector | null;
  readonly with_vector?: boolean | readonly string[] | null;
  /** The same, as older clients call it. */
  readonly with_vectors?: boolean | readonly string[] | null;
}

export interface OrderBy {
  readonly key: string;
  readonly direction?: "asc" | "desc" | null;
  readonly start_from?: number | string | null;
}

export interface ScrollRequest extends Selectors {
  readonly filter?: Filter | null;
  readonly limit?: number | null;
  readonly offset?: PointId | null;
  readonly order_by?: string | OrderBy | null;
}

export interface QueryRequest extends Selectors {
  /** A vector, a point's id, or one of {nearest}, {recommend}, {order_by}, {sample}. None = by id. */
  readonly query?: unknown;
  readonly using?: string | null;
  readonly filter?: Filter | null;
  readonly limit?: number | null;
  readonly offset?: number | null;
  readonly score_threshold?: number | null;
  readonly [other: string]: unknown;
}

export interface FacetRequest {
  readonly key: string;
  readonly filter?: Filter | null;
  readonly limit?: number | null;
  readonly exact?: boolean | null;
}

export interface FacetHit {
  readonly value: Scalar;
  readonly count: number;
}

export type AliasAction =
  | { readonly create_alias: { readonly alias_name: string; readonly collection_name: string } }
  | { readonly delete_alias: { readonly alias_name: string } }
  | { readonly rename_alias: { readonly old_alias_name: string; readonly new_alias_name: string } };
