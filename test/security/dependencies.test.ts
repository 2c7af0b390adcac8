/** What others' packages may do when they are installed: nothing. Every test runs on an install without their scripts (.npmrc). */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");

test("no install runs scripts: neither here nor in the image", () => {
  expect(read(".npmrc")).toMatch(/^ignore-scripts=true$/m);
  const installs = read("deploy", "docker", "Dockerfile").match(/npm (ci|install|prune)[^\n]*/g) ?? [];
  expect(installs.length).toBeGreaterThan(0);
  for (const line of installs) expect(line).toContain("--ignore-scripts");
});

test("the packages that have such scripts are known, and do without", () => {
  type Entry = { readonly hasInstallScript?: true; readonly link?: true };
  const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, Entry> };
  const scripted = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length));
  // Each brings its binary as a package of its own, or asks for none; whoever adds one to this list has seen it run without its script.
  const known = ["@bufbuild/buf", "esbuild", "lmdb", "msgpackr-extract", "onnxruntime-node", "protobufjs"];
  expect([...new Set(scripted)].sort()).toEqual(known);
});

test("our own packages have none", () => {
  const folders = ["packages", "services"].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => [group, name]),
  );
  for (const folder of [[], ...folders]) {
    const { scripts = {} } = JSON.parse(read(...folder, "package.json")) as { scripts?: Record<string, string> };
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$|^(pre|post)?prepare$/.test(name))).toEqual([]);
  }
});
