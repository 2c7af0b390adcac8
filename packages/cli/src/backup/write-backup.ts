import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { FatalError } from "@eddy/contracts/errors";
import { syncFolder } from "@eddy/runtime/home-lock";
import { createTarPacker } from "modern-tar";
import { CHECKSUMS, type Checksums, fileFault, folders, HEAD, type Head } from "./backup-format.ts";

export interface BackupWriter {
  /** Adds a file of exactly `size` bytes; its path is below the backup's folder. */
  add(path: string, size: number, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void>;
}

/** Adds all that is to be in a backup. */
export type FillBackup = (writer: BackupWriter) => Promise<void>;

/** The bytes of a backup, made as they are read (B1). What `fill` throws ends them with that error, and `packed` throws it. */
export function packBackup(
  head: Head,
  fill: FillBackup,
): { readonly bytes: Readable; readonly packed: Promise<Checksums> } {
  const { readable, controller } = createTarPacker();
  const mtime = new Date(head.created_at);
  const checksums: Checksums = {};
  const add = async (name: string, size: number, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => {
    const writer = controller.add({ name, size, mtime, mode: 0o600 }).getWriter();
    const hash = createHash("sha256");
    for await (const chunk of content) {
      hash.update(chunk);
      await writer.write(chunk);
    }
    await writer.close();
    return { bytes: size, sha256: hash.digest("hex") };
  };
  const addJson = (name: string, value: object) => {
    const text = Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
    return add(name, text.length, [text]);
  };
  const pack = async () => {
    await addJson(HEAD, head);
    await fill({
      async add(path, size, content) {
        checksums[path] = await add(folders[head.what] + path, size, content);
      },
    });
    await addJson(CHECKSUMS, checksums);
    controller.finalize();
    return checksums;
  };
  const packed = pack().catch((error: unknown) => {
    controller.error(error);
    throw error;
  });
  packed.catch(() => {});
  // Quick rather than small: half of it are vectors, which hardly get smaller.
  const bytes = createGzip({ level: 1 });
  pipeline(Readable.fromWeb(readable as never), bytes).catch(() => {});
  return { bytes, packed };
}

/** Writes a backup under its name (B2), or nothing. Throws FatalError CONFIG_INVALID, DISK_FULL; what `fill` throws; the signal's reason. */
export async function writeBackup(file: string, head: Head, signal: AbortSignal, fill: FillBackup): Promise<Checksums> {
  return writeWhole(file, signal, async (write) => {
    const { bytes, packed } = packBackup(head, fill);
    const [checksums] = await Promise.all([packed, write(bytes)]);
    return checksums;
  });
}

/** Writes a file beside its place, and moves it there when `work` has ended and it is on the disk. */
export async function writeWhole<T>(
  file: string,
  signal: AbortSignal,
  work: (write: (bytes: AsyncIterable<Uint8Array>) => Promise<void>, part: string) => Promise<T>,
): Promise<T> {
  if (existsSync(file)) throw new FatalError("CONFIG_INVALID", `${file} is there already: choose another name`);
  const part = `${file}.part`;
  try {
    // Opened before anything can fail: a stream that opens it by itself may do so after it was removed.
    const handle = await open(part, "w", 0o600);
    const write = (bytes: AsyncIterable<Uint8Array>) =>
      pipeline(bytes, handle.createWriteStream({ flush: true }), { signal });
    const result = await work(write, part).finally(() => handle.close());
    await rename(part, file);
    await syncFolder(dirname(file));
    return result;
  } catch (error) {
    await rm(part, { force: true });
    throw signal.aborted ? signal.reason : fileFault(error, file, "write");
  }
}
