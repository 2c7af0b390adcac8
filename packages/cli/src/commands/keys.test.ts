import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findKey, parseApiKeys } from "@eddy/runtime/api-keys";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FakeApi, sendJson, startFakeApi } from "../fake-api.ts";
import { createFakeTerminal } from "../fake-terminal.ts";
import { runEddy } from "../main.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "eddy-keys-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function eddy(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const terminal = createFakeTerminal({ env });
  const code = await runEddy(args, terminal);
  return { code, out: terminal.out, err: terminal.err };
}

describe("eddy keys create", () => {
  test("shows a key once, whose line a file of keys takes; no two are the same", async () => {
    const made = await Promise.all(
      [1, 2].map(async (n) => {
        const { code, out } = await eddy([
          "keys",
          "create",
          "--name",
          `wire-${n}`,
          "--scope",
          "read, publish",
          "--json",
        ]);
        expect(code).toBe(0);
        return JSON.parse(out) as { key: string; line: string };
      }),
    );
    const keys = parseApiKeys(made.map(({ line }) => line).join("\n"));
    for (const [n, { key, line }] of made.entries()) {
      expect(key).toMatch(/^eddy_[\w-]{43}$/);
      expect(line).not.toContain(key);
      expect(findKey(keys, key)).toMatchObject({ name: `wire-${n + 1}`, scopes: new Set(["read", "publish"]) });
    }
    expect(made[0]!.key).not.toBe(made[1]!.key);
  });

  test("adds the line to a file, which only its owner may read, and leaves what is in it", async () => {
    const file = join(dir, "keys");
    const args = (name: string) => ["keys", "create", "--name", name, "--scope", "admin", "--file", file];
    expect((await eddy(args("one"))).code).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    writeFileSync(file, `# ours\n${readFileSync(file, "utf8").trim()}`);
    expect((await eddy(args("two"))).code).toBe(0);
    expect(readFileSync(file, "utf8")).toMatch(/^# ours\none admin sha256:\w+\ntwo admin sha256:\w+\n$/);
    const again = await eddy(args("two"));
    expect([again.code, again.out]).toEqual([2, ""]);
    expect(again.err).toContain("it has a key named two");
    writeFileSync(file, "something else\n");
    expect((await eddy(args("three"))).err).toMatch(/keys: line 1: expected NAME SCOPE/);
    expect(readFileSync(file, "utf8")).toBe("something else\n");
  });

  test.each([
    [["--name", "a b", "--scope", "read"], "a name has"],
    [["--name", "a", "--scope", "write"], "EDDY_KEY_SCOPE"],
    [["--name", "a", "--scope", ""], "EDDY_KEY_SCOPE"],
    [["--scope", "read"], "EDDY_KEY_NAME"],
  ])("%j is refused", async (args, message) => {
    const { code, err } = await eddy(["keys", "create", ...args]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe("a client", () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi(({ headers }, response) => {
      const given = headers.authorization;
      if (given === "Bearer good")
        return sendJson(response, 200, { version: 0, documents: 0, choice: null, clusters: [] });
      const message = given === undefined ? "this needs an API key" : "this API key is not known";
      sendJson(response, 401, { error: { code: "UNAUTHORIZED", message } });
    });
  });
  afterEach(() => api.close());

  test("brings the key of the environment, or of a file", async () => {
    const file = join(dir, "key");
    writeFileSync(file, "good\n");
    const env = { EDDY_URL: api.url };
    for (const [args, own] of [
      [[], { EDDY_API_KEY: "good" }],
      [[], { EDDY_API_KEY_FILE: file }],
      [["--api-key-file", file], {}],
      [["--api-key-file", file], { EDDY_API_KEY: "other" }],
    ] as const) {
      const { code, err } = await eddy(["clusters", ...args], { ...env, ...own });
      expect([code, err]).toEqual([0, ""]);
    }
    expect(api.requests.every(({ url }) => url === "/v1/clusters")).toBe(true);
  });

  test("tells where a key belongs, and never the key", async () => {
    const none = await eddy(["status"], { EDDY_URL: api.url });
    expect(none).toMatchObject({
      code: 2,
      err: expect.stringContaining("EDDY_API_KEY holds it, or a file that --api-key-file"),
    });
    const wrong = await eddy(["documents", "--json"], { EDDY_URL: api.url, EDDY_API_KEY: "tell-nobody" });
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining("this API key is not known") });
    const broken = await eddy(["status"], { EDDY_URL: api.url, EDDY_API_KEY: "tell nobody" });
    expect(broken).toMatchObject({
      code: 2,
      err: expect.stringContaining("expected a key, without spaces, got ******"),
    });
    const both = await eddy(["status"], { EDDY_URL: api.url, EDDY_API_KEY: "tell-nobody", EDDY_API_KEY_FILE: "x" });
    expect(both.err).toContain("set either EDDY_API_KEY or EDDY_API_KEY_FILE, not both");
    expect(`${JSON.stringify([none, wrong, broken, both])}${api.requests.map(({ url }) => url)}`).not.toContain("tell");
  });
});
