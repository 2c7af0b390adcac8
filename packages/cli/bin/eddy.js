#!/usr/bin/env node
// Kept plain, so that an old Node can read it and say what is wrong.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const least = [20, 19];
const [major, minor] = process.versions.node.split(".").map(Number);
const main = new URL("../dist/main.js", import.meta.url);

if (major < least[0] || (major === least[0] && minor < least[1])) {
  console.error(`eddy: needs Node.js ${least.join(".")} or later, this is ${process.versions.node}`);
  process.exitCode = 2;
} else if (!existsSync(main)) {
  console.error(
    `eddy: not built yet. Run: npm --prefix ${fileURLToPath(new URL("../../..", import.meta.url))} run build`,
  );
  process.exitCode = 2;
} else {
  import(main.href).then(({ main: run }) => run());
}
