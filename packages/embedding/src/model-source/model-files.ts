import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FatalError } from "@eddy/contracts/errors";
import type { ModelConfigs } from "../model-profile.ts";
import type { TokenizerFiles } from "../tokenizer.ts";

export interface ModelFiles {
  readonly tokenizer: TokenizerFiles;
  readonly configs: ModelConfigs;
}

/** The JSON files of a model; all but `tokenizer.json` may be missing. Throws FatalError MODEL_DAMAGED. */
export async function readModelFiles(folder: string): Promise<ModelFiles> {
  const read = <T extends object>(path: string) => readJson<T>(join(folder, path));
  const tokenizer = await read<object>("tokenizer.json");
  if (tokenizer === undefined) throw new FatalError("MODEL_DAMAGED", `${folder} has no tokenizer.json`);
  return {
    tokenizer: { tokenizer, config: await read<object>("tokenizer_config.json") },
    configs: {
      config: await read("config.json"),
      sentenceBert: await read("sentence_bert_config.json"),
      pooling: await read("1_Pooling/config.json"),
    },
  };
}

async function readJson<T extends object>(path: string): Promise<T | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("it is no JSON object");
    return value as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new FatalError("MODEL_DAMAGED", `${path} can't be read: ${(error as Error).message}`, { cause: error });
  }
}
