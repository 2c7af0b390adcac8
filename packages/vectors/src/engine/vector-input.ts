import type { SparseParams, SparseVector, VectorInput, VectorParams } from "../protocol.ts";
import { normalise } from "./kernel.ts";
import { badFormat, invalid, isObject, notServed, wrongInput } from "./refusal.ts";
import type { StoredVector } from "./slab.ts";

/** The vectors of a collection by name; "" is the one without a name. */
export interface VectorConfig {
  readonly dense: ReadonlyMap<string, VectorParams>;
  readonly sparse: ReadonlyMap<string, SparseParams>;
}
export type NamedVectors = ReadonlyMap<string, StoredVector>;

/** Checked, as f32, of unit length where the distance is Cosine. `{}` gives none. */
export function parseVectors(input: VectorInput | undefined, config: VectorConfig, field: string): NamedVectors {
  if (input === undefined) throw badFormat("missing field `vector`");
  if (isList(input)) return new Map([["", parseNamed(input, config, "", field)]]);
  if (!isObject(input)) throw badFormat("data did not match any variant of untagged enum VectorStruct");
  const named = new Map<string, StoredVector>();
  for (const [name, vector] of Object.entries(input)) named.set(name, parseNamed(vector, config, name, field));
  return named;
}

/** As the vector of that name is kept. */
export function parseNamed(input: unknown, config: VectorConfig, name: string, field: string): StoredVector {
  const params = config.dense.get(name);
  if (params) return parseDense(input, params, field);
  requireVector(config, name);
  return parseSparse(input, field);
}

export function requireVector(config: VectorConfig, name: string): void {
  if (!config.dense.has(name) && !config.sparse.has(name)) throw wrongInput(`Not existing vector name error: ${name}`);
}

export function isList(input: unknown): input is Float32Array | readonly number[] {
  return Array.isArray(input) || input instanceof Float32Array;
}

const noVector = () => badFormat("data did not match any variant of untagged enum VectorStruct");

function parseDense(input: unknown, params: VectorParams, field: string): Float32Array {
  if (!isList(input)) {
    if (isObject(input) && "indices" in input) throw wrongInput("Conversion between sparse and regular vectors failed");
    throw notAVector(input);
  }
  if (input.length === 0) throw invalid(field, "dense vector must not be empty");
  if (Array.isArray(input)) {
    if (input.some(Array.isArray)) throw notServed("a multivector");
    if (input.some((value) => typeof value !== "number")) throw noVector();
  }
  if (input.length !== params.size) {
    throw wrongInput(`Vector dimension error: expected dim: ${params.size}, got ${input.length}`);
  }
  // the caller's own array where it is one: it is copied when it is stored
  const vector = input instanceof Float32Array ? input : new Float32Array(input);
  for (let i = 0; i < vector.length; i += 1) {
    if (!Number.isFinite(vector[i])) throw wrongInput("a vector has a value that is not a finite f32 number");
  }
  return params.distance === "Cosine" ? normalise(vector) : vector;
}

/** With ascending indices. */
function parseSparse(input: unknown, field: string): SparseVector {
  if (isList(input)) throw wrongInput("Conversion between sparse and regular vectors failed");
  if (!isObject(input) || !Array.isArray(input.indices) || !isList(input.values)) throw notAVector(input);
  const { indices } = input as { indices: unknown[] };
  const values = Array.from(input.values as readonly number[], (value) => Math.fround(value));
  if (values.length !== indices.length) throw invalid(`${field}.values`, "must be the same length as indices");
  if (!indices.every((index) => Number.isInteger(index) && (index as number) >= 0 && (index as number) < 2 ** 32))
    throw noVector();
  if (!values.every(Number.isFinite)) throw noVector();
  if (new Set(indices).size !== indices.length) throw invalid(`${field}.indices`, "must be unique");
  const order = indices.map((_, i) => i).sort((a, b) => (indices[a] as number) - (indices[b] as number));
  return { indices: order.map((i) => indices[i] as number), values: order.map((i) => values[i]!) };
}

function notAVector(input: unknown) {
  const inferred = isObject(input) && ("text" in input || "image" in input || "object" in input);
  return inferred ? notServed("inference") : noVector();
}
