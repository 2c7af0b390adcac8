import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * What was computed once, by what it was computed from. A key names all inputs, so nothing in here can be out of date but by a
 * change of our own code: `FORMAT` then goes up.
 */
export interface Cache {
  /** undefined where there is nothing, or what is there is damaged. */
  read(key: string): Promise<Uint8Array | undefined>;
  write(key: string, bytes: Uint8Array): Promise<void>;
  remove(key: string): Promise<void>;
}

/** Of all that is kept: goes up when a step of ours gives another result for the same inputs. */
const FORMAT = 1;

/** `what-<digest>`: `inputs` is anything that JSON can hold; its keys' order counts. */
export function cacheKey(what: string, inputs: unknown): string {
  return `${what}-${digestOf(JSON.stringify([FORMAT, inputs]))}`;
}

export function digestOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex").slice(0, 24);
}

const SUM_BYTES = 32;
const sumOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();

/** One file a key, its sha256 at the end. A file gets its name only when it is whole. */
export function createFolderCache(folder: string): Cache {
  const pathOf = (key: string) => join(folder, key);
  return {
    async read(key) {
      const file = await readFile(pathOf(key)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      });
      if (file === undefined || file.length < SUM_BYTES) return undefined;
      // Copied, since a small file lies somewhere in a shared buffer and floats want to be aligned.
      const bytes = new Uint8Array(file.subarray(0, -SUM_BYTES));
      return sumOf(bytes).equals(file.subarray(-SUM_BYTES)) ? bytes : undefined;
    },
    async write(key, bytes) {
      await mkdir(folder, { recursive: true });
      const part = `${pathOf(key)}.${process.pid}.part`;
      await writeFile(part, Buffer.concat([bytes, sumOf(bytes)]));
      await rename(part, pathOf(key));
    },
    remove: (key) => rm(pathOf(key), { force: true }),
  };
}

/** Keeps nothing from run to run: for tests, and `--fresh`. */
export function createMemoryCache(): Cache {
  const kept = new Map<string, Uint8Array>();
  return {
    read: async (key) => kept.get(key),
    write: async (key, bytes) => void kept.set(key, bytes),
    remove: async (key) => void kept.delete(key),
  };
}
