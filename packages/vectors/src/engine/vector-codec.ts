import type { Slab, StoredVector } from "./slab.ts";
import type { VectorConfig } from "./vector-input.ts";

/**
 * A point's vectors as bytes, in the order of the collection's names: a byte for each dense name (1 = there), their f32 values;
 * then for each sparse name its length (u32, all ones = not there), its indices (u32) and values (f32). All little-endian.
 */
export function encodeVectors(slot: number, slabs: ReadonlyMap<string, Slab>, config: VectorConfig): Uint8Array {
  let size = config.dense.size + 4 * config.sparse.size;
  for (const slab of slabs.values()) size += slab.bytes(slot);
  const bytes = Buffer.allocUnsafe(size);
  let at = config.dense.size;
  let flag = 0;
  for (const [name, slab] of slabs) {
    const there = slab.has(slot);
    const length = slab.bytes(slot);
    if (config.dense.has(name)) bytes[flag++] = there ? 1 : 0;
    else at = bytes.writeUInt32LE(there ? length / 8 : ABSENT, at);
    if (there) slab.write(slot, bytes, at);
    at += length;
  }
  return bytes;
}

const ABSENT = 0xffff_ffff;

/** Throws RangeError where the bytes are no vectors of these names and widths. */
export function decodeVectors(stored: Uint8Array, { dense, sparse }: VectorConfig): Map<string, StoredVector> {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  const named = new Map<string, StoredVector>();
  let at = dense.size;
  const left = () => bytes.length - at;
  [...dense].forEach(([name, { size }], i) => {
    if (bytes[i] !== 1) return;
    if (left() < size * 4) throw wrongLength();
    const vector = new Float32Array(size);
    new Uint8Array(vector.buffer).set(bytes.subarray(at, at + size * 4));
    named.set(name, vector);
    at += size * 4;
  });
  for (const name of sparse.keys()) {
    const length = bytes.readUInt32LE(at);
    at += 4;
    if (length === ABSENT) continue;
    if (left() < length * 8) throw wrongLength();
    const start = at;
    const indices = Array.from({ length }, (_, i) => bytes.readUInt32LE(start + 4 * i));
    const values = Array.from({ length }, (_, i) => bytes.readFloatLE(start + 4 * (length + i)));
    named.set(name, { indices, values });
    at += 8 * length;
  }
  if (left() !== 0) throw wrongLength();
  return named;
}

const wrongLength = () => new RangeError("the bytes are no vectors of this collection");
