import { existsSync, statSync } from "node:fs";
import { mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { badRequest, notFound, Refusal } from "./refusal.ts";
import { type Frame, writeFrames } from "./snapshot-file.ts";

export interface SnapshotDescription {
  readonly name: string;
  /** RFC 3339, without a zone. */
  readonly creation_time: string;
  readonly size: number;
  readonly checksum?: string;
}

const ENDING = ".snapshot";

/** Snapshots on disk: `<name>.snapshot` and its SHA-256 beside it, those of a collection in a folder of its name. */
export interface SnapshotFolder {
  list(collection?: string): Promise<SnapshotDescription[]>;
  create(collection: string | undefined, name: string, frames: AsyncIterable<Frame>): Promise<SnapshotDescription>;
  /** The path of one that is there. */
  path(collection: string | undefined, name: string): string;
  remove(collection: string | undefined, name: string): Promise<void>;
  /** Of a `file:` address: only what lies in here may be read. */
  pathOfUrl(location: URL, fromUrl: (url: URL) => string): Promise<string>;
  /** A new path for what is received. */
  scratch(name: string): Promise<string>;
}

export function createSnapshotFolder(root: string): SnapshotFolder {
  // a collection may be called `..`
  const safe = (collection: string) => collection.replace(/^\.+$/, (dots) => "%2E".repeat(dots.length));
  const folderOf = (collection?: string) =>
    collection === undefined ? root : join(root, "collections", safe(collection));

  function path(collection: string | undefined, name: string): string {
    const file = join(folderOf(collection), name);
    // a name, not a way out of here
    const plain = basename(name) === name && name.endsWith(ENDING);
    if (!plain || !existsSync(file)) throw notFound(`Snapshot ${name} not found`);
    return file;
  }

  async function describe(file: string): Promise<SnapshotDescription> {
    const { size, mtime } = await stat(file);
    const checksum = await readFile(`${file}.checksum`, "utf8").catch(() => undefined);
    return {
      name: basename(file),
      creation_time: mtime.toISOString().slice(0, 19),
      size,
      ...(checksum && { checksum }),
    };
  }

  return {
    path,
    async list(collection) {
      const folder = folderOf(collection);
      const names = existsSync(folder) ? await readdir(folder) : [];
      return Promise.all(
        names
          .filter((name) => name.endsWith(ENDING))
          .sort()
          .map((name) => describe(join(folder, name))),
      );
    },
    async create(collection, name, frames) {
      const file = join(folderOf(collection), `${name}${ENDING}`);
      await mkdir(folderOf(collection), { recursive: true });
      const scratch = `${file}.part`;
      try {
        const { sha256 } = await writeFrames(scratch, frames);
        await writeFile(`${file}.checksum`, sha256);
        await rename(scratch, file);
      } finally {
        await rm(scratch, { force: true });
      }
      return describe(file);
    },
    async remove(collection, name) {
      const file = path(collection, name);
      await rm(file);
      await rm(`${file}.checksum`, { force: true });
    },
    async pathOfUrl(location, fromUrl) {
      const file = pathOf(location, fromUrl);
      if (!existsSync(file) || !statSync(file).isFile())
        throw badRequest(`Snapshot file ${JSON.stringify(file)} does not exist`);
      await mkdir(root, { recursive: true });
      const [found, allowed] = [await realpath(file), await realpath(root)];
      if (found.startsWith(allowed + sep)) return found;
      throw new Refusal(
        403,
        `Forbidden: Snapshot file path must be inside the snapshots directory ${JSON.stringify(allowed)}`,
      );
    },
    async scratch(name) {
      const folder = join(root, "received");
      await mkdir(folder, { recursive: true });
      return join(folder, name);
    },
  };
}

function pathOf(location: URL, fromUrl: (url: URL) => string): string {
  try {
    return fromUrl(location);
  } catch (error) {
    throw badRequest(`${location.href} is no file of this machine: ${(error as Error).message}`);
  }
}
