/** For tests and benchmarks: the real model and the shared data, where they are. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createEmbedder, type EmbedderOptions } from "./create-embedder.ts";
import type { Dtype } from "./model-source/port.ts";
import type { Embedder } from "./port.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** A file of the shared folder (EDDY_SHARED, else beside the checkout); undefined where it is not there. */
export function sharedFile(path: string): string | undefined {
  const file = join(process.env.EDDY_SHARED ?? join(root, "..", "shared"), path);
  return existsSync(file) ? file : undefined;
}

/** In CI what is missing is a failure; on a laptop it is a test left out, said aloud. */
export function missing(what: string): undefined {
  if (process.env.CI) throw new Error(`${what}: CI runs every test`);
  console.warn(`skipped: ${what}`);
  return undefined;
}

/** Opens the default model. A laptop fetches nothing for a test; CI does. */
export async function realModel(
  dtype: Dtype,
  options: EmbedderOptions = {},
): Promise<(() => Promise<Embedder>) | undefined> {
  const all: EmbedderOptions = { ...options, dtype, source: process.env.CI ? "auto" : "cache" };
  try {
    await (await createEmbedder(all)).close();
  } catch (error) {
    return missing(`no ${dtype} model (${(error as Error).message.split("\n")[0]})`);
  }
  return () => createEmbedder(all);
}

export interface ReferenceText {
  readonly text: string;
  readonly token_ids: readonly number[];
  readonly embedding: readonly number[];
}

/** Vectors of sentence-transformers. */
export function referenceTexts(): readonly ReferenceText[] | undefined {
  const file = sharedFile("reference/minilm.json");
  if (file === undefined) return missing("no shared/reference/minilm.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { texts: readonly ReferenceText[] }).texts;
}
