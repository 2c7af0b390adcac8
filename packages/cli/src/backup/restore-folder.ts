import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { FatalError } from "@eddy/contracts/errors";
import { beginRestore, endRestore, isHalfRestored, lockHome } from "@eddy/runtime/home-lock";
import { fileFault, isOwn } from "./backup-format.ts";

/**
 * Runs `work`, which fills an empty folder: all of it, or nothing. What a killed restore left is removed first; until it has ended nobody
 * else opens the folder (B3). Throws FatalError HOME_LOCKED, CONFIG_INVALID, DISK_FULL; what `work` throws; the signal's reason.
 */
export async function restoreFolder<T>(folder: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
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
      const result = await work();
      await endRestore(folder);
      return result;
    } catch (error) {
      await clear(folder);
      await endRestore(folder);
      throw signal.aborted ? signal.reason : fileFault(error, folder, "write");
    }
  } finally {
    lock.release();
  }
}

async function clear(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (!isOwn(name)) await rm(join(folder, name), { recursive: true, force: true });
}
