/** The README's snippets against a running `eddy up`: what they print is what the documents say. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { endAll, startUp, temporaryFolder, type Up } from "../support/eddy-process.ts";
import { canRun, testThatNeeds } from "../support/needs.ts";
import { publish, randomDocuments } from "../support/publish.ts";

vi.setConfig({ testTimeout: 90_000, hookTimeout: 200_000 });

const COUNT = 120;
const snippet = (name: string) => fileURLToPath(new URL(`../readme/${name}`, import.meta.url));
const folder = temporaryFolder();
let up: Up;

beforeAll(async () => {
  up = await startUp(join(folder.path, "home"), ["--clusters", "3"]);
  await publish(up.api, randomDocuments("doc", COUNT));
  await up.caughtUp();
});
afterAll(() => {
  endAll();
  folder.remove();
});

async function run(command: string, args: readonly string[], timeout = 60_000): Promise<string> {
  const child = spawn(command, args, {
    env: { ...process.env, QDRANT_URL: up.qdrant, EDDY_URL: up.api },
    timeout,
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (out += data));
  child.stderr.on("data", (data: Buffer) => (err += data));
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect({ code, err }, out).toEqual({ code: 0, err: expect.not.stringContaining("Error") });
  return out;
}

describe("the README's queries", () => {
  test("with @qdrant/js-client-rest", async () => {
    const out = await run(process.execPath, [snippet("query.mjs")]);
    const sizes = [...out.matchAll(/value: 'c\d+', count: (\d+)/g)].map(([, count]) => Number(count));
    expect(sizes).toHaveLength(3);
    expect(sizes.reduce((sum, count) => sum + count, 0)).toBe(COUNT);
    expect(out).toMatch(/^60 from (wire|web) since/m);
    expect(out.match(/\[\s+[\d.]+,\s+'c\d+',\s+'/g)).toHaveLength(3);
  });

  testThatNeeds("curl", canRun("curl", "--version"))("with curl", async () => {
    const answers = (await run("bash", ["-e", snippet("query.sh")]))
      .split(/(?<=\})(?=\{)/)
      .map((one) => JSON.parse(one));
    const [facet, cluster, count, , similar] = answers;
    const hits = facet.result.hits as { value: string; count: number }[];
    expect(hits.reduce((sum, hit) => sum + hit.count, 0)).toBe(COUNT);
    expect(cluster.result.points).toHaveLength(3);
    expect(count.result.count).toBe(60);
    expect(similar.result.points).toHaveLength(3);
  });

  testThatNeeds("Python with pip", canRun("python3", "-m", "venv", "--help"))(
    "with Python",
    { timeout: 320_000 },
    async () => {
      const out = await run(await pythonWithQdrant(), [snippet("query.py")]);
      const sizes = [...out.matchAll(/\('c\d+', (\d+)\)/g)].map(([, count]) => Number(count));
      expect(sizes.reduce((sum, count) => sum + count, 0)).toBe(COUNT);
      expect(out).toMatch(/^60$/m);
      expect(out.match(/^[\d.]+ c\d+ /gm)).toHaveLength(3);
    },
  );
});

test("the README's ways of publishing, and what its queries see then", async () => {
  expect(await run("bash", ["-e", snippet("publish.sh")])).toContain('"accepted":1');
  if (canRun("python3", "--version")) expect(await run("python3", [snippet("publish.py")])).toContain("'accepted': 2");
  await up.caughtUp();
  expect((await fetch(`${up.api}/v1/documents/news-1`)).status).toBe(404);
});

/** A virtual environment in the temporary folder, made once. */
async function pythonWithQdrant(): Promise<string> {
  const venv = join(tmpdir(), "eddy-test-python-qdrant");
  const python = join(venv, "bin", "python");
  const install = `python3 -m venv "$0" && "$0/bin/python" -m pip install -q --disable-pip-version-check "qdrant-client>=1.16,<2"`;
  if (!existsSync(python) || !canRun(python, "-c", "import qdrant_client"))
    await run("bash", ["-ec", install, venv], 240_000);
  return python;
}

test("the snippets are what the README shows", () => {
  const readme = fileURLToPath(new URL("../../README.md", import.meta.url));
  for (const name of ["query.mjs", "query.py", "query.sh", "publish.sh"])
    expect(readFileSync(readme, "utf8")).toContain(readFileSync(snippet(name), "utf8").trim());
});
