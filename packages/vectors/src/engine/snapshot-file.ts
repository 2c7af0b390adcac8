import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { badRequest } from "./refusal.ts";

/**
 * A snapshot as a file: frames of a length (u32, little-endian) and as many bytes. The first says what it is, as JSON; then come, for each
 * collection, its description as JSON, and for each of its points the record and the vectors as they are in storage.ts; then an
 * empty frame. It is Eddy's own form: Qdrant's are of its own segments.
 */
const FORMAT = { what: "snapshot of Eddy's vector store", format: 1 };
/** A point is smaller, as it came in one request; what is read must not decide how much memory is taken. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;

export type Frame = string | Uint8Array;

/** Writes the frames, durably, and returns the file's size and SHA-256. */
export async function writeFrames(
  file: string,
  frames: AsyncIterable<Frame>,
): Promise<{ size: number; sha256: string }> {
  const hash = createHash("sha256");
  let size = 0;
  async function* bytes(): AsyncIterable<Buffer> {
    const framed = (frame: Frame) => {
      const content = Buffer.from(frame as string);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(content.length);
      return Buffer.concat([length, content]);
    };
    let gathered: Buffer[] = [framed(JSON.stringify(FORMAT))];
    let pending = 0;
    const flush = () => {
      const chunk = Buffer.concat(gathered);
      [gathered, pending] = [[], 0];
      hash.update(chunk);
      size += chunk.length;
      return chunk;
    };
    for await (const frame of frames) {
      const one = framed(frame);
      gathered.push(one);
      pending += one.length;
      if (pending > CHUNK_BYTES) yield flush();
    }
    yield flush();
  }
  await pipeline(bytes, createWriteStream(file, { flush: true }));
  return { size, sha256: hash.digest("hex") };
}

const CHUNK_BYTES = 1024 * 1024;

/** The frames of a file, without the first. Refuses what is no snapshot, or is cut short. */
export async function* readFrames(file: string): AsyncGenerator<Buffer> {
  const broken = (why: string) => badRequest(`Failed to read snapshot: ${why}`);
  let parts: Buffer[] = [];
  let size = 0;
  /** Bytes without which nothing more can be read: a frame is put together once, however many chunks it comes in. */
  let wanted = 4;
  let first = true;
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    parts.push(chunk);
    size += chunk.length;
    if (size < wanted) continue;
    const bytes = parts.length === 1 ? chunk : Buffer.concat(parts);
    let at = 0;
    for (;;) {
      wanted = 4;
      if (bytes.length - at < wanted) break;
      const length = bytes.readUInt32LE(at);
      if (length > MAX_FRAME_BYTES) throw broken("it is not a snapshot of Eddy's vector store");
      wanted += length;
      if (bytes.length - at < wanted) break;
      const frame = bytes.subarray(at + 4, at + wanted);
      at += wanted;
      if (!first) yield frame;
      else if (!isHead(frame)) throw broken("it is not a snapshot of Eddy's vector store, or one of a later version");
      first = false;
    }
    parts = at < bytes.length ? [bytes.subarray(at)] : [];
    size = bytes.length - at;
  }
  if (first || size > 0) throw broken("it is cut short");
}

function isHead(frame: Buffer): boolean {
  try {
    const { what, format } = JSON.parse(frame.toString()) as Record<string, unknown>;
    return what === FORMAT.what && format === FORMAT.format;
  } catch {
    return false;
  }
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
