import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { FatalError } from "@eddy/contracts/errors";
import { fetchPublicSet } from "@eddy/datasets/public/fetch-public-set";
import { defaultCacheDir } from "@eddy/embedding/create-embedder";
import type { Environment } from "@eddy/runtime/config";

export interface DataOptions {
  readonly data: string | undefined;
  readonly cache: string | undefined;
}

const HUB = "https://huggingface.co";

export function cacheFolder({ cache }: Pick<DataOptions, "cache">, env: Environment): string {
  return cache ?? defaultCacheDir(env as NodeJS.ProcessEnv);
}

/** Where public sets lie: what was named, the shared data beside the checkout, else the cache, which the hub fills. */
export function dataFolder(options: DataOptions, env: Environment): string {
  if (options.data !== undefined) return resolve(options.data);
  const shared = join(env.EDDY_SHARED ?? new URL("../../../../../shared", import.meta.url).pathname, "data");
  return existsSync(shared) ? shared : join(cacheFolder(options, env), "datasets");
}

/**
 * Sees to it that a set is there: from the hub where no folder was named.
 * @throws FatalError CONFIG_INVALID with what to do
 */
export async function provideSet(
  set: string,
  options: DataOptions,
  { env, signal, say }: { readonly env: Environment; readonly signal: AbortSignal; say(text: string): void },
): Promise<void> {
  const folder = dataFolder(options, env);
  const file = join(folder, `${set}.jsonl.gz`);
  if (existsSync(file)) return;
  if (options.data !== undefined) throw new FatalError("CONFIG_INVALID", `${file} is not there; ${FORM}`);
  const endpoint = (env.HF_ENDPOINT ?? HUB).replace(/\/+$/, "");
  try {
    say(`fetching ${set} from the hub`);
    const onFile = ({ index, count }: { readonly index: number; readonly count: number }) =>
      count > 1 && index % 10 === 0 ? say(`fetching ${set}: ${index} of ${count} files`) : undefined;
    await fetchPublicSet(set, { folder, endpoint, token: env.HF_TOKEN, signal, onFile });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new FatalError(
      "CONFIG_INVALID",
      `the data set ${set} is not here, and the hub does not give it: ${(error as Error).message}\nName a folder that has ${set}.jsonl.gz with --data; ${FORM}`,
      { cause: error },
    );
  }
}

const FORM = 'a line each is a JSON object with "id", "text", "label" and "split" ("train" or "test")';
