import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";

/** The rows of a parquet file, all in memory. */
export async function readParquet(path: string): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({ file: await asyncBufferFromFile(path) });
}
