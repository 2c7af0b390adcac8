/**
 * What kafkajs can't (un)pack by itself: people's producers use LZ4, Snappy and Zstandard. Each library is loaded with the first
 * batch that needs it.
 */

import { FatalError } from "@eddy/contracts/errors";

/** As kafkajs asks for it: the bytes to pack are in an encoder. */
export interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(bytes: Buffer): Promise<Buffer>;
}

/** Largest batch, unpacked: beyond it a record is more likely to be a bomb. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Throws FatalError RECORD_DAMAGED at what it can't unpack. */
function declared(name: string, { compress, decompress }: Codec): Codec {
  return {
    compress,
    async decompress(bytes) {
      try {
        return await decompress(bytes);
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new FatalError("RECORD_DAMAGED", `a batch in ${name} can't be unpacked: ${why}`, { cause });
      }
    },
  };
}

export const lz4 = declared("LZ4", {
  async compress({ buffer }) {
    return (await import("lz4-napi")).compressFrame(buffer);
  },
  async decompress(bytes) {
    return (await import("lz4-napi")).decompressFrame(bytes);
  },
});

/** Head of the framing that Kafka's own clients write: magic, then two numbers of versions. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const XERIAL_HEAD = XERIAL.length + 8;

export const snappy = declared("Snappy", {
  async compress({ buffer }) {
    return (await import("snappy")).compress(buffer);
  },
  /** Bare, or in xerial's frames: blocks, each after its length (4 bytes, big-endian). */
  async decompress(bytes) {
    const { uncompress } = await import("snappy");
    if (!bytes.subarray(0, XERIAL.length).equals(XERIAL)) return buffer(await uncompress(bytes));
    const blocks: Buffer[] = [];
    for (let at = XERIAL_HEAD; at < bytes.length; ) {
      const length = bytes.readUInt32BE(at);
      blocks.push(buffer(await uncompress(bytes.subarray(at + 4, at + 4 + length))));
      at += 4 + length;
    }
    return Buffer.concat(blocks);
  },
});

let loading: Promise<typeof import("@bokuweb/zstd-wasm")> | undefined;
const loadZstd = () =>
  (loading ??= import("@bokuweb/zstd-wasm").then(async (zstd) => {
    await zstd.init();
    return zstd;
  }));

export const zstd = declared("Zstandard", {
  async compress({ buffer }) {
    return Buffer.from((await loadZstd()).compress(buffer));
  },
  async decompress(bytes) {
    const { decompress } = await loadZstd();
    // A frame that was written as a stream doesn't tell its size: room is made for it by trial.
    for (let room = Math.max(1024 * 1024, 4 * bytes.length); ; room *= 4) {
      try {
        return Buffer.from(decompress(bytes, { defaultHeapSize: room }));
      } catch (error) {
        if (room >= MAX_BYTES) throw error;
      }
    }
  },
});

function buffer(bytes: string | Uint8Array): Buffer {
  return typeof bytes === "string" ? Buffer.from(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
