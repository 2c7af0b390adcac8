/**
 * What a page's `npx eddy`, `eddy` and `npm` are on the stage (stage.ts): the compiled command line, but that `up` and `run` go on in
 * the background, and what needs the folder to itself has `eddy up` stopped first, as the page tells its reader to.
 */
import { spawnSync } from "node:child_process";

const [program, ...given] = process.argv.slice(2);
const { STAGE_CONTROL = "", STAGE_EDDY = "", STAGE_QDRANT = "" } = process.env;
/** They open the folder of a stopped `eddy up`, where there is no Kafka. */
const ALONE = ["replay", "repair", "backup", "restore"];

process.exitCode = await main();

async function main() {
  if (program === "eddy") return eddy(given);
  if (program === "npx" && given[0] === "eddy") return eddy(given.slice(1));
  const line = given.join(" ");
  if (program === "npm" && line === "start") return eddy(["up", "--demo"]);
  // It is installed and built, or no test would run.
  if (program === "npm" && (line === "ci" || line === "run build")) return 0;
  console.error(`the stage has no ${program} ${line}`);
  return 97;
}

/** @param {string[]} args */
async function eddy(args) {
  const [command = ""] = args;
  if (command === "up" || command === "run") {
    const { output, code } = await ask({ deed: "start", args, env: process.env, cwd: process.cwd() });
    process.stdout.write(output);
    return code;
  }
  const isElsewhere = process.env.KAFKA_BROKERS || args.includes("--kafka") || args.includes("--live");
  const isAlone = ALONE.includes(command) && !isElsewhere;
  await ask({ deed: isAlone ? "stop" : "settle" });
  const env = isAlone ? process.env : { QDRANT_URL: STAGE_QDRANT, ...process.env };
  return spawnSync(process.execPath, [STAGE_EDDY, ...args], { stdio: "inherit", env }).status ?? 98;
}

/** @param {unknown} body */
async function ask(body) {
  const answer = await fetch(STAGE_CONTROL, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}
