import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The folder with `data/*.jsonl.gz` and `reference/*.json` that benchmarks and some tests read: EDDY_SHARED, else `shared` beside
 * the repository. undefined where it is not there; then tests are skipped aloud, and fail in CI.
 */
export function sharedFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const folder = env.EDDY_SHARED ?? fileURLToPath(new URL("../../../../../shared", import.meta.url));
  if (existsSync(join(folder, "data"))) return folder;
  if (env.CI) throw new Error(`the shared data is not in ${folder}: set EDDY_SHARED`);
  console.warn(`skipped: the shared data is not in ${folder}; set EDDY_SHARED`);
  return undefined;
}
