import { existsSync } from "node:fs";
import { FatalError } from "@eddy/contracts/errors";
import { openEngine } from "./engine.ts";
import { Refusal } from "./refusal.ts";

/**
 * Brings the collections of a full snapshot into the empty store in `dir`, before a server opens it. Returns their names. Throws FatalError
 * CONFIG_INVALID where the file is not there or is none that fits, or the store has collections; and what openEngine throws.
 */
export async function recoverStorage(dir: string, file: string): Promise<string[]> {
  if (!existsSync(file)) throw new FatalError("CONFIG_INVALID", `there is no snapshot ${file}`);
  const engine = openEngine({ dir });
  try {
    if (engine.names().length > 0)
      throw new FatalError(
        "CONFIG_INVALID",
        `the store in ${dir} has collections: start from a snapshot in an empty folder`,
      );
    return await engine.recoverFullSnapshot(file);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw new FatalError("CONFIG_INVALID", `${file} can't be recovered: ${cause.message}`, { cause });
  } finally {
    await engine.close();
  }
}
