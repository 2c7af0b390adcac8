import type { Api } from "../api.ts";
import type { Manifest } from "./pipeline-format.ts";
import { checkPipelineBackup } from "./restore-pipeline.ts";
import { writeWhole } from "./write-backup.ts";

/** Where a running Eddy gives a backup of itself. */
export const BACKUP_PATH = "/v1/backup";

/** Fetches the backup of a running Eddy into a file, and reads it once more before it gets its name. Throws as Api.stream, writeWhole, readBackup. */
export function fetchBackup(api: Api, out: string, signal: AbortSignal): Promise<Manifest> {
  return writeWhole(out, signal, async (write, part) => {
    await write(api.stream(BACKUP_PATH));
    return (await checkPipelineBackup(part, signal)).manifest;
  });
}
