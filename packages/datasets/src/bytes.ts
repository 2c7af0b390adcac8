import { constants } from "node:buffer";
import { createGunzip } from "node:zlib";

/** The input broke off; what came before it has been given. */
export class InputBroken extends Error {}

/** What a reader should say of an error: the message where the input or the system is to blame, else undefined. */
export function brokenInput(error: unknown): string | undefined {
  const ofInput = error instanceof InputBroken || (error instanceof Error && "syscall" in error);
  return ofInput ? error.message : undefined;
}

/** The bytes as they are, or unpacked if they begin as gzip does, whatever the file is called. */
export async function* unpacked(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let gunzip: ReturnType<typeof createUnpacker> | undefined;
  let held: Buffer = Buffer.alloc(0);
  let sniffed = false;
  for await (const chunk of source) {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (!sniffed) {
      held = bytes = Buffer.concat([held, bytes]);
      if (held.length < 2) continue;
      sniffed = true;
      if (bytes[0] === 0x1f && bytes[1] === 0x8b) gunzip = createUnpacker();
    }
    if (gunzip) yield* gunzip(bytes);
    else yield bytes;
  }
  if (!sniffed && held.length > 0) yield held;
  if (gunzip) yield* gunzip(undefined);
}

/** Small enough that what one piece unpacks to (at most 1,032 times as much) stays in memory. */
const pieceBytes = 16_384;

/**
 * Unpacks piece by piece. A piped gunzip drops what it has unpacked when it meets the end of a truncated file; this gives it all
 * before it throws.
 */
function createUnpacker(): (bytes: Buffer | undefined) => AsyncGenerator<Buffer> {
  const stream = createGunzip();
  let ready: Buffer[] = [];
  let failure: Error | undefined;
  let settle = () => {};
  stream.on("data", (data: Buffer) => ready.push(data));
  stream.on("end", () => settle());
  stream.on("error", (error) => {
    failure = error;
    settle();
  });
  const send = (bytes: Buffer | undefined) =>
    new Promise<void>((resolve) => {
      settle = resolve;
      if (bytes) stream.write(bytes, () => resolve());
      else stream.end();
    });
  async function* step(bytes: Buffer | undefined): AsyncGenerator<Buffer> {
    if (!failure) await send(bytes);
    const given = ready;
    ready = [];
    yield* given;
    if (failure)
      throw new InputBroken(`the gzip data is damaged or ends early (${failure.message})`, { cause: failure });
  }
  return async function* unpack(bytes) {
    if (!bytes) return yield* step(undefined);
    for (let at = 0; at < bytes.length; at += pieceBytes) yield* step(bytes.subarray(at, at + pieceBytes));
  };
}

/** All the bytes, or undefined where there are more than `limit`. */
export async function collect(source: AsyncIterable<Buffer>, limit: number): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of source) {
    size += part.length;
    if (size > Math.min(limit, constants.MAX_LENGTH)) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
