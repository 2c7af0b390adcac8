import type { VectorInput, VectorParams } from "../protocol.ts";
import { normalise } from "./kernel.ts";
import { badFormat, invalid, isObject, notServed, wrongInput } from "./refusal.ts";

/** The vectors of a collection by name; "" is the one without a name. */
export type VectorConfig = ReadonlyMap<string, VectorParams>;
export type NamedVectors = ReadonlyMap<string, Float32Array>;

/** Checked, as f32, of unit length where the distance is Cosine. `{}` gives none. */
export function parseVectors(input: VectorInput | undefined, config: VectorConfig, field: string): NamedVectors {
  if (input === undefined) throw badFormat("missing field `vector`");
  if (isList(input)) return new Map([["", parseVector(input, paramsOf(config, ""), field)]]);
  if (!isObject(input)) throw badFormat("data did not match any variant of untagged enum VectorStruct");
  const named = new Map<string, Float32Array>();
  for (const [name, vector] of Object.entries(input))
    named.set(name, parseVector(vector, paramsOf(config, name), field));
  return named;
}

export function paramsOf(config: VectorConfig, name: string): VectorParams {
  const params = config.get(name);
  if (!params) throw wrongInput(`Not existing vector name error: ${name}`);
  return params;
}

export function isList(input: unknown): input is Float32Array | readonly number[] {
  return Array.isArray(input) || input instanceof Float32Array;
}

export function parseVector(input: unknown, params: VectorParams, field: string): Float32Array {
  if (!isList(input)) {
    if (isObject(input) && "indices" in input) throw notServed("a sparse vector");
    if (isObject(input) && ("text" in input || "image" in input || "object" in input)) throw notServed("inference");
    throw badFormat("data did not match any variant of untagged enum VectorStruct");
  }
  if (input.length === 0) throw invalid(field, "dense vector must not be empty");
  if (Array.isArray(input)) {
    if (input.some(Array.isArray)) throw notServed("a multivector");
    if (input.some((value) => typeof value !== "number")) {
      throw badFormat("data did not match any variant of untagged enum VectorStruct");
    }
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
