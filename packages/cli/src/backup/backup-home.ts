import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { FatalError } from "@eddy/contracts/errors";
import { type HomeLock, lockHome, syncFolder } from "@eddy/runtime/home-lock";
import { createTarPacker, type TarPackController } from "modern-tar";
import {
  type BackupSummary,
  CHECKSUMS,
  type Checksums,
  FOLDER,
  FORMAT,
  fileFault,
  HEAD,
  type Head,
  summaryOf,
} from "./backup-format.ts";

export interface BackupOptions {
  readonly home: string;
  /** The file to write; must not be there. */
  readonly out: string;
  /** Of Eddy. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/**
 * Writes all that a stopped Eddy has in its folder into one file; locks of processes, the store's own snapshots and what was half received
 * stay out. The folder is locked meanwhile, so that log and store are of one moment: the store has no point that the log doesn't know of,
 * and no commit claims a point that the store lacks. Throws FatalError HOME_LOCKED, CONFIG_INVALID, DISK_FULL, RESTORE_UNFINISHED.
 */
export async function backupHome({ home, out, version, now, signal }: BackupOptions): Promise<BackupSummary> {
  const [folder, file] = [resolve(home), resolve(out)];
  if (!existsSync(folder)) throw new FatalError("CONFIG_INVALID", `there is no folder ${folder}: name it with --home`);
  if (existsSync(file)) throw new FatalError("CONFIG_INVALID", `${file} is there already: choose another name`);
  if (file.startsWith(folder + sep))
    throw new FatalError(
      "CONFIG_INVALID",
      `${file} is inside ${folder}: a backup belongs elsewhere, best on another disk`,
    );
  const locks = lockAll(folder);
  const part = `${file}.part`;
  try {
    const paths = await filesOf(folder);
    if (paths.length === 0) throw new FatalError("CONFIG_INVALID", `${folder} is empty: there is nothing to back up`);
    const head: Head = {
      what: "backup of an Eddy folder",
      format: FORMAT,
      eddy: version,
      created_at: new Date(now).toISOString(),
    };
    const { readable, controller } = createTarPacker();
    const packing = pack(folder, paths, head, controller).catch((error: unknown) => {
      controller.error(error);
      throw error;
    });
    // Quick rather than small: half of it are vectors, which hardly get smaller.
    const gzip = createGzip({ level: 1 });
    const written = pipeline(Readable.fromWeb(readable as never), gzip, createWriteStream(part, { flush: true }), {
      signal,
    });
    const [checksums] = await Promise.all([packing, written]);
    await rename(part, file);
    await syncFolder(dirname(file));
    return summaryOf(checksums);
  } catch (error) {
    await rm(part, { force: true });
    throw signal.aborted ? signal.reason : fileFault(error, file, "write");
  } finally {
    for (const lock of locks) lock.release();
  }
}

/** The store's folder has a lock of its own, for `eddy qdrant`. */
function lockAll(folder: string): HomeLock[] {
  const locks: HomeLock[] = [];
  try {
    for (const one of [folder, join(folder, "qdrant")]) if (existsSync(one)) locks.push(lockHome(one, "EDDY_HOME"));
    return locks;
  } catch (error) {
    for (const lock of locks) lock.release();
    if (!(error instanceof FatalError) || error.code !== "HOME_LOCKED") throw error;
    throw new FatalError("HOME_LOCKED", `a backup is made of a stopped Eddy: ${error.message}`, { cause: error });
  }
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
    .filter((path) => !isPassing(path))
    .sort();
}

/** Locks (LMDB's, too), snapshots of the store, and what is half written. */
function isPassing(path: string): boolean {
  return /(^|\/)eddy\.lock|-lock$|(^|\/)lock\.mdb$|\.part$/.test(path) || path.startsWith("qdrant/snapshots/");
}

async function pack(
  folder: string,
  paths: readonly string[],
  head: Head,
  controller: TarPackController,
): Promise<Checksums> {
  const mtime = new Date(head.created_at);
  const checksums: Checksums = {};
  const add = async (name: string, size: number, content: AsyncIterable<Uint8Array>) => {
    const writer = controller.add({ name, size, mtime, mode: 0o600 }).getWriter();
    const hash = createHash("sha256");
    for await (const chunk of content) {
      hash.update(chunk);
      await writer.write(chunk);
    }
    await writer.close();
    return hash.digest("hex");
  };
  const addJson = (name: string, value: object) => {
    const text = Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
    return add(name, text.length, Readable.from([text]));
  };
  await addJson(HEAD, head);
  for (const path of paths) {
    const { size } = await stat(join(folder, path));
    const source = createReadStream(join(folder, path), { highWaterMark: 256 * 1024 });
    checksums[path] = { bytes: size, sha256: await add(FOLDER + path, size, source) };
  }
  await addJson(CHECKSUMS, checksums);
  controller.finalize();
  return checksums;
}
