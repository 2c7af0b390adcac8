import type { SparseVector } from "../protocol.ts";
import type { Slab, StoredVector } from "./slab.ts";
import type { VectorConfig } from "./vector-input.ts";

/**
 * A point's vectors as bytes, in the order of the collection's names: a byte for each dense name (1 = there), their f32 values;
 * then for each sparse name its length (u32, all ones = not there), its indices (u32) and values (f32). All little-endian.
 */
export function encodeVectors(slot: number, slabs: ReadonlyMap<string, Slab>, config: VectorConfig): Uint8Array {
  const dense = [...config.dense.keys()].map((name) => slabs.get(name)!.get(slot) as Float32Array | undefined);
  const sparse = [...config.sparse.keys()].map((name) => slabs.get(name)!.get(slot) as SparseVector | undefined);
  const size =
    dense.reduce((sum, vector) => sum + 1 + 4 * (vector?.length ?? 0), 0) +
    sparse.reduce((sum, vector) => sum + 4 + 8 * (vector?.indices.length ?? 0), 0);
  const bytes = Buffer.allocUnsafe(size);
  let at = dense.length;
  dense.forEach((vector, i) => {
    bytes[i] = vector ? 1 : 0;
    if (!vector) return;
    bytes.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), at);
    at += vector.byteLength;
  });
  for (const vector of sparse) {
    at = bytes.writeUInt32LE(vector?.indices.length ?? ABSENT, at);
    for (const index of vector?.indices ?? []) at = bytes.writeUInt32LE(index, at);
    for (const value of vector?.values ?? []) at = bytes.writeFloatLE(value, at);
  }
  return bytes;
}

const ABSENT = 0xffff_ffff;

export function decodeVectors(stored: Uint8Array, { dense, sparse }: VectorConfig): Map<string, StoredVector> {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  const named = new Map<string, StoredVector>();
  let at = dense.size;
  [...dense].forEach(([name, { size }], i) => {
    if (bytes[i] !== 1) return;
    const vector = new Float32Array(size);
    new Uint8Array(vector.buffer).set(bytes.subarray(at, at + size * 4));
    named.set(name, vector);
    at += size * 4;
  });
  for (const name of sparse.keys()) {
    const length = bytes.readUInt32LE(at);
    at += 4;
    if (length === ABSENT) continue;
    const start = at;
    const indices = Array.from({ length }, (_, i) => bytes.readUInt32LE(start + 4 * i));
    const values = Array.from({ length }, (_, i) => bytes.readFloatLE(start + 4 * (length + i)));
    named.set(name, { indices, values });
    at += 8 * length;
  }
  return named;
}
