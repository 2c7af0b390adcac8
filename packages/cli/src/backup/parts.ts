import { damaged } from "./backup-format.ts";
import type { BackupFile } from "./read-backup.ts";
import type { BackupWriter } from "./write-backup.ts";

/** Lines go into files of about this size: a tar wants to know the size of a file before its first byte. */
const PART_BYTES = 4 * 1024 * 1024;
/** What is read must not decide how much memory is taken: one part and the longest line. */
const MAX_PART_BYTES = 256 * 1024 * 1024;

export interface Parts {
  add(line: string): Promise<void>;
  /** Writes what is left. */
  end(): Promise<void>;
}

/** Lines as numbered files below `folder` (`points/`). */
export function createParts(writer: BackupWriter, folder: string): Parts {
  let lines: Buffer[] = [];
  let bytes = 0;
  let part = 0;
  async function end(): Promise<void> {
    if (bytes === 0) return;
    const [held, size] = [lines, bytes];
    [lines, bytes] = [[], 0];
    part += 1;
    await writer.add(`${folder}${String(part).padStart(6, "0")}.jsonl`, size, [Buffer.concat(held, size)]);
  }
  return {
    end,
    async add(line) {
      const held = Buffer.from(line);
      lines.push(held);
      bytes += held.length;
      if (bytes >= PART_BYTES) await end();
    },
  };
}

/** A file of a backup as bytes. Throws FatalError BACKUP_DAMAGED where it is too large to be one of ours. */
export async function bytesOf(file: string, { path, size, body }: BackupFile): Promise<Buffer> {
  if (size > MAX_PART_BYTES) throw damaged(file, `${path} is too large`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Reads a file of a backup, and forgets it. */
export async function passOver({ body }: BackupFile): Promise<void> {
  const chunks = body[Symbol.asyncIterator]();
  while (!(await chunks.next()).done);
}

/** The lines of a part, as `parse` reads them. Throws FatalError BACKUP_DAMAGED. */
export async function linesOf<T>(file: string, part: BackupFile, parse: (line: string) => T): Promise<T[]> {
  const text = (await bytesOf(file, part)).toString("utf8");
  try {
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map(parse);
  } catch (error) {
    throw damaged(file, `${part.path} can't be read`, error);
  }
}
