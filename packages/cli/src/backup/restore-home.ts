import { mkdir, open } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { syncFolder } from "@eddy/runtime/home-lock";
import { type BackupSummary, type Head, summaryOf } from "./backup-format.ts";
import { readBackup, readHead } from "./read-backup.ts";
import { restoreFolder } from "./restore-folder.ts";

export interface Restored extends BackupSummary {
  readonly head: Head;
}

/**
 * Brings the backup of a folder into an empty folder (`restoreFolder`).
 * Throws FatalError BACKUP_DAMAGED, FORMAT_UNKNOWN, HOME_LOCKED, CONFIG_INVALID, DISK_FULL.
 */
export async function restoreHome(options: {
  readonly file: string;
  readonly home: string;
  readonly signal: AbortSignal;
}): Promise<Restored> {
  const [file, folder] = [resolve(options.file), resolve(options.home)];
  const { signal } = options;
  // Before a folder is made for it.
  const head = await readHead(file);
  return restoreFolder(folder, signal, async () => {
    const made = new Set([folder]);
    const checksums = await readBackup(file, signal, async ({ path, body }) => {
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      made.add(dirname(target));
      await write(target, body);
    });
    for (const one of made) await syncFolder(one);
    return { head, ...summaryOf(checksums) };
  });
}

async function write(path: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  const target = await open(path, "wx", 0o600);
  try {
    for await (const chunk of body) await target.writeFile(chunk);
    await target.sync();
  } finally {
    await target.close();
  }
}
