import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/**
 * What others on the machine see of a process: its command line and title (`ps`), and the names of its threads. Not its environment,
 * which only its user may read.
 */
export function seenOf(pid: number): string {
  const folder = `/proc/${pid}`;
  if (!existsSync(`${folder}/cmdline`))
    return execFileSync("ps", ["-ww", "-o", "args=,comm=", "-p", String(pid)]).toString();
  const line = readFileSync(`${folder}/cmdline`, "utf8").replaceAll("\0", " ");
  const names = readdirSync(`${folder}/task`).map((task) => readFileSync(`${folder}/task/${task}/comm`, "utf8"));
  return [line, ...names].join("\n");
}
