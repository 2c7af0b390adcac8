import { FatalError } from "@eddy/contracts/errors";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";

/** The rows of a parquet file, all in memory. Throws FatalError RECORD_DAMAGED where it is none. */
export async function readParquet(path: string): Promise<Record<string, unknown>[]> {
  try {
    return await parquetReadObjects({ file: await asyncBufferFromFile(path) });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall !== undefined) throw cause;
    throw new FatalError("RECORD_DAMAGED", `${path} is no parquet file that can be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}
