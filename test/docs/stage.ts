/**
 * Where a page's commands are run: a folder like a checkout, with the page's own idea of where things listen. What a page calls
 * 127.0.0.1:7400 is a free port here; addresses are put in on the way to a command or an example, and taken out of what it says.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Status } from "@eddy/contracts/api/status";
import { freePort } from "../peers/free-port.ts";
import { EDDY, temporaryFolder } from "../support/eddy-process.ts";
import { type Member, startMember } from "../support/member.ts";
import { until } from "../support/until.ts";
import { root } from "./block.ts";

/** A model may have to be fetched. */
const START_MS = 300_000;
const REST_MS = 120_000;
/** Progress, which a terminal wipes. */
const WIPED = /^(Loading .*…|Getting the model: .*| *[\d.]*%? *[\d,]+ documents? sent .*|in [\d,]+ · embedded .*)\n/gm;
/** Of a block. */
const RUN_MS = 300_000;
const STAND_IN = fileURLToPath(new URL("stand-in.mjs", import.meta.url));
const EXAMPLES = "docs/examples";

export interface Ran {
  readonly code: number | null;
  /** Both outputs, in the page's terms. */
  readonly output: string;
  /** A running `eddy up` was stopped for it. */
  readonly stopped: boolean;
}

export interface Stage {
  readonly folder: string;
  /** Runs what a reader would type, in bash. */
  run(script: string): Promise<Ran>;
  /** More names of addresses, as the page has them. */
  address(page: string, actual: string): void;
  /** Until everything that runs is ready, and nothing is on its way. Throws where something has ended by itself. */
  settle(): Promise<void>;
  /** Stops everything, and forgets the data. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

interface Deed {
  readonly deed: "start" | "stop" | "settle";
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface StageOptions {
  /** Set in every command's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** A folder whose programs come first. */
  readonly programs?: string | undefined;
}

