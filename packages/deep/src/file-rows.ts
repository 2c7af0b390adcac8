import { open } from "node:fs/promises";
import type { Rows } from "./rows.ts";

export interface FileRows extends Rows {
  close(): Promise<void>;
}

/**
 * Rows of a file of little-endian f32, row by row: memory does not grow with their number. What is read again comes from the
 * system's cache.
 * @throws RangeError where the file's size is no multiple of a row's, or shrinks while it is read
 */
export async function openRows(path: string, width: number): Promise<FileRows> {
  const file = await open(path);
  const rowBytes = width * Float32Array.BYTES_PER_ELEMENT;
  const { size } = await file.stat();
  if (size % rowBytes !== 0) {
    await file.close();
    throw new RangeError(`${path}: ${size} bytes are no rows of ${width} f32`);
  }
  return {
    count: size / rowBytes,
    width,
    async read(indices, into) {
      const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
      for (const [at, row] of indices.entries()) {
        const { bytesRead } = await file.read(bytes, at * rowBytes, rowBytes, row * rowBytes);
        if (bytesRead !== rowBytes) throw new RangeError(`${path}: row ${row} is not there`);
      }
    },
    close: () => file.close(),
  };
}
