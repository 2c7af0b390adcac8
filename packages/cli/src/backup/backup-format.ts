/**
 * A backup is a gzipped tar that `tar xzf` can open, too:
 *  B1. First `eddy-backup.json`, which says what it is and in which format; then the files, below `home/`; last `checksums.json`, with the size
 *      and SHA-256 of each. One that is cut short has no last entry.
 *  B2. It is written beside its place and moved there when it is whole and on the disk.
 *  B3. A folder that is being restored has a mark from before the first file until after the last is on the disk; nobody opens it meanwhile
 *      (`lockHome`).
 */
import { FatalError } from "@eddy/contracts/errors";
import { z } from "zod";

export const FORMAT = 1;
export const HEAD = "eddy-backup.json";
export const CHECKSUMS = "checksums.json";
/** What Eddy's folder is called in it. */
export const FOLDER = "home/";

export const headSchema = z.object({
  what: z.literal("backup of an Eddy folder"),
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

/** What a person is told of what was written or read. */
export interface BackupSummary {
  readonly files: number;
  /** Before compression. */
  readonly bytes: number;
  /** Of the log and of the store; undefined where the folder has none. */
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
