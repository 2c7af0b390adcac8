import type {
  AliasAction,
  FacetHit,
  FacetRequest,
  Filter,
  PointId,
  PointRecord,
  QueryRequest,
  ScrollRequest,
  Selectors,
  UpdateOperation,
} from "./protocol.ts";

/**
 * The operations of Qdrant that the store uses: by REST (rest-client.ts) or on the engine in this process (in-process.ts).
 * Errors: RetryableError STORE_UNAVAILABLE or DISK_FULL, FatalError STORE_REFUSED with Qdrant's own text.
 */
export interface QdrantApi {
  ping(): Promise<void>;
  getCollection(name: string): Promise<CollectionDescription | undefined>;
  /** False where a collection of that name is there already. */
  createCollection(name: string, request: Readonly<Record<string, unknown>>): Promise<boolean>;
  setMetadata(name: string, metadata: Readonly<Record<string, unknown>>): Promise<void>;
  createIndex(name: string, field: string, schema: unknown): Promise<void>;
  /** In order; returns once all are durable. Not atomic: if one is refused, those before it stay. */
  update(name: string, operations: readonly UpdateOperation[]): Promise<void>;
  retrieve(name: string, request: Selectors & { readonly ids: readonly PointId[] }): Promise<PointRecord[]>;
  scroll(name: string, request: ScrollRequest): Promise<{ points: PointRecord[]; next?: PointId }>;
  query(name: string, request: QueryRequest): Promise<PointRecord[]>;
  count(name: string, filter: Filter): Promise<number>;
  facet(name: string, request: FacetRequest): Promise<FacetHit[]>;
  /** Collections by alias. */
  aliases(): Promise<ReadonlyMap<string, string>>;
  /** All of them at one moment. Of several, Qdrant keeps those before one that it refuses; the embedded engine keeps none. */
  changeAliases(actions: readonly AliasAction[]): Promise<void>;
  close(): Promise<void>;
}

export interface CollectionDescription {
  /** `{size, distance}`, or such by vector name. */
  readonly vectors: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The request that makes such a collection anew, without points and indexes. */
  readonly creation: Readonly<Record<string, unknown>>;
  /** Of each indexed field of the payload, its type or its parameters: as `createIndex` takes them. */
  readonly indexes: Readonly<Record<string, unknown>>;
  readonly points: number;
}
