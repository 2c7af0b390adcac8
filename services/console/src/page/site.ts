import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";

/** A file of the built page, as it is sent. */
export interface SiteFile {
  /** From the site's root, such as `/assets/index-Cwn.css`. */
  readonly path: string;
  readonly type: string;
  readonly bytes: Buffer;
  /** The same, packed by the build. */
  readonly packed: Readonly<Partial<Record<Coding, Buffer>>>;
}

/** Content codings, the smallest first. */
export const codings = ["br", "gzip"] as const;
export type Coding = (typeof codings)[number];

const ENDINGS: Readonly<Record<Coding, string>> = { br: ".br", gzip: ".gz" };
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The files of the built page; none where it was not built. They are few and small, so they are held in memory. */
export function readSite(folder: string): SiteFile[] {
  const bytesOf = new Map<string, Buffer>();
  for (const path of filesUnder(folder)) bytesOf.set(path, readFileSync(path));
  return [...bytesOf].flatMap(([path, bytes]) => {
    const type = TYPES[extname(path)];
    if (type === undefined) return [];
    const packed = Object.fromEntries(codings.map((coding) => [coding, bytesOf.get(`${path}${ENDINGS[coding]}`)]));
    return [{ path: `/${relative(folder, path).split(sep).join("/")}`, type, bytes, packed }];
  });
}

function filesUnder(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
