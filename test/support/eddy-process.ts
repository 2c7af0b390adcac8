import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Status } from "@eddy/contracts/api/status";
import { until } from "./until.ts";

/** The compiled command line. */
export const EDDY = fileURLToPath(new URL("../../packages/cli/bin/eddy.js", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of the compiled command line. */
export interface EddyProcess {
  readonly pid: number;
  /** Both outputs so far. */
  readonly output: string;
  readonly isRunning: boolean;
  /** The first match in the output; rejects where the process ends first or `ms` pass. */
  match(pattern: RegExp, ms?: number): Promise<RegExpExecArray>;
  kill(signal?: NodeJS.Signals): void;
  /** Waits for the end, and kills what has not ended in `ms`: `signal` is SIGKILL then. */
  ended(ms?: number): Promise<Ended>;
}

export interface SpawnOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
}

const started = new Set<ChildProcess>();

/** Ends whatever a failed test left running. */
export function endAll(): void {
  for (const child of started) child.kill("SIGKILL");
}

export function spawnEddy(args: readonly string[], { env = {}, cwd, input }: SpawnOptions = {}): EddyProcess {
  const child = spawn(process.execPath, [EDDY, ...args], {
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...env },
    cwd,
    stdio: "pipe",
  });
  started.add(child);
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  let [stdout, stderr, output] = ["", "", ""];
  child.stdout.on("data", (data: Buffer) => {
    stdout += data;
    output += data;
  });
  child.stderr.on("data", (data: Buffer) => {
    stderr += data;
    output += data;
  });
  const closed = once(child, "close").then(() => started.delete(child));
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid!,
    get output() {
      return output;
    },
    get isRunning() {
      return isRunning();
    },
    match: (pattern, ms = 60_000) =>
      until(`${pattern} in the output`, ms, async () => {
        const found = pattern.exec(output);
        if (!found && !isRunning()) throw new Error(`eddy ${args[0]} ended before ${pattern}:\n${output}`);
        return found;
      }),
    kill: (signal = "SIGTERM") => void child.kill(signal),
    async ended(ms = 60_000) {
      const timer = setTimeout(() => child.kill("SIGKILL"), ms);
      await closed;
      clearTimeout(timer);
      return { code: child.exitCode, signal: child.signalCode, stdout, stderr };
    },
  };
}

/** Runs a command to its end. */
export function runEddy(args: readonly string[], options?: SpawnOptions): Promise<Ended> {
  return spawnEddy(args, options).ended();
}

export interface Up extends EddyProcess {
  readonly api: string;
  readonly qdrant: string;
  readonly metrics: string;
  status(): Promise<Status>;
  /** Until nothing waits anywhere and there are `clustered` points or more. */
  caughtUp(ms?: number): Promise<Status>;
  /** SIGTERM, and the end. */
  stop(): Promise<Ended>;
}

/** Looks in a row that find nothing waiting: the three lags are not told for one moment, and may be some old (Kafka's: 250 ms). */
const AT_REST = 8;

const FREE_PORTS = ["--port", "0", "--qdrant-port", "0", "--metrics-port", "0"];

/** Starts `eddy up` with the embedder that needs no model, on free ports; later ones of `args` win. */
export function spawnUp(home: string, args: readonly string[] = [], options?: SpawnOptions): EddyProcess {
  return spawnEddy(["up", "--embedder", "hash", "--home", home, ...FREE_PORTS, ...args], options);
}

/** Once it tells where it listens. */
export async function readyUp(child: EddyProcess): Promise<Up> {
  const find = async (name: string) => (await child.match(new RegExp(`${name} +(http://[^\\s/]+)`)))[1]!;
  const [api, qdrant, metrics] = [await find("HTTP API"), await find("Qdrant"), await find("Metrics")];
  const status = async () => {
    try {
      return (await (await fetch(`${api}/v1/status`)).json()) as Status;
    } catch (cause) {
      throw new Error(`eddy up does not answer:\n${child.output}`, { cause });
    }
  };
  return {
    pid: child.pid,
    match: child.match,
    kill: child.kill,
    ended: child.ended,
    get output() {
      return child.output;
    },
    get isRunning() {
      return child.isRunning;
    },
    api,
    qdrant,
    metrics,
    status,
    caughtUp(ms = 60_000) {
      let empty = 0;
      return until("an empty pipeline", ms, async () => {
        const now = await status();
        const { documents, texts, embeddings } = now.lag;
        empty = documents + texts + embeddings === 0 ? empty + 1 : 0;
        return empty === AT_REST ? now : undefined;
      });
    },
    async stop() {
      child.kill("SIGTERM");
      return child.ended(30_000);
    },
  };
}

export async function startUp(home: string, args?: readonly string[], options?: SpawnOptions): Promise<Up> {
  return readyUp(spawnUp(home, args, options));
}

/** A folder for a test, and what removes it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "eddy-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
