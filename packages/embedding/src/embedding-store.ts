/**
 * Embeddings by the hash of what made them, on disk, bounded, the oldest out. The only file of this package that knows LMDB.
 *
 * S1. `entries` holds them by a number that only grows, so pages fill up one after the other and the oldest are at the front;
 *     `numbers` gives the number of a key. What is put in one call, and what must go for it, is one transaction: after a crash all
 *     of it is there, or nothing.
 * S2. Several processes may share a folder: LMDB lets one write at a time, and what a transaction needs it reads within.
 * S3. What is counted is pages: two small entries share one. LMDB uses free pages again, so the file stays near the bound.
 */
import { mkdirSync } from "node:fs";
import { FatalError } from "@eddy/contracts/errors";
import { open } from "lmdb";
import type { EmbeddedText } from "./port.ts";

const FORMAT = 1;
const PAGE = 4096;
const PAGE_HEADER = 16;
/** A node's own, and the key's, in `entries` and `numbers`. */
const OVERHEAD = 96;
const HEADER = 8;
/** Numbers only grow: fills a page before it begins the next. */
const APPEND = { append: true };
const TRUNCATED = 1;

export interface EmbeddingStore {
  /** Same length, in order; undefined: not there. */
  get(keys: readonly Uint8Array[]): (EmbeddedText | undefined)[];
  /** One transaction, some milliseconds for a few hundred. What is there already stays as it is. */
  put(entries: readonly (readonly [key: Uint8Array, embedded: EmbeddedText])[]): void;
  /** Of what is held, as `limitBytes` counts it. */
  bytes(): number;
  close(): Promise<void>;
}

/** Throws FatalError FORMAT_UNKNOWN, or what the file system says where the folder can't be written. */
export function openEmbeddingStore(folder: string, limitBytes: number): EmbeddingStore {
  mkdirSync(folder, { recursive: true });
  const root = open({ path: `${folder}/embeddings.mdb`, maxDbs: 3 });
  const meta = root.openDB<number, string>({ name: "meta" });
  const entries = root.openDB<Buffer, number>({ name: "entries", encoding: "binary", keyEncoding: "uint32" });
  const numbers = root.openDB<number, Buffer>({ name: "numbers", keyEncoding: "binary" });
  const format = meta.get("format");
  if (format === undefined) meta.putSync("format", FORMAT);
  else if (format !== FORMAT)
    throw new FatalError(
      "FORMAT_UNKNOWN",
      `the embeddings in ${folder} have format ${format}; this version of Eddy reads ${FORMAT}: remove the folder`,
    );

  function makeRoom(held: number): number {
    let bytes = held;
    while (bytes > limitBytes) {
      const [oldest] = [...entries.getRange({ limit: 1 })];
      if (oldest === undefined) return 0;
      numbers.removeSync(keyOf(oldest.value));
      entries.removeSync(oldest.key);
      bytes -= costOf(oldest.value);
    }
    return bytes;
  }

  return {
    get: (keys) =>
      keys.map((key) => {
        const number = numbers.get(Buffer.from(key));
        const value = number === undefined ? undefined : entries.get(number);
        return value && decode(value);
      }),
    put(all) {
      root.transactionSync(() => {
        let [bytes, next] = [meta.get("bytes") ?? 0, meta.get("next") ?? 0];
        for (const [key, embedded] of all) {
          const name = Buffer.from(key);
          if (numbers.doesExist(name)) continue;
          const value = encode(name, embedded);
          entries.putSync(next, value, APPEND);
          numbers.putSync(name, next);
          next += 1;
          bytes += costOf(value);
        }
        meta.putSync("next", next);
        meta.putSync("bytes", makeRoom(bytes));
      });
    },
    bytes: () => meta.get("bytes") ?? 0,
    close: () => root.close(),
  };
}

function costOf(value: Buffer): number {
  const size = value.length + OVERHEAD;
  const room = PAGE - PAGE_HEADER;
  return size <= room / 2 ? PAGE / Math.floor(room / size) : Math.ceil(size / room) * PAGE;
}

/** tokens u32, flags u8, length of the key u8, 2 bytes free, the vector as f32, the key; little-endian. */
function encode(key: Buffer, { vector, tokens, truncated }: EmbeddedText): Buffer {
  const value = Buffer.alloc(HEADER + vector.byteLength + key.length);
  value.writeUInt32LE(tokens, 0);
  value.writeUInt8(truncated ? TRUNCATED : 0, 4);
  value.writeUInt8(key.length, 5);
  value.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), HEADER);
  value.set(key, HEADER + vector.byteLength);
  return value;
}

const keyOf = (value: Buffer): Buffer => value.subarray(value.length - value.readUInt8(5));

function decode(value: Buffer): EmbeddedText {
  // A copy: the bytes are LMDB's, and not aligned.
  const bytes = Uint8Array.from(value.subarray(HEADER, value.length - value.readUInt8(5)));
  return {
    vector: new Float32Array(bytes.buffer),
    tokens: value.readUInt32LE(0),
    truncated: (value.readUInt8(4) & TRUNCATED) !== 0,
  };
}
