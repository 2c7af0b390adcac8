import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { page, table } from "./markdown.js";

/** What may be used, changed and passed on with no more than a notice. */
const PERMISSIVE = [
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "OFL-1.1",
  "Unlicense",
];

/**
 * Others, by the names of the packages that may have them, and why that is no burden. They are used as they come, through their
 * interface, as the LGPL and the MPL allow to any program.
 *
 * @type {readonly { licence: string, packages: RegExp, why: string }[]}
 */
const EXCEPTIONS = [
  {
    licence: "LGPL-3.0-or-later",
    packages: /^@img\/sharp-/,
    why: "libvips, a shared library of its own that @huggingface/transformers brings for images; used as it comes",
  },
  {
    licence: "MPL-2.0",
    packages: /^(lightningcss|axe-core|@resvg\/)/,
    why: "covers its own files only, which are not changed",
  },
];

/** @param {string} expression an SPDX expression @param {string} name */
function allowed(expression, name) {
  const parts = expression.replace(/[()]/g, "").split(/ (?:AND|OR) /);
  return parts.every(
    (part) =>
      PERMISSIVE.includes(part) || EXCEPTIONS.some(({ licence, packages }) => licence === part && packages.test(name)),
  );
}

/**
 * Every package of package-lock.json, with its licence: the lock's word, else that of the installed package. Throws where a
 * licence is unknown or not permissive.
 *
 * @param {string} root
 */
export function licences(root) {
  /** @typedef {{ version?: string, license?: string, dev?: boolean, link?: boolean, optional?: boolean }} Entry */
  /** @type {{ packages: Record<string, Entry> }} */
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  /** @type {Map<string, { name: string, versions: Set<string>, licence: string, dev: boolean }>} */
  const found = new Map();
  const entries = Object.entries(packages).filter(([path, { link }]) => path.includes("node_modules/") && !link);
  for (const [path, entry] of entries) {
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const licence = entry.license ?? installed(join(root, path)) ?? sibling(entries, name) ?? "unknown";
    const row = found.get(`${name} ${licence}`) ?? { name, versions: new Set(), licence, dev: true };
    row.versions.add(entry.version ?? "");
    row.dev &&= entry.dev === true;
    found.set(`${name} ${licence}`, row);
  }
  const rows = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const refused = rows.filter(({ name, licence }) => !allowed(licence, name));
  if (refused.length > 0) {
    const list = refused.map(({ name, licence }) => `${name}: ${licence}`).join("; ");
    throw new Error(`dependencies whose licence is unknown or not permissive (scripts/generate/licences.js): ${list}`);
  }
  const list = (/** @type {boolean} */ dev) =>
    table(
      ["package", "version", "licence"],
      rows
        .filter((row) => row.dev === dev)
        .map(({ name, versions, licence }) => [name, [...versions].join(", "), licence]),
    );
  const exceptions = table(
    ["licence", "why it may be used"],
    EXCEPTIONS.map(({ licence, why }) => [licence, why]),
  );
  return page(
    "Licences of dependencies",
    "Of every package that package-lock.json names, those of other platforms included. Eddy's own is Apache-2.0.",
    `## Beyond permissive ones\n\n${exceptions}`,
    `## Eddy runs with\n\n${list(false)}`,
    `## Only to develop and test Eddy\n\n${list(true)}`,
  );
}

/** @param {string} folder */
function installed(folder) {
  const file = join(folder, "package.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).license : undefined;
}

/**
 * Binaries of other platforms, which are not installed here, have the licence of those that are: `@scope/tool-darwin-arm64` that of
 * `@scope/tool-linux-x64`.
 *
 * @param {readonly [string, { license?: string }][]} entries @param {string} name
 */
function sibling(entries, name) {
  const stem = name.replace(
    /-?(darwin|win32|windows|linux|android|freebsd|openbsd|netbsd|sunos|aix|wasm32|openharmony|musl).*$/,
    "",
  );
  if (stem === name) return undefined;
  return entries.find(([path, { license }]) => license && path.includes(`node_modules/${stem}`))?.[1].license;
}
