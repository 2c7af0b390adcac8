import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { FatalError } from "@eddy/contracts/errors";
import { sha256Of, sizeOf } from "./download.ts";
import type { Dtype, FetchedModel } from "./port.ts";

/**
 * Models that were fetched once: `<cacheDir>/models/<name>/<dtype>-<revision>/`, with a manifest beside the files. A folder
 * gets its name only when all is there. The revision is the sha256 of the weights, cut to 12 digits: the same weights have
 * the same revision, from whichever source they came.
 */
export interface Manifest {
  readonly format: 1;
  readonly model: string;
  readonly dtype: Dtype;
  readonly revision: string;
  readonly source: string;
  readonly origin: string;
  /** RFC 3339. */
  readonly fetched_at: string;
  readonly weights: string;
  readonly files: readonly { readonly path: string; readonly size: number; readonly sha256: string }[];
}

export interface CachedModel {
  readonly folder: string;
  readonly manifest: Manifest;
}

const MANIFEST = "manifest.json";
const FORMAT = 1;

export function revisionOf(sha256: string): string {
  return sha256.slice(0, 12);
}

/** The newest of that kind under `<cacheDir>/models/<name>`. */
export async function findCached(home: string, dtype: Dtype, source?: string): Promise<CachedModel | undefined> {
  const names = await readdir(home).catch(() => []);
  const found = await Promise.all(
    names.filter((name) => name.startsWith(`${dtype}-`)).map((name) => readManifest(join(home, name))),
  );
  return found
    .filter((cached) => cached !== undefined)
    .filter(({ manifest }) => source === undefined || manifest.source === source)
    .sort((a, b) => b.manifest.fetched_at.localeCompare(a.manifest.fetched_at))[0];
}

/** The first file that is not as it was fetched: by size, then by checksum. */
export async function findDamage({ folder, manifest }: CachedModel): Promise<string | undefined> {
  for (const { path, size } of manifest.files) {
    if ((await sizeOf(join(folder, path))) !== size) return join(folder, path);
  }
  for (const { path, sha256 } of manifest.files) {
    if ((await sha256Of(join(folder, path))) !== sha256) return join(folder, path);
  }
  return undefined;
}

/** Where a source puts its files until they are complete. */
export async function openPartial(home: string, dtype: Dtype, source: string): Promise<string> {
  const folder = join(home, `partial-${dtype}-${source}`);
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Gives the fetched files their manifest and their place. */
export async function adopt(
  partial: string,
  { weights, files, origin }: FetchedModel,
  about: Pick<Manifest, "model" | "dtype" | "source" | "fetched_at">,
): Promise<CachedModel> {
  const entries = await Promise.all(
    files.map(async (path) => ({
      path,
      size: await sizeOf(join(partial, path)),
      sha256: await sha256Of(join(partial, path)),
    })),
  );
  const revision = revisionOf(entries.find(({ path }) => path === weights)!.sha256);
  const manifest: Manifest = { format: FORMAT, ...about, revision, origin, weights, files: entries };
  await writeFile(join(partial, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  const folder = join(dirname(partial), `${about.dtype}-${revision}`);
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
  return { folder, manifest };
}

/** undefined: there is none, or it is damaged: then the model is fetched anew. */
async function readManifest(folder: string): Promise<CachedModel | undefined> {
  let found: unknown;
  try {
    found = JSON.parse(await readFile(join(folder, MANIFEST), "utf8"));
  } catch {
    return undefined;
  }
  const { format } = (found ?? {}) as { readonly format?: unknown };
  if (typeof format === "number" && format !== FORMAT)
    throw new FatalError(
      "FORMAT_UNKNOWN",
      `${join(folder, MANIFEST)} has format ${format}; this version of Eddy reads ${FORMAT}: remove the folder, or use another cache`,
    );
  return isManifest(found) ? { folder, manifest: found } : undefined;
}

function isManifest(found: unknown): found is Manifest {
  const { format, weights, files, revision, source, fetched_at } = (found ?? {}) as Partial<Manifest>;
  return (
    format === FORMAT &&
    [revision, source, fetched_at].every((text) => typeof text === "string") &&
    Array.isArray(files) &&
    files.some((file) => file?.path === weights) &&
    (files as readonly (Manifest["files"][number] | null)[]).every((file) => isBelow(file?.path))
  );
}

/** A path in the folder. */
function isBelow(path: unknown): boolean {
  return typeof path === "string" && !isAbsolute(path) && !path.split(/[\\/]/).includes("..");
}
