// Runs a bench by its name: that of its file, or one of `variants`.
//   npm run bench                        lists them
//   npm run bench NAME [-- --json …]     what follows is the bench's own
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const variants = {
  "embed-long": ["embed", "--data", "newsgroups"],
  "quality-int8": ["quality", "--dtype", "int8"],
};

const here = fileURLToPath(new URL(".", import.meta.url));
/** A bench is what reports; its first sentence says what it measures. */
const benches = new Map(
  readdirSync(here)
    .filter((file) => file.endsWith(".mjs") && file !== "run.mjs")
    .map((file) => [file.slice(0, -".mjs".length), readFileSync(here + file, "utf8")])
    .filter(([, source]) => /^import .*\breport\b.* from "\.\/figures\.mjs"/m.test(source))
    .map(([name, source]) => [name, /^(?:\/\/|\/\*\*\s+\*) (.*)/.exec(source)?.[1] ?? ""]),
);

const [name, ...rest] = process.argv.slice(2);
const [bench, ...preset] = variants[name] ?? [name];
if (!benches.has(bench)) {
  const all = [...benches, ...Object.entries(variants).map(([key, given]) => [key, given.join(" ")])];
  const width = Math.max(...all.map(([key]) => key.length));
  const lines = all.sort(([a], [b]) => a.localeCompare(b)).map(([key, about]) => `  ${key.padEnd(width)}  ${about}`);
  console.log(`npm run bench NAME [-- --json]\n\n${lines.join("\n")}`);
  process.exit(name === undefined ? 0 : 2);
}
const child = spawn(process.execPath, ["--expose-gc", `${here}${bench}.mjs`, ...preset, ...rest], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("close", (code) => {
  process.exitCode = code ?? 1;
});