export async function openStage({ env = {}, programs }: StageOptions): Promise<Stage> {
  const scratch = temporaryFolder();
  const folder = join(scratch.path, "eddy");
  const [http, qdrant, metrics] = [await freePort(), await freePort(), await freePort()];
  const addresses: (readonly [page: string, actual: string])[] = [
    ["127.0.0.1:7400", `127.0.0.1:${http}`],
    ["127.0.0.1:6333", `127.0.0.1:${qdrant}`],
    ["127.0.0.1:9464", `127.0.0.1:${metrics}`],
  ];
  const members: Member[] = [];
  const faults: string[] = [];
  let stopped = false;

  layOut(folder);
  const bin = join(scratch.path, "bin");
  putPrograms(bin);

  const here = (text: string) => addresses.reduce((so, [page, actual]) => so.replaceAll(page, actual), text);
  /** As on a terminal of the reader's, where the ports are the usual ones. */
  const there = (text: string) =>
    addresses
      .reduce((so, [page, actual]) => so.replaceAll(actual, page), text)
      .replaceAll(WIPED, "")
      .replaceAll(" --url http://127.0.0.1:7400", "")
      .replaceAll(folder, "/home/you/eddy");

  const control = createServer((request, response) => {
    void json(request)
      .then((deed) => perform(deed as Deed))
      .then((answer) => response.end(JSON.stringify(answer)))
      .catch((error: Error) => response.writeHead(500).end(error.message));
  }).listen(0, "127.0.0.1");
  await once(control, "listening");
  const { port } = control.address() as { port: number };

  async function perform({ deed, args = [], env: given = {}, cwd = folder }: Deed): Promise<object> {
    if (deed === "settle") await settle();
    if (deed === "stop") await stopUp();
    return deed === "start" ? start(args, given, cwd) : {};
  }

  /** `eddy up`, alone in its folder; or `eddy run`, one of several. */
  async function start(args: readonly string[], given: Readonly<Record<string, string>>, cwd: string) {
    await stopUp();
    let code: number | null = 0;
    const name = args.slice(0, args[0] === "up" ? 1 : 2).join("-");
    const ports = { EDDY_METRICS_PORT: name === "up" ? String(metrics) : "0" };
    const command = ["sh", "-c", 'cd "$0" && exec "$@"', cwd, process.execPath, EDDY, ...args];
    const member = startMember(name, command, { ...given, ...ports }, ({ isTold, output }, end) => {
      code = end.code;
      const at = members.indexOf(member);
      if (at >= 0 && !isTold) faults.push(`${name} ended by itself:\n${output}`);
    });
    try {
      if (name === "up") {
        await member.said(args.includes("--demo") ? /^Seeded/m : /Ctrl-C stops it/, START_MS);
        await member.ready(START_MS);
      }
      members.push(member);
    } catch (error) {
      if (member.isRunning) throw error;
      await until("its last words", 5_000, async () => member.output !== "");
    }
    return { output: member.output, code };
  }

  async function stopUp(): Promise<void> {
    const running = members.filter(({ name, isRunning }) => name === "up" && isRunning);
    stopped ||= running.length > 0;
    await Promise.all(running.map((member) => member.stop()));
  }

  async function settle(): Promise<void> {
    if (faults.length > 0) throw new Error(faults.join("\n"));
    const running = members.filter(({ isTold }) => !isTold);
    await Promise.all(running.map((member) => member.ready(START_MS)));
    if (running.some(({ name }) => name === "up")) await until("nothing on the way", REST_MS, isAtRest);
  }

  /** Nobody types as fast as a test: what was published before is clustered by the next command. */
  async function isAtRest(): Promise<boolean> {
    const answer = await fetch(`http://127.0.0.1:${http}/v1/status`);
    const { lag } = (await answer.json()) as Partial<Status>;
    return lag === undefined || lag.documents + lag.texts + lag.embeddings === 0;
  }

  async function stopAll(): Promise<void> {
    await Promise.all(members.filter(({ isRunning }) => isRunning).map((member) => member.stop()));
    members.length = 0;
  }

  return {
    folder,
    settle,
    address(page, actual) {
      addresses.unshift([page, actual]);
      putExamples(folder, here);
    },
    async run(script) {
      await settle();
      stopped = false;
      putExamples(folder, here);
      const child = spawn("bash", ["-e", "-c", `exec 2>&1\n${here(script)}`], {
        cwd: folder,
        env: {
          HOME: process.env.HOME ?? "",
          PATH: [bin, programs, process.env.PATH].filter(Boolean).join(":"),
          COLUMNS: "100",
          LOG_FORMAT: "pretty",
          PYTHONDONTWRITEBYTECODE: "1",
          PIP_DISABLE_PIP_VERSION_CHECK: "1",
          EDDY_HTTP_PORT: String(http),
          EDDY_QDRANT_PORT: String(qdrant),
          EDDY_URL: `http://127.0.0.1:${http}`,
          STAGE_QDRANT: `http://127.0.0.1:${qdrant}`,
          STAGE_CONTROL: `http://127.0.0.1:${port}`,
          STAGE_EDDY: EDDY,
          ...env,
        },
        stdio: ["ignore", "pipe", "ignore"],
        timeout: RUN_MS,
      });
      let output = "";
      child.stdout.setEncoding("utf8").on("data", (data: string) => (output += data));
      const [code] = (await once(child, "close")) as [number | null];
      return { code, output: there(output), stopped };
    },
    async clear() {
      await stopAll();
      for (const name of readdirSync(folder))
        if (name.startsWith(".eddy")) rmSync(join(folder, name), { recursive: true });
    },
    async close() {
      await stopAll();
      control.close();
      scratch.remove();
    },
  };
}

/** As much of a checkout as pages speak of. */
function layOut(folder: string): void {
  mkdirSync(join(folder, EXAMPLES), { recursive: true });
  for (const name of ["deploy", "node_modules", "package.json"]) symlinkSync(join(root, name), join(folder, name));
}

function putExamples(folder: string, here: (text: string) => string): void {
  for (const name of readdirSync(join(root, EXAMPLES)))
    writeFileSync(join(folder, EXAMPLES, name), here(readFileSync(join(root, EXAMPLES, name), "utf8")));
}

function putPrograms(bin: string): void {
  mkdirSync(bin);
  const put = (name: string, text: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  for (const name of ["eddy", "npx", "npm"]) put(name, `exec "${process.execPath}" "${STAND_IN}" ${name} "$@"`);
  // A log that ends, so that who follows it does, too.
  put("tail", '[ "$1" = -f ] && shift && exec cat "$@"\nPATH=/usr/bin:/bin exec tail "$@"');
}
