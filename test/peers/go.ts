/** A Go of our choice, and programs made with it, kept in the user's cache. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { canRun } from "../support/needs.ts";

/** What an older Go is replaced with, from the module proxy, as a newer one does it by itself (https://go.dev/doc/toolchain). */
const TOOLCHAIN = "go1.26.8";
const BUILD_MS = 600_000;
const run = promisify(execFile);
const cache = join(homedir(), ".cache", "eddy");

const installed = ["go", "/usr/local/go/bin/go"].find((command) => canRun(command, "version"));
export const hasGo = installed !== undefined;

interface Module {
  readonly Dir: string;
}

export interface GoProgram {
  readonly path: string;
  /** Of a module that it is made of: the folder asked for, as it lies in there. */
  readonly folder: string;
}

/**
 * The program in `source` (a module of one package), and beside it `from.folder` of the module `from.module`. Made once for each state
 * of the source: two minutes and 500 MB of modules on two idle cores, seconds where the caches of another state are there.
 */
export async function goProgram(
  source: string,
  from: { readonly module: string; readonly folder: string },
): Promise<GoProgram> {
  const hash = createHash("sha256").update(TOOLCHAIN);
  for (const name of (await readdir(source)).sort()) hash.update(await readFile(join(source, name)));
  const home = join(cache, `${basename(source)}-${hash.digest("hex").slice(0, 12)}`);
  const found = { path: join(home, "program"), folder: join(home, "folder") };
  if (existsSync(home)) return found;
  await mkdir(cache, { recursive: true });
  const scratch = await mkdtemp(join(cache, "building-"));
  const env = environment();
  const options = { cwd: source, timeout: BUILD_MS, env, maxBuffer: 64 * 1024 * 1024 };
  try {
    const go = await goOf(installed!, env);
    // Without optimisation: it runs for seconds, and took twice as long to make.
    const flags = ["-trimpath", "-gcflags=all=-N -l", "-ldflags=-s -w"];
    await run(go, ["build", ...flags, "-o", join(scratch, "program"), "."], options);
    const { stdout } = await run(go, ["list", "-m", "-json", from.module], options);
    await cp(join((JSON.parse(stdout) as Module).Dir, from.folder), join(scratch, "folder"), { recursive: true });
    // Whole or not at all; another test may have been faster.
    await rename(scratch, home).catch((error) => {
      if (!existsSync(home)) throw error;
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return found;
}

function environment(): NodeJS.ProcessEnv {
  const { GOROOT: _, ...own } = process.env;
  // Writable modules: what only root may remove fills a disk.
  return { ...own, GOFLAGS: "-modcacherw", GOPATH: join(cache, "go"), GOCACHE: join(cache, "go-build"), GOWORK: "off" };
}

/** One that knows of toolchains takes the one that go.mod asks for; an older one (Debian 12's) is used to fetch it. */
async function goOf(command: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout: told } = await run(command, ["version"], { env });
  const [, minor] = /go1\.(\d+)/.exec(told) ?? [];
  if (Number(minor) >= 21) return command;
  const [, platform] = / (\w+\/\w+)\s*$/.exec(told) ?? [];
  const version = `golang.org/toolchain@v0.0.1-${TOOLCHAIN}.${platform!.replace("/", "-")}`;
  const { stdout } = await run(command, ["mod", "download", "-json", version], { env, timeout: BUILD_MS, cwd: cache });
  const { Dir: dir } = JSON.parse(stdout) as Module;
  // Modules hold no programs, and a module in a module must not be called go.mod.
  for (const folder of ["bin", "pkg/tool"])
    for (const entry of await readdir(join(dir, folder), { recursive: true, withFileTypes: true }))
      if (entry.isFile()) await chmod(join(entry.parentPath, entry.name), 0o755);
  for (const folder of ["src", "src/cmd"])
    if (existsSync(join(dir, folder, "_go.mod")))
      await rename(join(dir, folder, "_go.mod"), join(dir, folder, "go.mod"));
  return join(dir, "bin", "go");
}
