/**
 * A backup is a gzipped tar that `tar xzf` can open, too:
 *  B1. First `eddy-backup.json`, which says what it is and in which format; then the files, below one folder; last `checksums.json`, with
 *      the size and SHA-256 of each. One that is cut short has no last entry.
 *  B2. It is written beside its place and moved there when it is whole and on the disk.
 *  B3. A folder or a pipeline that is being restored has a mark from before the first file until after the last is on the disk; nobody
 *      opens it meanwhile (`lockHome`, `checkRestored`).
 * It holds the files of a folder that nobody used (backup-home.ts), or what a pipeline is, read through its log and its store
 * (pipeline-format.ts).
 */
import { FatalError } from "@eddy/contracts/errors";
import { z } from "zod";

export const FORMAT = 1;
export const HEAD = "eddy-backup.json";
export const CHECKSUMS = "checksums.json";

/** By what it is: what the folder in it is called. */
export const folders = { "backup of an Eddy folder": "home/", "backup of an Eddy pipeline": "pipeline/" } as const;

export type BackupKind = keyof typeof folders;

export const headSchema = z.object({
  what: z.enum(Object.keys(folders) as [BackupKind, ...BackupKind[]]),
  format: z.number().int(),
  /** Eddy's version. */
  eddy: z.string(),
  created_at: z.string(),
});

export const checksumsSchema = z.record(
  z.string(),
  z.object({ bytes: z.number().int().min(0), sha256: z.string().length(64) }),
);

export type Head = z.output<typeof headSchema>;
export type Checksums = z.output<typeof checksumsSchema>;

/** @param now milliseconds since 1970 */
export function headOf(what: BackupKind, version: string, now: number): Head {
  return { what, format: FORMAT, eddy: version, created_at: new Date(now).toISOString() };
}

/** What a person is told of what was written or read. */
export interface BackupSummary {
  readonly files: number;
  /** Before compression. */
  readonly bytes: number;
  /** Of the log and of the store; undefined where there is none. */
  readonly logBytes: number | undefined;
  readonly storeBytes: number | undefined;
}

export function summaryOf(checksums: Checksums): BackupSummary {
  const entries = Object.entries(checksums);
  const sum = (of: typeof entries) => of.reduce((bytes, [, file]) => bytes + file.bytes, 0);
  const below = (folder: string) => {
    const found = entries.filter(([path]) => path.startsWith(`${folder}/`));
    return found.length === 0 ? undefined : sum(found);
  };
  return { files: entries.length, bytes: sum(entries), logBytes: below("log"), storeBytes: below("qdrant") };
}

/** Eddy's own in a folder: its lock, and the mark of a restore. */
export const isOwn = (name: string) => name.startsWith("eddy.lock") || name === "eddy.restoring";

export function damaged(file: string, why: string, cause?: unknown): FatalError {
  return new FatalError("BACKUP_DAMAGED", `${file} can't be restored: ${why}`, { cause });
}

/** What a failed read or write of `path` means to a person. */
export function fileFault(error: unknown, path: string, deed: "read" | "write"): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || error instanceof FatalError) return error;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new FatalError("DISK_FULL", `no space left for ${path}`, { cause: error });
  if (["EACCES", "EPERM", "EROFS", "ENOENT", "ENOTDIR", "EISDIR"].includes(code))
    return new FatalError("CONFIG_INVALID", `can't ${deed} ${path} (${code})`, { cause: error });
  return error;
}
