/**
 * Adds to package-lock.json the binaries of other platforms that `npm install` left out, as it does where the registry
 * at hand has only this platform's (and with node_modules there, see npm/cli#4828). Without them `npm ci` refuses the lock, or
 * leaves other platforms without turbo, rollup and biome. Run after each change of dependencies; `--check` only tells.
 * Their checksums can't be known here, so these entries have none.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * @typedef {object} LockEntry
 * @property {string} [version]
 * @property {boolean} [dev]
 * @property {boolean} [optional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 * @property {Record<string, string>} [optionalDependencies]
 *
 * @typedef {Record<string, LockEntry>} LockPackages
 */

/** @type {[RegExp, string][]} */
const SYSTEMS = [
  [/darwin/, "darwin"],
  [/win32|windows/, "win32"],
  [/linux/, "linux"],
  [/android/, "android"],
  [/freebsd/, "freebsd"],
  [/openbsd/, "openbsd"],
  [/openharmony/, "openharmony"],
];

/** @type {[RegExp, string][]} */
const PROCESSORS = [
  [/arm64/, "arm64"],
  [/arm/, "arm"],
  [/loong64/, "loong64"],
  [/ppc64/, "ppc64"],
  [/riscv64/, "riscv64"],
  [/s390x/, "s390x"],
  [/ia32/, "ia32"],
  [/64/, "x64"],
];

/** What a package is for, read from its name, such as `@rollup/rollup-linux-arm64-musl`. @param {string} name */
export function platformOf(name) {
  const part = name.slice(name.lastIndexOf("/") + 1);
  const os = SYSTEMS.find(([pattern]) => pattern.test(part))?.[1];
  const cpu = PROCESSORS.find(([pattern]) => pattern.test(part.replace("win32", "")))?.[1];
  if (os === undefined || cpu === undefined) return undefined;
  const libc = os !== "linux" ? undefined : /musl/.test(part) ? "musl" : /gnu/.test(part) ? "glibc" : undefined;
  return { os: [os], cpu: [cpu], ...(libc ? { libc: [libc] } : {}) };
}

/**
 * The entries to add, by their place in the lock.
 *
 * @param {LockPackages} packages
 * @returns {LockPackages}
 */
export function missingPlatforms(packages) {
  /** @type {LockPackages} */
  const missing = {};
  for (const [place, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const platform = platformOf(name);
      const there = packages[`${place}/node_modules/${name}`] ?? packages[`node_modules/${name}`];
      if (there !== undefined || platform === undefined || !/^\d/.test(version)) continue;
      const { os, cpu, libc } = platform;
      missing[`node_modules/${name}`] = {
        version,
        cpu,
        ...(entry.dev ? { dev: true } : {}),
        ...(libc ? { libc } : {}),
        optional: true,
        os,
      };
    }
  }
  return missing;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const file = fileURLToPath(new URL("../package-lock.json", import.meta.url));
  const lock = JSON.parse(readFileSync(file, "utf8"));
  const missing = missingPlatforms(lock.packages);
  const names = Object.keys(missing);
  if (process.argv.includes("--check")) {
    for (const name of names) console.error(`package-lock.json lacks ${name}: run node scripts/lock-platforms.js`);
    process.exitCode = names.length > 0 ? 1 : 0;
  } else {
    const all = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => a.localeCompare(b, "en"));
    writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(all) }, null, 2)}\n`);
    console.log(`${names.length} entries added to package-lock.json`);
  }
}
