import type { Distance, SparseParams, VectorParams } from "../protocol.ts";
import { badFormat, badRequest, isObject, notServed } from "./refusal.ts";
import type { VectorConfig } from "./vector-input.ts";

const DISTANCES: readonly Distance[] = ["Cosine", "Euclid", "Dot", "Manhattan"];
const noVectors = () => badFormat("data did not match any variant of untagged enum VectorsConfig");

/** The vectors of a create request: one set of parameters, or a set by name; then the sparse ones by name. */
export function parseVectorConfig({ vectors, sparse_vectors }: Readonly<Record<string, unknown>>): VectorConfig {
  const [dense, sparse] = [parseDense(vectors), parseSparse(sparse_vectors)];
  const twice = [...sparse.keys()].find((name) => dense.has(name));
  if (twice !== undefined)
    throw badRequest(`Dense and sparse vector names must be unique - duplicate found with '${twice}'`);
  return { dense, sparse };
}

function parseSparse(sparse: unknown): VectorConfig["sparse"] {
  if (sparse === undefined || sparse === null) return new Map();
  if (!isObject(sparse)) throw badFormat("invalid type: `sparse_vectors` must be an object");
  const entries = Object.entries(sparse).map(([name, params]) => {
    const { modifier } = isObject(params) ? params : {};
    if (!["idf", "none", undefined, null].includes(modifier as string))
      throw badFormat(`unknown variant \`${String(modifier)}\`, expected \`none\` or \`idf\``);
    return [name, (isObject(params) ? params : {}) as SparseParams] as const;
  });
  return new Map(entries);
}

function parseDense(vectors: unknown): VectorConfig["dense"] {
  if (vectors === undefined || vectors === null) return new Map();
  if (!isObject(vectors)) throw noVectors();
  if ("size" in vectors || "distance" in vectors) return new Map([["", parseParams(vectors)]]);
  return new Map(Object.entries(vectors).map(([name, params]) => [name, parseParams(params)]));
}

function parseParams(params: unknown): VectorParams {
  if (!isObject(params)) throw noVectors();
  const { size, distance } = params;
  const known = DISTANCES.find((one) => one === distance);
  if (!known || !Number.isInteger(size) || (size as number) < 1 || (size as number) > 65_536) throw noVectors();
  if (params.multivector_config) throw notServed("`multivector_config`");
  if (params.datatype && params.datatype !== "float32") throw notServed(`the datatype \`${params.datatype}\``);
  return { ...params, size: size as number, distance: known };
}

const SETTINGS = [
  "hnsw_config",
  "optimizers_config",
  "wal_config",
  "quantization_config",
  "strict_mode_config",
] as const;

/** The configuration of a new collection, as it is shown to clients: what was asked for over Qdrant's defaults. Search is always exact. */
export function showConfig(request: Readonly<Record<string, unknown>>, before?: Readonly<Record<string, unknown>>) {
  const section = (name: string, defaults: object) => ({ ...defaults, ...asObject(request[name]) });
  const old = (name: string, defaults: object) => asObject(before?.[name]) ?? defaults;
  const params = asObject(before?.params) ?? {
    vectors: request.vectors ?? {},
    ...(isObject(request.sparse_vectors) ? { sparse_vectors: request.sparse_vectors } : {}),
    shard_number: 1,
    replication_factor: 1,
    write_consistency_factor: 1,
    on_disk_payload: true,
  };
  return {
    params: { ...params, ...asObject(request.params) },
    hnsw_config: section("hnsw_config", old("hnsw_config", HNSW)),
    optimizer_config: section("optimizers_config", old("optimizer_config", OPTIMIZER)),
    wal_config: section("wal_config", old("wal_config", WAL)),
    quantization_config: request.quantization_config ?? before?.quantization_config ?? null,
    ...(request.strict_mode_config ? { strict_mode_config: request.strict_mode_config } : {}),
  };
}

const HNSW = { m: 16, ef_construct: 100, full_scan_threshold: 10_000, max_indexing_threads: 0, on_disk: false };
const WAL = { wal_capacity_mb: 32, wal_segments_ahead: 0, wal_retain_closed: 1 };
const OPTIMIZER = {
  deleted_threshold: 0.2,
  vacuum_min_vector_number: 1000,
  default_segment_number: 0,
  max_segment_size: null,
  memmap_threshold: null,
  indexing_threshold: 10_000,
  flush_interval_sec: 5,
  max_optimization_threads: null,
  prevent_unoptimized: null,
};

/** Sections of a request must be objects. */
export function checkSettings(request: Readonly<Record<string, unknown>>): void {
  for (const name of [...SETTINGS, "params", "metadata"]) {
    const section = request[name];
    if (section !== undefined && section !== null && !isObject(section))
      throw badFormat(`invalid type: \`${name}\` must be an object`);
  }
}

const asObject = (value: unknown): Record<string, unknown> | undefined => (isObject(value) ? value : undefined);
