import type { PointId } from "../protocol.ts";
import { notACondition } from "./filter.ts";
import { invalid, isObject } from "./refusal.ts";

/**
 * `{total, index}`: one of `total` disjoint parts of all ids, by SipHash-2-4 with a zero key over the id's bytes (8, little-endian, of a
 * number; the 16 of a UUID). Qdrant promises that this never changes.
 */
export function compileSlice(slice: unknown): (id: PointId) => boolean {
  if (!isObject(slice)) throw notACondition();
  const { total, index } = slice;
  const counts = [total, index].every((one) => Number.isInteger(one) && (one as number) >= 0);
  if (!counts || total === 0) throw notACondition();
  if ((index as number) >= (total as number))
    throw invalid("slice.__all__", "Slice index must be less than the total number of slices");
  const [parts, wanted] = [BigInt(total as number), BigInt(index as number)];
  return (id) => sipHash(bytesOf(id)) % parts === wanted;
}

function bytesOf(id: PointId): Buffer {
  if (typeof id === "string") return Buffer.from(id.replaceAll("-", ""), "hex");
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(id));
  return bytes;
}

/** Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012). Bytes are a multiple of eight. */
export function sipHash(bytes: Buffer): bigint {
  const wrap = (value: bigint) => BigInt.asUintN(64, value);
  const rotate = (value: bigint, by: bigint) => wrap((value << by) | (value >> (64n - by)));
  let [a, b, c, d] = [0x736f6d6570736575n, 0x646f72616e646f6dn, 0x6c7967656e657261n, 0x7465646279746573n];

  function rounds(count: number): void {
    for (let i = 0; i < count; i += 1) {
      a = wrap(a + b);
      b = rotate(b, 13n) ^ a;
      a = rotate(a, 32n);
      c = wrap(c + d);
      d = rotate(d, 16n) ^ c;
      a = wrap(a + d);
      d = rotate(d, 21n) ^ a;
      c = wrap(c + b);
      b = rotate(b, 17n) ^ c;
      c = rotate(c, 32n);
    }
  }

  for (let at = 0; at <= bytes.length; at += 8) {
    const word = at < bytes.length ? bytes.readBigUInt64LE(at) : BigInt(bytes.length) << 56n;
    d ^= word;
    rounds(2);
    a ^= word;
  }
  c ^= 0xffn;
  rounds(4);
  return a ^ b ^ c ^ d;
}
