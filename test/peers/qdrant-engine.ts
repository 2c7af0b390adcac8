/** Qdrant's own engine for tests, by a little REST: from PyPI, in a Python of its own (Python 3.10 or later with venv needed). */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pythonEnvironment } from "./python-environment.ts";

const HERE = fileURLToPath(new URL("qdrant-edge/", import.meta.url));
const READY_MS = 30_000;

export interface QdrantEngine {
  readonly url: string;
  stop(): Promise<void>;
}

const run = promisify(execFile);

/** Why the engine can't be had here; undefined: it can. In CI that is an error. */
export async function qdrantEngineMissing(): Promise<string | undefined> {
  const able = "import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 10))";
  const there = await run("python3", ["-c", able]).then(
    () => true,
    () => false,
  );
  if (there) return undefined;
  const why = "no Python 3.10 with venv and pip";
  if (process.env.CI) throw new Error(`${why} for Qdrant's engine: CI runs every test`);
  console.warn(`skipped: ${why} to run Qdrant's engine`);
  return why;
}

export async function startQdrantEngine(): Promise<QdrantEngine> {
  const python = await pythonEnvironment("qdrant-edge", join(HERE, "requirements.txt"));
  const folder = await mkdtemp(join(tmpdir(), "eddy-qdrant-edge-"));
  // It ends when its standard input does, so with this process at the latest.
  const server = spawn(python, ["-B", join(HERE, "server.py"), folder], { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  server.stderr.on("data", (chunk) => {
    said = `${said}${chunk}`.slice(-4_000);
  });
  try {
    const url = await firstLine(server, () => said);
    return {
      url,
      async stop() {
        const ended = server.exitCode === null ? once(server, "exit") : undefined;
        server.stdin.end();
        await ended;
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    server.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function firstLine(server: ChildProcess, said: () => string): Promise<string> {
  const deadline = AbortSignal.timeout(READY_MS);
  const ended = once(server, "exit", { signal: deadline }).then(() => {
    throw new Error(`Qdrant's engine ended: ${said()}`);
  });
  const line = once(server.stdout!, "data", { signal: deadline }).then(([chunk]) => String(chunk).trim());
  return Promise.race([line, ended]).finally(() => ended.catch(() => undefined));
}
