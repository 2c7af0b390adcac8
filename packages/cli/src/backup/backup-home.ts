import { createReadStream, existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { FatalError } from "@eddy/contracts/errors";
import { type HomeLock, lockHome } from "@eddy/runtime/home-lock";
import { type BackupSummary, headOf, summaryOf } from "./backup-format.ts";
import { writeBackup } from "./write-backup.ts";

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
  if (file.startsWith(folder + sep))
    throw new FatalError(
      "CONFIG_INVALID",
      `${file} is inside ${folder}: a backup belongs elsewhere, best on another disk`,
    );
  const locks = lockAll(folder);
  try {
    const paths = await filesOf(folder);
    if (paths.length === 0) throw new FatalError("CONFIG_INVALID", `${folder} is empty: there is nothing to back up`);
    const head = headOf("backup of an Eddy folder", version, now);
    const checksums = await writeBackup(file, head, signal, async (writer) => {
      for (const path of paths) {
        const { size } = await stat(join(folder, path));
        await writer.add(path, size, createReadStream(join(folder, path), { highWaterMark: 256 * 1024 }));
      }
    });
    return summaryOf(checksums);
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
    throw new FatalError(
      "HOME_LOCKED",
      `a running Eddy makes its backup itself, with --live; without, a backup is made of a stopped Eddy: ${error.message}`,
      { cause: error },
    );
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
