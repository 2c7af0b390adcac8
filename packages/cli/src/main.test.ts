import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { commands } from "./commands.ts";
import { recorded, startFakeApi } from "./fake-api.ts";
import { createFakeTerminal } from "./fake-terminal.ts";
import { runEddy } from "./main.ts";

async function eddy(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const terminal = createFakeTerminal({ env });
  const code = await runEddy(args, terminal);
  return { code, out: terminal.out, err: terminal.err };
}

describe("eddy", () => {
  it("lists all commands, with --help and alone", async () => {
    for (const args of [[], ["--help"], ["help"]]) {
      const { code, out } = await eddy(args);
      expect(code).toBe(0);
      for (const { name } of commands) expect(out).toMatch(new RegExp(`^ {2}${name.split(" ")[0]} `, "m"));
      expect(out).toContain("Examples:");
    }
  });

  it.each(commands.map((command) => [command.name, command] as const))("%s explains itself", async (name, command) => {
    const { code, out } = await eddy([...name.split(" "), "--help"]);
    expect(code).toBe(0);
    for (const example of command.examples) expect(out).toContain(`  ${example}`);
    for (const { flag, env } of Object.values(command.settings)) {
      if (flag === undefined) continue;
      expect(out).toContain(flag);
      // The help is broken into lines anywhere.
      expect(out.replace(/\s+/g, "")).toContain(`env:${env})`);
    }
  });

  it("has one meaning for each variable and each flag of a command", () => {
    const meanings = new Map<string, string>();
    for (const { name, settings } of commands) {
      const flags = Object.values(settings).flatMap(({ flag }) => flag ?? []);
      expect(new Set(flags).size, name).toBe(flags.length);
      for (const { env, flag } of Object.values(settings)) {
        if (env.startsWith("EDDY_QDRANT") || flag === undefined) continue; // `up --qdrant-port` is `qdrant --port`
        expect(meanings.get(env) ?? flag, `${env} of ${name}`).toBe(flag);
        meanings.set(env, flag);
      }
    }
  });

  it.each([
    [["clustres"], "Did you mean clusters?"],
    [["clusters", "--jsn"], "Did you mean --json?"],
    [["find"], "missing required argument 'document-id'"],
    [["find", "a", "b"], "too many arguments"],
    [["show", "c1", "--limit", "0"], "EDDY_SHOW_LIMIT or --limit <n>"],
    [["documents", "--limit"], "argument missing"],
  ])("%j: exit 2", async (args, message) => {
    const { code, err, out } = await eddy(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
  });

  it("names the variable that is wrong", async () => {
    expect(await eddy(["clusters"], { EDDY_JSON: "perhaps" })).toMatchObject({
      code: 2,
      err: expect.stringContaining('json (EDDY_JSON or --json): expected "true" or "false", got "perhaps"'),
    });
  });

  it("prints its version", async () => {
    expect(await eddy(["--version"])).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), err: "" });
  });
});

const bin = fileURLToPath(new URL("../bin/eddy.js", import.meta.url));

function spawned(
  args: readonly string[],
  options: { readonly env?: Record<string, string>; readonly input?: string } = {},
) {
  const env = { PATH: process.env.PATH ?? "", ...options.env };
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    encoding: "utf8",
    env,
    input: options.input ?? "",
    timeout: 20_000,
  });
  return { code: status, out: stdout, err: stderr };
}

describe("the compiled eddy", () => {
  it("is there", () => {
    expect(existsSync(new URL("../dist/main.js", import.meta.url)), "run npm run build first").toBe(true);
  });

  it("exits as its help says, with a line on standard error", async () => {
    const { url, close } = await startFakeApi(() => undefined);
    await close(); // nobody listens there now
    expect(spawned(["--version"])).toMatchObject({ code: 0, err: "" });
    expect(spawned(["nothing"]).code).toBe(2);
    expect(spawned(["publish", "nowhere.jsonl"])).toMatchObject({
      code: 2,
      err: "eddy: can't read nowhere.jsonl: there is no such file or folder\n",
    });
    expect(spawned(["publish", "-", "--url", url], { input: "a\n" })).toMatchObject({
      code: 3,
      err: `eddy: no Eddy at ${url}: start one with \`npx eddy up\`\n`,
    });
  });

  it("stops reading standard input at Ctrl-C", async () => {
    const api = await startFakeApi((request, response) => {
      if (request.method === "POST") child.kill("SIGINT");
      recorded({ "POST /v1/documents": { accepted: 1, ids: [], rejected: [], rejected_total: 0 } })(request, response);
    });
    const child = spawn(process.execPath, [bin, "publish", "-", "--url", api.url], { stdio: ["pipe", "pipe", "pipe"] });
    let out = "";
    child.stdout.on("data", (data: Buffer) => (out += data.toString()));
    child.stdin.write("a line\n"); // and no end
    const [code] = (await once(child, "close")) as [number];
    expect({ code, out }).toEqual({ code: 130, out: expect.stringContaining("sent 1 document ") });
    await api.close();
  });

  it("ends quietly when its reader has enough", async () => {
    const api = await startFakeApi((_, response) => {
      const write = (): void => void response.write(`${"x".repeat(10_000)}\n`, (error) => error ?? setImmediate(write));
      write();
    });
    const command = `"${process.execPath}" "${bin}" export --url ${api.url} | head -c 5`;
    const child = spawn("bash", ["-c", `${command}; echo " \${PIPESTATUS[0]}"`], { stdio: ["ignore", "pipe", "pipe"] });
    const seen = { out: "", err: "" };
    child.stdout.on("data", (data: Buffer) => (seen.out += data.toString()));
    child.stderr.on("data", (data: Buffer) => (seen.err += data.toString()));
    await once(child, "close");
    expect(seen).toEqual({ out: "xxxxx 0\n", err: "" });
    await api.close();
  });

  it("says that it was not built", () => {
    const folder = mkdtempSync(join(tmpdir(), "eddy-bin-"));
    try {
      mkdirSync(join(folder, "packages/cli/bin"), { recursive: true });
      writeFileSync(join(folder, "package.json"), '{"type": "module"}');
      const copy = join(folder, "packages/cli/bin/eddy.js");
      copyFileSync(bin, copy);
      const { status, stderr } = spawnSync(process.execPath, [copy, "up"], { encoding: "utf8" });
      expect({ status, stderr }).toEqual({
        status: 2,
        stderr: `eddy: not built yet. Run: npm --prefix ${realpathSync(folder)}/ run build\n`,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
