import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { HttpFault } from "@eddy/runtime/http-fault";
import type { HttpRequest } from "@eddy/runtime/http-server";

/** A request's body, read at the reader's pace: what is not read stays in the client's socket. */
export interface Body {
  /** Undefined at the end. Throws HttpFault INVALID_BODY (cut off, broken gzip), TIMEOUT, STOPPING. */
  next(): Promise<Buffer | undefined>;
  /** Reads no more of it, but lets a client that still sends hear its answer. */
  discard(): void;
}

export interface BodyOptions {
  /** Longest time without a byte. */
  readonly idleTimeoutMs: number;
  /** Aborts when the server stops. */
  readonly closing: AbortSignal;
}

/** What a client may still send after its answer, and for how long, before its connection is cut. */
const DISCARD_BYTES = 64 * 1024 * 1024;
const DISCARD_MS = 10_000;
/** Inflated bytes that wait for the reader. */
const GUNZIP_CHUNK = 64 * 1024;

export function openBody({ raw, headers }: HttpRequest, { idleTimeoutMs, closing }: BodyOptions): Body {
  const encoding = (headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (encoding !== "gzip" && encoding !== "x-gzip" && encoding !== "identity") {
    const message = `content-encoding ${encoding}: only gzip is understood`;
    throw new HttpFault("UNSUPPORTED_MEDIA_TYPE", message, { headers: { "accept-encoding": "gzip" } });
  }
  raw.on("error", ignore);
  const source = encoding === "identity" ? raw : gunzip(raw);

  /** Resolves when there may be something to read, or nothing more to come. */
  function stirred(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (fault?: HttpFault) => {
        clearTimeout(timer);
        for (const event of EVENTS) source.off(event, wake);
        closing.removeEventListener("abort", stop);
        if (fault) reject(fault);
        else resolve();
      };
      const wake = () => settle();
      const stop = () => settle(stopping());
      const late = () => settle(new HttpFault("TIMEOUT", `no byte came for ${idleTimeoutMs / 1000} s`, LAST));
      const timer = setTimeout(late, idleTimeoutMs);
      for (const event of EVENTS) source.on(event, wake);
      if (closing.aborted) stop();
      else closing.addEventListener("abort", stop, { once: true });
    });
  }

  return {
    async next() {
      for (;;) {
        const chunk = source.read() as Buffer | null;
        if (chunk !== null) return chunk;
        if (source.readableEnded) return undefined;
        if (source.errored || source.destroyed) throw cut(source);
        await stirred();
      }
    },
    discard() {
      if (source !== raw) source.destroy();
      if (raw.readableEnded || raw.destroyed || closing.aborted) return;
      let left = DISCARD_BYTES;
      raw.on("data", (chunk: Buffer) => {
        left -= chunk.length;
        if (left < 0) raw.destroy();
      });
      const timer = setTimeout(() => raw.destroy(), DISCARD_MS).unref();
      raw.on("close", () => clearTimeout(timer));
      raw.resume();
    },
  };
}

export interface WholeBody {
  readonly bytes: Buffer;
  /** First byte that is not white space or a byte-order mark: what kind of JSON this is. */
  readonly first: number | undefined;
}

/** HttpFault TOO_LARGE (413) past the limit, which depends on the first byte. */
export async function readAll(body: Body, limitOf: (first: number | undefined) => number): Promise<WholeBody> {
  const chunks: Buffer[] = [];
  let length = 0;
  let first: number | undefined;
  for (let chunk = await body.next(); chunk; chunk = await body.next()) {
    first ??= chunk.find((byte) => !PADDING.has(byte));
    chunks.push(chunk);
    length += chunk.length;
    const limit = limitOf(first);
    if (length > limit) {
      const message = `the body is over the limit of ${limit} bytes`;
      throw new HttpFault("TOO_LARGE", message, { status: 413 });
    }
  }
  return { bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks), first };
}

const PADDING = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);
/** The connection ends with this answer. */
const LAST = { headers: { connection: "close" } };

export function stopping(): HttpFault {
  return new HttpFault("STOPPING", "Eddy is stopping: send the rest again", LAST);
}

const EVENTS = ["readable", "end", "error", "close"] as const;

function ignore(): void {}

function gunzip(raw: IncomingMessage): Readable {
  const stream = createGunzip({ chunkSize: GUNZIP_CHUNK });
  // Seen by next(), whenever that comes round.
  stream.on("error", ignore);
  const lost = () => {
    if (!raw.readableEnded) stream.destroy();
  };
  raw.on("close", lost).on("error", lost);
  return raw.pipe(stream);
}

function cut({ errored }: Readable): HttpFault {
  const broken = (errored as NodeJS.ErrnoException | null)?.code?.startsWith("Z_");
  const why = broken ? `it is not a whole gzip stream (${errored!.message})` : "the client left before its end";
  return new HttpFault("INVALID_BODY", `the body can't be read to its end: ${why}`);
}
