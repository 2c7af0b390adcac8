import { stat } from "node:fs/promises";
import type { FieldNames, Item } from "@eddy/datasets/item";
import { type Format, inputBytes, openDocuments } from "@eddy/datasets/open";

export interface InputOptions {
  readonly fields: FieldNames;
  readonly format?: Format;
  readonly whole: boolean;
  readonly stdin: AsyncIterable<Uint8Array>;
}

export interface Input {
  /** All are files or folders: it has an end, and nobody waits for its first line. */
  readonly finite: boolean;
  /** Of all the files; undefined where one has no size. */
  readonly bytes: number | undefined;
  bytesRead(): number;
  /** May be called once. Throws FatalError CONFIG_INVALID for an unknown column or an empty folder. */
  items(): AsyncGenerator<Item>;
}

/** Files, folders and standard input (`-`), one after the other. Throws FatalError CONFIG_INVALID where one can't be read. */
export async function openInput(paths: readonly string[], options: InputOptions): Promise<Input> {
  const sizes = await Promise.all(paths.map(inputBytes));
  const finite = await Promise.all(paths.map(async (path, at) => sizes[at] !== undefined || (await isFolder(path))));
  let read = 0;
  return {
    finite: finite.every(Boolean),
    bytes: sizes.every((size) => size !== undefined) ? sizes.reduce((sum, size) => sum + size, 0) : undefined,
    bytesRead: () => read,
    async *items() {
      for (const path of paths) {
        const before = read;
        yield* openDocuments(path, { ...options, onBytes: (bytes) => (read = before + bytes) });
      }
    },
  };
}

async function isFolder(path: string): Promise<boolean> {
  return path !== "-" && (await stat(path)).isDirectory();
}
