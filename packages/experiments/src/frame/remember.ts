import { decodeFloats, encodeFloats } from "@eddy/contracts/vector-bytes";
import { cacheKey } from "./cache.ts";
import type { Run, Tell } from "./run.ts";

export interface Codec<T> {
  encode(value: T): Uint8Array;
  decode(bytes: Uint8Array): T;
}

export interface Remembered<T> {
  /** Kind of result, in the key's name: `umap`. */
  readonly what: string;
  /** All that the result depends on. */
  readonly inputs: unknown;
  /** As people see it while it is made. */
  readonly step: string;
  readonly codec: Codec<T>;
}

/** The result of a step: from the cache, else made and kept. */
export async function remember<T>(
  run: Pick<Run, "cache" | "step" | "signal">,
  { what, inputs, step, codec }: Remembered<T>,
  make: (tell: Tell) => Promise<T>,
): Promise<T> {
  run.signal.throwIfAborted();
  const key = cacheKey(what, inputs);
  const kept = await run.cache.read(key);
  if (kept !== undefined) return codec.decode(kept);
  const made = await run.step(step, make);
  await run.cache.write(key, codec.encode(made));
  return made;
}

/** What JSON can hold; NaN and undefined are not. */
export function json<T>(): Codec<T> {
  return {
    encode: (value) => Buffer.from(JSON.stringify(value)),
    decode: (bytes) => JSON.parse(Buffer.from(bytes).toString()) as T,
  };
}

export const floats: Codec<Float32Array> = {
  encode: encodeFloats,
  decode: (bytes) => new Float32Array(decodeFloats(bytes)),
};

export const integers: Codec<Int32Array> = {
  encode: (values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  decode: (bytes) => new Int32Array(new Uint8Array(bytes).buffer),
};

/** Something that JSON can hold, and the numbers that go with it. */
export interface Headed<T> {
  readonly header: T;
  readonly values: Float32Array;
}

/** The length of the header (u32), the header as JSON, the numbers. */
export function headed<T>(): Codec<Headed<T>> {
  return {
    encode({ header, values }) {
      const text = Buffer.from(JSON.stringify(header));
      const size = Buffer.alloc(4);
      size.writeUInt32LE(text.length);
      return Buffer.concat([size, text, encodeFloats(values)]);
    },
    decode(bytes) {
      const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
      const header = JSON.parse(Buffer.from(bytes.subarray(4, 4 + length)).toString()) as T;
      return { header, values: new Float32Array(decodeFloats(bytes.subarray(4 + length))) };
    },
  };
}
