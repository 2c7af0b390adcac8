/** The monorepo as data, for the rules to judge. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { importsOf, strip } from "./source.js";

/**
 * @typedef {object} SourceFile
 * @property {string} path from the root, such as `packages/text/src/clean.ts`
 * @property {boolean} test a test, or a suite that tests share
 * @property {string[]} imports specifiers
 * @property {string} bare the source without comments and strings
 *
 * @typedef {object} Package
 * @property {string} name such as `@eddy/text`
 * @property {string} folder such as `packages/text`
 * @property {string[]} dependencies
 * @property {string[]} references folders of the tsconfig's references, from the root
 * @property {SourceFile[]} files
 *
 * @typedef {object} Workspace
 * @property {Package[]} packages
 * @property {string[]} references those of the root tsconfig
 * @property {string[]} devDependencies those of the root: for tests
 */

const SOURCE = /\.(ts|tsx|js|mjs|svelte)$/;
const TEST = /(\.test\.[a-z]+|-fixture\.ts|\/conformance[^/]*\.ts)$/;

/**
 * @param {string} root
 * @returns {Workspace}
 */
export function readWorkspace(root) {
  const packages = ["packages", "services"]
    .filter((parent) => existsSync(join(root, parent)))
    .flatMap((parent) => readdirSync(join(root, parent)).map((name) => `${parent}/${name}`))
    .filter((folder) => existsSync(join(root, folder, "package.json")))
    .map((folder) => readPackage(root, folder));
  const { devDependencies = {} } = readJson(join(root, "package.json"));
  return { packages, references: readReferences(root, "."), devDependencies: Object.keys(devDependencies) };
}

/** @param {string} root @param {string} folder @returns {Package} */
function readPackage(root, folder) {
  const { name, dependencies = {} } = readJson(join(root, folder, "package.json"));
  const files = ["src", "bin"]
    .flatMap((part) => filesUnder(root, `${folder}/${part}`))
    .map((path) => readSource(root, path));
  return { name, folder, dependencies: Object.keys(dependencies), references: readReferences(root, folder), files };
}

/** @param {string} root @param {string} folder @returns {string[]} */
function readReferences(root, folder) {
  const file = join(root, folder, "tsconfig.json");
  if (!existsSync(file)) return [];
  /** @type {{ path: string }[]} */
  const references = readJson(file).references ?? [];
  return references.map(({ path }) => join(folder, path));
}

/** @param {string} root @param {string} path @returns {SourceFile} */
function readSource(root, path) {
  const source = readFileSync(join(root, path), "utf8");
  return { path, test: TEST.test(path), imports: importsOf(source), bare: strip(source).bare };
}

/** @param {string} root @param {string} folder @returns {string[]} */
function filesUnder(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesUnder(root, path);
    return SOURCE.test(entry.name) ? [path] : [];
  });
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}
