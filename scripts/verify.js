/**
 * What CI runs, in order: `npm run verify`. All steps run, so that one look shows all that is to be mended.
 * `--skip NAME` leaves a step out.
 */
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readTotals, totalsLine } from "./test-report.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(tmpdir(), `eddy-verify-${process.pid}`);
const report = join(folder, "report.json");

const generator = "scripts/generate.js";
/** @type {{ name: string, command: string[] }[]} */
const steps = [
  { name: "lint", command: ["npm", "run", "--silent", "lint"] },
  { name: "lock", command: ["node", "scripts/lock-platforms.js", "--check"] },
  { name: "boundaries", command: ["npm", "run", "--silent", "boundaries"] },
  { name: "build", command: ["npm", "run", "--silent", "build"] },
  { name: "types of tests", command: ["npx", "--no-install", "tsc", "-p", "test"] },
  ...(existsSync(join(root, generator)) ? [{ name: "generated", command: ["node", generator, "--check"] }] : []),
  {
    name: "tests",
    command: ["npm", "test", "--", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
  },
];

const { values } = parseArgs({ options: { skip: { type: "string", multiple: true, default: [] } } });
const unknown = values.skip.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`no such step: ${unknown.join(", ")} (there are ${steps.map(({ name }) => name).join(", ")})`);
  process.exit(2);
}

const outcomes = steps
  .filter(({ name }) => !values.skip.includes(name))
  .map(({ name, command }) => {
    console.log(`\n──── ${name}: ${command.join(" ")}`);
    const start = performance.now();
    const { status, signal, error } = spawnSync(command[0] ?? "", command.slice(1), { cwd: root, stdio: "inherit" });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const end = status === 0 ? "ok" : `FAILED (${error?.message ?? signal ?? `exit code ${status}`})`;
    console.log(`──── ${name}: ${end} in ${seconds} s`);
    return { name, end, seconds, failed: status !== 0 };
  });

console.log("");
for (const { name, end, seconds } of outcomes) console.log(`${name.padEnd(14)} ${seconds.padStart(6)} s  ${end}`);
if (!values.skip.includes("tests")) console.log(totalsLine(readTotals(report)));
rmSync(folder, { recursive: true, force: true });
process.exitCode = outcomes.some(({ failed }) => failed) ? 1 : 0;
