/** A Python with packages from PyPI: a virtual environment in the user's cache, made once for each list of requirements. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const INSTALL_MS = 300_000;
const run = promisify(execFile);

/** The path of its interpreter. `requirements` is a file as pip reads it; `installMs` is how long pip may take. */
export async function pythonEnvironment(name: string, requirements: string, installMs = INSTALL_MS): Promise<string> {
  const root = join(homedir(), ".cache", "eddy");
  const version = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex")
    .slice(0, 12);
  const home = join(root, `${name}-${version}`);
  const pythonOf = (folder: string) => join(folder, "bin", "python");
  if (existsSync(pythonOf(home))) return pythonOf(home);
  await mkdir(root, { recursive: true });
  const scratch = await mkdtemp(join(root, "fetching-"));
  try {
    await run("python3", ["-m", "venv", scratch], { timeout: INSTALL_MS });
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"];
    await run(pythonOf(scratch), [...pip, "-r", requirements], { timeout: installMs });
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    throw error;
  }
  // Whole or not at all; another test may have been faster.
  await rename(scratch, home).catch(async (error) => {
    if (!existsSync(pythonOf(home))) throw error;
    await rm(scratch, { recursive: true, force: true });
  });
  return pythonOf(home);
}
