/** `npm run build`: turbo, quiet unless something fails, and without its telemetry. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", TURBO_NO_UPDATE_NOTIFIER: "1" };
if (process.stderr.isTTY) process.stderr.write("Building …\r");
const { status, stdout, stderr, error } = spawnSync(
  "npx",
  ["--no-install", "turbo", "run", "build", "--output-logs=errors-only", "--log-order=grouped"],
  {
    cwd: root,
    env,
    encoding: "utf8",
    shell: process.platform === "win32",
  },
);
if (process.stderr.isTTY) process.stderr.write("\u001b[2K");
if (status !== 0) process.stderr.write(`${stdout ?? ""}${stderr ?? ""}${error?.message ?? ""}\n`);
process.exitCode = status ?? 1;
