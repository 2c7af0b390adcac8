import { readFile } from "node:fs/promises";
import { FatalError } from "@eddy/contracts/errors";

/** The fixed samples that figures are stated on. */
export type SampleName = "agnews-5000" | "agnews-12000";

/** The ids of a sample in `samples.json`, in the order of the data file. */
export async function readSample(path: string, name: SampleName): Promise<readonly string[]> {
  let samples: Record<string, unknown>;
  try {
    samples = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new FatalError("CONFIG_INVALID", `can't read the samples in ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const ids = samples[name];
  if (!Array.isArray(ids)) throw new FatalError("CONFIG_INVALID", `${path} has no sample "${name}"`);
  return ids;
}
