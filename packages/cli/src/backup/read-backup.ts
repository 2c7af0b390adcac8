import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { FatalError } from "@eddy/contracts/errors";
import { createTarDecoder, type ParsedTarEntry } from "modern-tar";
import type { z } from "zod";
import {
  CHECKSUMS,
  type Checksums,
  checksumsSchema,
  damaged,
  FORMAT,
  fileFault,
  folders,
  HEAD,
  type Head,
  headSchema,
  isOwn,
} from "./backup-format.ts";

/** Of the two JSON entries; what is read must not decide how much memory is taken. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;

export interface BackupFile {
  /** Below the backup's folder; without what leads out of it. */
  readonly path: string;
  readonly size: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Throws FatalError BACKUP_DAMAGED, FORMAT_UNKNOWN, CONFIG_INVALID. */
export async function readHead(file: string): Promise<Head> {
  for await (const head of entriesOf(file)) return head as Head;
  throw damaged(file, "it is not a backup of Eddy");
}

/**
 * Gives each file of a backup to `take`, which reads its body to the end; then holds all of them against the checksums. Until it returns
 * nothing that was read is to be trusted. Throws as readHead, and the signal's reason.
 */
export async function readBackup(
  file: string,
  signal: AbortSignal,
  take: (entry: BackupFile) => Promise<void>,
): Promise<Checksums> {
  const found: Checksums = {};
  let folder: string | undefined;
  let wanted: Checksums | undefined;
  for await (const entry of entriesOf(file)) {
    signal.throwIfAborted();
    if (!("header" in entry)) {
      folder = folders[entry.what];
      continue;
    }
    const { name, size } = entry.header;
    if (wanted !== undefined) throw damaged(file, `${name} comes after the checksums`);
    if (name === CHECKSUMS) {
      wanted = await json(file, entry, checksumsSchema);
      continue;
    }
    const path = pathOf(file, folder!, entry);
    const hash = createHash("sha256");
    let bytes = 0;
    async function* body(): AsyncGenerator<Uint8Array> {
      for await (const chunk of bodyOf(file, entry as ParsedTarEntry)) {
        signal.throwIfAborted();
        hash.update(chunk);
        bytes += chunk.byteLength;
        yield chunk;
      }
    }
    await take({ path, size, body: body() });
    found[path] = { bytes, sha256: hash.digest("hex") };
  }
  if (wanted === undefined) throw damaged(file, "it is cut short: its checksums are missing");
  for (const path of new Set([...Object.keys(wanted), ...Object.keys(found)])) {
    const [is, was] = [found[path], wanted[path]];
    if (is?.sha256 !== was?.sha256 || is?.bytes !== was?.bytes)
      throw damaged(file, `${path} is not as it was when the backup was made`);
  }
  return found;
}

/** The entries of a backup, the head first, which is checked. */
async function* entriesOf(file: string): AsyncGenerator<Head | ParsedTarEntry> {
  const source = createReadStream(file, { highWaterMark: 256 * 1024 });
  const gunzip = createGunzip();
  source.on("error", (error) => gunzip.destroy(error));
  const entries = (Readable.toWeb(source.pipe(gunzip)) as ReadableStream<Uint8Array>).pipeThrough(
    createTarDecoder({ strict: true }),
  );
  let first = true;
  try {
    for await (const entry of entries) {
      if (!first) yield entry;
      else if (entry.header.name === HEAD) yield checkHead(file, await json(file, entry));
      else throw damaged(file, "it is not a backup of Eddy");
      first = false;
    }
  } catch (error) {
    if (error instanceof FatalError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EACCES" || code === "EISDIR") throw fileFault(error, file, "read");
    const what = first ? "it is not a backup of Eddy" : "it is cut short or damaged";
    throw damaged(file, `${what} (${(error as Error).message})`, error);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
  if (first) throw damaged(file, "it is not a backup of Eddy");
}

/** What can't be read on is the backup's fault; what can't be written is not. */
async function* bodyOf(file: string, { body }: ParsedTarEntry): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: Error) => {
        throw damaged(file, `it is cut short or damaged (${error.message})`, error);
      });
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

function checkHead(file: string, value: unknown): Head {
  const head = headSchema.safeParse(value);
  if (!head.success) throw damaged(file, "it is not a backup of Eddy");
  const { format, eddy } = head.data;
  if (format === FORMAT) return head.data;
  throw new FatalError(
    "FORMAT_UNKNOWN",
    `${file} has format ${format}, of Eddy ${eddy}; this version reads ${FORMAT}: restore it with that one`,
  );
}

/** Below the folder, and a plain file: what else a tar may hold is not ours. */
function pathOf(file: string, folder: string, { header: { name, type } }: ParsedTarEntry): string {
  const path = name.slice(folder.length);
  const isPlain = path.split("/").every((part) => /^[^\\\0:]+$/.test(part) && part !== "." && part !== "..");
  if (!name.startsWith(folder) || !isPlain || isOwn(path) || (type ?? "file") !== "file")
    throw damaged(file, `${JSON.stringify(name)} is no file of a backup`);
  return path;
}

async function json<T = unknown>(file: string, entry: ParsedTarEntry, schema?: z.ZodType<T>): Promise<T> {
  const { header } = entry;
  if (header.size > MAX_JSON_BYTES) throw damaged(file, `${header.name} is too large`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of bodyOf(file, entry)) chunks.push(chunk);
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString());
    return schema === undefined ? (value as T) : schema.parse(value);
  } catch (error) {
    throw damaged(file, `${header.name} can't be read`, error);
  }
}
