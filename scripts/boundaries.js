/** Checks by reading imports that the house stands as docs/ARCHITECTURE.md draws it: `npm run boundaries`. */
import { fileURLToPath } from "node:url";
import { checkBoundaries, rules } from "./boundaries/rules.js";
import { readWorkspace } from "./boundaries/workspace.js";

const workspace = readWorkspace(fileURLToPath(new URL("..", import.meta.url)));
const broken = checkBoundaries(workspace);
for (const { rule, violations } of broken) {
  console.error(`\n✗ ${rule}`);
  for (const violation of violations) console.error(`    ${violation}`);
}
const files = workspace.packages.reduce((sum, entry) => sum + entry.files.length, 0);
const kept = Object.keys(rules).length - broken.length;
console.log(
  `\nboundaries: ${kept} rules kept, ${broken.length} broken (${workspace.packages.length} packages, ${files} files)`,
);
if (files === 0) console.error("no source was found: is this the root of the repository?");
process.exitCode = broken.length > 0 || files === 0 ? 1 : 0;
