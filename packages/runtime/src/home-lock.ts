/**
 * One process at a time in a folder.
 *  H1. The lock file appears with its whole content at once (written aside, then linked), so it is never read half.
 *  H2. A lock is stale when its process is gone, or its pid now names a process started at another time. A lock from
 *      another host can't be judged and holds.
 *  H3. A stale lock is moved away before the new one is linked. Who finds that it moved a living one puts it back.
 *  H4. Only its owner removes a lock.
 *  H5. A folder with the mark of a restore is half there, and is given to nobody but the next restore.
 */
import { randomUUID } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { FatalError } from "@eddy/contracts/errors";
import { isRunning, processStart } from "./process-identity.ts";

const LOCK_FILE = "eddy.lock";
const RESTORING_FILE = "eddy.restoring";
const TRIES = 10;

export interface HomeLock {
  readonly folder: string;
  release(): void;
}

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** As `processStart` gives it. */
  readonly started?: string;
  /** Tells one lock of a process from another. */
  readonly token: string;
}

/**
 * Makes the folder where it is missing and takes it. Throws FatalError HOME_LOCKED, HOME_NOT_WRITABLE, DISK_FULL or RESTORE_UNFINISHED.
 * @param setting what people change to use another folder, such as EDDY_HOME
 */
export function lockHome(folder: string, setting: string, { restoring = false } = {}): HomeLock {
  const file = join(folder, LOCK_FILE);
  const owner: Owner = { pid: process.pid, host: hostname(), started: processStart(process.pid), token: randomUUID() };
  const own = join(folder, `${LOCK_FILE}.${owner.token}`);
  try {
    makeFolder(folder);
    writeFileSync(own, JSON.stringify(owner));
    for (let tries = 0; tries < TRIES; tries++) {
      if (linked(own, file)) {
        const lock = { folder, release: () => release(file, owner) };
        if (restoring || !existsSync(join(folder, RESTORING_FILE))) return lock;
        lock.release();
        throw new FatalError(
          "RESTORE_UNFINISHED",
          `${folder} holds half of a backup: run \`eddy restore\` again, or choose another folder with ${setting}`,
        );
      }
      const holder = readOwner(file);
      if (holder === undefined) continue;
      if (holds(holder)) throw lockedBy(holder, folder, file, setting);
      moveAway(file, holder, join(folder, `${LOCK_FILE}.stale.${owner.token}`));
    }
    throw new FatalError("HOME_LOCKED", `several processes want ${folder} at once: try again`);
  } catch (error) {
    throw error instanceof FatalError ? error : folderFault(error, folder, setting);
  } finally {
    remove(own);
  }
}

/** Marks a folder (H5), durably. The caller has its lock. */
export async function beginRestore(folder: string): Promise<void> {
  const file = await open(join(folder, RESTORING_FILE), "w");
  await file.sync();
  await file.close();
  await syncFolder(folder);
}

/** Is it marked? */
export const isHalfRestored = (folder: string): boolean => existsSync(join(folder, RESTORING_FILE));

/** Takes the mark away: what is there is whole. */
export async function endRestore(folder: string): Promise<void> {
  unlinkSync(join(folder, RESTORING_FILE));
  await syncFolder(folder);
}

/** So that names in a folder outlive a power cut, where the system can do that. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

/** One level at a time: Node 20's recursive mkdir never returns where a level can't be made (below /proc). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Undefined where there is no lock. A lock that can't be read as one is stale: nobody can hold it (H1). */
function readOwner(file: string): Owner | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return { pid: 0, host: hostname(), token: "" };
  }
}

function holds({ pid, host, started }: Owner): boolean {
  if (host !== hostname()) return true;
  if (!(pid > 0) || !isRunning(pid)) return false;
  const now = processStart(pid);
  return started === undefined || now === undefined || started === now;
}

/** H3. */
function moveAway(file: string, stale: Owner, aside: string): void {
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const moved = readOwner(aside);
  if (moved !== undefined && moved.token !== stale.token) linked(aside, file);
  remove(aside);
}

function release(file: string, { token }: Owner): void {
  if (readOwner(file)?.token === token) remove(file);
}

/** As far as it goes: what can't be removed does no harm, and must not hide the fault that is on its way. */
function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch {}
}

function lockedBy({ pid, host }: Owner, folder: string, file: string, setting: string): FatalError {
  const elsewhere = `choose another folder with ${setting}`;
  const message =
    host === hostname()
      ? `process ${pid} uses ${folder}: stop it (kill ${pid}), or ${elsewhere}`
      : `process ${pid} on ${host} uses ${folder}: stop it, or ${elsewhere}; if it is gone, remove ${file}`;
  return new FatalError("HOME_LOCKED", message);
}

/** What a failed write in the folder means to a person. */
function folderFault(error: unknown, folder: string, setting: string): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new FatalError("DISK_FULL", `no space left for ${folder}: free some`, { cause: error });
  }
  if (["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOENT"].includes(code)) {
    const message = `can't write in ${folder} (${code}): mend its rights, or choose another folder with ${setting}`;
    return new FatalError("HOME_NOT_WRITABLE", message, { cause: error });
  }
  return error;
}
