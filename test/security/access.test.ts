/** Keys and TLS over `eddy up` itself, as people set it up; and what it refuses to start as. */

import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { commands } from "@eddy/cli/commands";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Authority, createAuthority } from "../peers/certificates.ts";
import { type EddyProcess, endAll, runEddy, spawnUp, temporaryFolder } from "../support/eddy-process.ts";
import { until } from "../support/until.ts";

const dir = temporaryFolder();
const file = (name: string) => join(dir.path, name);
const keys: Record<string, string> = {};
let authority: Authority;
let up: EddyProcess;
let [api, qdrant] = ["", ""];
const QDRANT_KEY = "qdrant-key-of-the-test";

beforeAll(async () => {
  authority = await createAuthority(dir.path, "authority");
  writeFileSync(file("ca.pem"), authority.cert);
  await install("first");
  for (const scope of ["read", "publish", "admin"]) {
    const { code, stdout, stderr } = await runEddy([
      "keys",
      "create",
      "--name",
      scope,
      "--scope",
      scope,
      "--file",
      file("keys"),
      "--json",
    ]);
    expect(code, stderr).toBe(0);
    keys[scope] = (JSON.parse(stdout) as { key: string }).key;
  }
  const env = {
    EDDY_API_KEYS_FILE: file("keys"),
    EDDY_TLS_CERT_FILE: file("tls.crt"),
    EDDY_TLS_KEY_FILE: file("tls.key"),
    QDRANT_API_KEY: QDRANT_KEY,
    LOG_FORMAT: "json",
  };
  up = spawnUp(file("home"), [], { env });
  api = (await up.match(/HTTP API +(https:\/\/[^\s/]+)/))[1]!;
  qdrant = (await up.match(/Qdrant +(https:\/\/[^\s/]+)/))[1]!;
}, 120_000);
afterAll(async () => {
  up?.kill();
  await up?.ended();
  endAll();
  dir.remove();
});

async function install(name: string): Promise<void> {
  const { cert, key } = await authority.issue(name);
  writeFileSync(file("tls.key"), key);
  writeFileSync(file("tls.crt"), cert);
}

function ask(
  url: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, ca: authority.cert, agent: false }, (response) => {
      let body = "";
      response
        .on("data", (data: Buffer) => (body += data))
        .on("end", () => resolve({ status: response.statusCode!, body }));
    });
    asked.on("error", reject).end();
  });
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

function handshake(options: { maxVersion?: "TLSv1.1"; minVersion?: "TLSv1" } = {}): Promise<string> {
  const { hostname: host, port } = new URL(api);
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ host, port: Number(port), ca: authority.cert, ...options }, () => {
      const { CN } = socket.getPeerCertificate().subject;
      socket.destroy();
      resolve(String(CN));
    });
    socket.on("error", reject);
  });
}

describe("eddy up with keys and a certificate", () => {
  test("every route of its own description wants a key that may use it, and says so in the shape of all errors", async () => {
    const { status, body } = await ask(`${api}/v1/openapi.json`, bearer(keys.read!));
    expect(status, body).toBe(200);
    const { paths } = JSON.parse(body) as { paths: Record<string, Record<string, unknown>> };
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((name) => [name, path] as const),
    );
    expect(routes.length).toBeGreaterThan(15);
    for (const [name, path] of routes) {
      const [url, method] = [`${api}${path.replace(/\{\w+\}/g, "c1")}`, name.toUpperCase()];
      const answer = await ask(url, {}, method);
      expect([method, path, answer.status, JSON.parse(answer.body).error.code]).toEqual([
        method,
        path,
        401,
        "UNAUTHORIZED",
      ]);
      const publishes = (method === "POST" || method === "DELETE") && /^\/v1\/documents(\/\{id\})?$/.test(path);
      const wrong = await ask(url, bearer(publishes ? keys.read! : keys.publish!), method);
      expect([method, path, wrong.status]).toEqual([method, path, 403]);
      if (method === "GET") continue;
      const reads = path === "/v1/classify";
      const alsoWrong = await ask(url, bearer(keys.read!), method);
      expect([method, path, alsoWrong.status === 403]).toEqual([method, path, !reads]);
    }
    expect((await ask(`${api}/`)).status).toBe(200);
  });

  test("the command line publishes with one key, and asks with another", async () => {
    const env = (key: string) => ({ EDDY_URL: api, NODE_EXTRA_CA_CERTS: file("ca.pem"), EDDY_API_KEY: key });
    const input = '{"text":"the orbiter docks"}\n';
    const sent = await runEddy(["publish", "-", "--json"], { env: env(keys.publish!), input });
    expect(sent.code, sent.stderr).toBe(0);
    const refused = await runEddy(["publish", "-"], { env: env(keys.read!), input });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("needs one that may publish")]);
    const status = await runEddy(["status", "--json"], { env: env(keys.read!) });
    expect(status.code, status.stderr).toBe(0);
    const untrusted = await runEddy(["status"], { env: { EDDY_URL: api, EDDY_API_KEY: keys.read! } });
    expect([untrusted.code, untrusted.stderr]).toEqual([3, expect.stringContaining("NODE_EXTRA_CA_CERTS")]);
  });

  test("nothing older than TLS 1.2 is spoken, nor HTTP", async () => {
    await expect(handshake({ minVersion: "TLSv1", maxVersion: "TLSv1.1" })).rejects.toThrow();
    await expect(fetch(api.replace("https", "http"))).rejects.toThrow();
  });

  test("the embedded store speaks TLS and wants its key", async () => {
    expect((await ask(`${qdrant}/collections`)).status).toBe(401);
    expect((await ask(`${qdrant}/collections`, { "api-key": QDRANT_KEY })).status).toBe(200);
  });

  test("a renewed certificate and a key that was taken back are heeded without a restart", async () => {
    expect(await handshake()).toBe("first");
    await install("second");
    await until("the new certificate", 20_000, async () => (await handshake()) === "second");
    const left = readFileSync(file("keys"), "utf8").replace(/^read .*\n/m, "");
    writeFileSync(file("keys"), left);
    await until(
      "the end of a key",
      20_000,
      async () => (await ask(`${api}/v1/status`, bearer(keys.read!))).status === 401,
    );
    expect((await ask(`${api}/v1/status`, bearer(keys.admin!))).status).toBe(200);
  });
});

test("everything listens on this machine alone by default", () => {
  const hosts = commands.flatMap(({ settings }) => Object.values(settings)).filter(({ env }) => /_HOST$/.test(env));
  expect(new Set(hosts.map(({ env }) => env))).toEqual(
    new Set(["EDDY_HTTP_HOST", "EDDY_QDRANT_HOST", "EDDY_METRICS_HOST"]),
  );
  expect(new Set(hosts.map((setting) => setting.default))).toEqual(new Set(["127.0.0.1"]));
});

describe("what would be open to everybody does not start", () => {
  test.each([
    ["up", "EDDY_HTTP_HOST"],
    ["up", "EDDY_QDRANT_HOST"],
    ["qdrant", "EDDY_QDRANT_HOST"],
  ])("eddy %s, %s=0.0.0.0", async (command, name) => {
    const args =
      command === "up" ? ["up", "--embedder", "hash", "--home", file("other")] : ["qdrant", "--dir", file("q")];
    const { code, stderr } = await runEddy(args, { env: { [name]: "0.0.0.0" } });
    expect(code).toBe(2);
    expect(stderr).toContain(`${name}=0.0.0.0 would let everyone`);
    expect(stderr).toContain("EDDY_INSECURE=true");
  });
});
