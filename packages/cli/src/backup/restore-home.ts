import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { FatalError } from "@eddy/contracts/errors";
import { beginRestore, endRestore, isHalfRestored, lockHome, syncFolder } from "@eddy/runtime/home-lock";
import { createTarDecoder, type ParsedTarEntry } from "modern-tar";
import type { z } from "zod";
import {
  type BackupSummary,
  CHECKSUMS,
  type Checksums,
  checksumsSchema,
  FOLDER,
  FORMAT,
  fileFault,
  HEAD,
  type Head,
  headSchema,
  summaryOf,
} from "./backup-format.ts";

/** Of the two JSON entries; what is read must not decide how much memory is taken. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;

export interface Restored extends BackupSummary {
  readonly head: Head;
}

/**
 * Brings a backup into an empty folder: all of it, or nothing. What a killed restore left is removed first; until it has ended nobody
 * else opens the folder (B3). Throws FatalError BACKUP_DAMAGED, FORMAT_UNKNOWN, HOME_LOCKED, CONFIG_INVALID, DISK_FULL.
 */
export async function restoreHome(options: {
  readonly file: string;
  readonly home: string;
  readonly signal: AbortSignal;
}): Promise<Restored> {
  const [file, folder] = [resolve(options.file), resolve(options.home)];
  const { signal } = options;
  // Before a folder is made for it.
  const head = await headOf(file);
  const lock = lockHome(folder, "EDDY_HOME", { restoring: true });
  try {
    const there = (await readdir(folder)).filter((name) => !isOwn(name));
    if (there.length > 0 && !isHalfRestored(folder))
      throw new FatalError(
        "CONFIG_INVALID",
        `${folder} is not empty: a backup is restored into an empty folder (--home), or move what is there away`,
      );
    await beginRestore(folder);
    try {
      await clear(folder);
      const checksums = await unpack(file, folder, signal);
      await endRestore(folder);
      return { head, ...summaryOf(checksums) };
    } catch (error) {
      await clear(folder);
      await endRestore(folder);
      throw signal.aborted ? signal.reason : fileFault(error, folder, "write");
    }
  } finally {
    lock.release();
  }
}

const isOwn = (name: string) => name.startsWith("eddy.lock") || name === "eddy.restoring";

async function clear(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (!isOwn(name)) await rm(join(folder, name), { recursive: true, force: true });
}

function damaged(file: string, why: string, cause?: unknown): FatalError {
  return new FatalError("BACKUP_DAMAGED", `${file} can't be restored: ${why}`, { cause });
}

/** The entries of a backup, without the head, which is checked. */
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

async function headOf(file: string): Promise<Head> {
  for await (const head of entriesOf(file)) return head as Head;
  throw damaged(file, "it is not a backup of Eddy");
}

async function unpack(file: string, folder: string, signal: AbortSignal): Promise<Checksums> {
  const found: Checksums = {};
  const folders = new Set([folder]);
  let wanted: Checksums | undefined;
  for await (const entry of entriesOf(file)) {
    signal.throwIfAborted();
    if (!("header" in entry)) continue;
    const { name } = entry.header;
    if (wanted !== undefined) throw damaged(file, `${name} comes after the checksums`);
    if (name === CHECKSUMS) {
      wanted = await json(file, entry, checksumsSchema);
      continue;
    }
    const path = pathOf(file, entry);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    folders.add(dirname(join(folder, path)));
    found[path] = await write(join(folder, path), bodyOf(file, entry), signal);
  }
  if (wanted === undefined) throw damaged(file, "it is cut short: its checksums are missing");
  for (const path of new Set([...Object.keys(wanted), ...Object.keys(found)])) {
    const [is, was] = [found[path], wanted[path]];
    if (is?.sha256 !== was?.sha256 || is?.bytes !== was?.bytes)
      throw damaged(file, `${path} is not as it was when the backup was made`);
  }
  for (const one of folders) await syncFolder(one);
  return found;
}

/** Below the folder, and a plain file: what else a tar may hold is not ours. */
function pathOf(file: string, { header: { name, type } }: ParsedTarEntry): string {
  const path = name.slice(FOLDER.length);
  const isPlain = path.split("/").every((part) => /^[^\\\0:]+$/.test(part) && part !== "." && part !== "..");
  if (!name.startsWith(FOLDER) || !isPlain || isOwn(path) || (type ?? "file") !== "file")
    throw damaged(file, `${JSON.stringify(name)} is no file of a backup`);
  return path;
}

async function write(
  path: string,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  const target = await open(path, "wx", 0o600);
  try {
    for await (const chunk of body) {
      signal.throwIfAborted();
      hash.update(chunk);
      bytes += chunk.byteLength;
      await target.writeFile(chunk);
    }
    await target.sync();
  } finally {
    await target.close();
  }
  return { bytes, sha256: hash.digest("hex") };
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
