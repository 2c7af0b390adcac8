/** Web pages, which reach this machine through the browser of whoever looks at them: under a name of theirs, or from their origin. */
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createQdrantServer, type QdrantServer } from "./server.ts";

const dir = mkdtempSync(join(tmpdir(), "eddy-strangers-"));
let open: QdrantServer;
let keyed: QdrantServer;
let lookOnly: QdrantServer;
beforeAll(async () => {
  open = await createQdrantServer({ dir: join(dir, "open"), port: 0 });
  keyed = await createQdrantServer({ dir: join(dir, "keyed"), port: 0, apiKey: "key" });
  lookOnly = await createQdrantServer({ dir: join(dir, "look"), port: 0, readOnlyApiKey: "look" });
});
afterAll(async () => {
  for (const server of [open, keyed, lookOnly]) await server.close();
  rmSync(dir, { recursive: true });
});

/** Not by `fetch`, which chooses Host and Origin itself. */
function ask(server: QdrantServer, method: string, path: string, headers: Record<string, string>) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const asked = request(server.url + path, { method, headers, agent: false }, (response) => {
      let body = "";
      response
        .on("data", (data: Buffer) => (body += data))
        .on("end", () => resolve({ status: response.statusCode!, body }));
    });
    asked.on("error", reject).end(method === "PUT" ? '{"vectors":{"size":2,"distance":"Dot"}}' : undefined);
  });
}
const port = () => new URL(open.url).port;

describe("without a key", () => {
  it.each(["127.0.0.1", "127.0.0.1:PORT", "localhost:PORT", "[::1]:PORT", "qdrant", "store.eddy.svc", "10.1.2.3:6333"])(
    "it is served as %s",
    async (host) => {
      expect((await ask(open, "GET", "/collections", { host: host.replace("PORT", port()) })).status).toBe(200);
    },
  );

  it.each(["evil.example", "evil.example:PORT", "127.0.0.1.evil.example", "localhost.evil.example:PORT", "a b"])(
    "nothing is read or written as %s",
    async (name) => {
      const host = name.replace("PORT", port());
      for (const [method, path] of [
        ["GET", "/"],
        ["GET", "/collections"],
        ["GET", "/metrics"],
        ["POST", "/collections/c/points/scroll"],
        ["PUT", "/collections/rebound"],
        ["GET", "/nothing"],
      ] as const) {
        const { status, body } = await ask(open, method, path, { host });
        expect([path, status]).toEqual([path, 403]);
        expect(body).toContain(`without an API key this is not served as ${host}`);
      }
      expect(open.engine.names()).not.toContain("rebound");
    },
  );

  it.each(["https://evil.example", "http://127.0.0.1:1", "null", "http://localhost:PORT.evil.example"])(
    "a page from %s writes nothing",
    async (page) => {
      const origin = page.replace("PORT", port());
      const { status, body } = await ask(open, "PUT", "/collections/forged", { origin });
      expect([status, body]).toEqual([403, `Forbidden: without an API key a page from ${origin} may not write`]);
      for (const [method, path] of [
        ["DELETE", "/collections/forged"],
        ["POST", "/collections/aliases"],
        ["POST", "/collections/forged/points/delete"],
        ["POST", "/collections/forged/snapshots/upload"],
        ["PUT", "/collections/forged/snapshots/recover"],
      ] as const)
        expect((await ask(open, method, path, { origin })).status, path).toBe(403);
      expect(open.engine.names()).toEqual([]);
      // Its script can't read the answer: there is no header that lets it.
      expect((await ask(open, "GET", "/collections", { origin })).status).toBe(200);
    },
  );

  it("its own page may write, and a health check needs no name", async () => {
    const own = { origin: open.url };
    expect((await ask(open, "PUT", "/collections/own", own)).status).toBe(200);
    expect((await ask(open, "DELETE", "/collections/own", own)).status).toBe(200);
    expect((await ask(open, "GET", "/healthz", { host: "evil.example" })).status).toBe(200);
  });
});

it("with a key, the key decides, under any name", async () => {
  const stranger = { host: "evil.example", origin: "https://evil.example" };
  expect((await ask(keyed, "PUT", "/collections/c", stranger)).status).toBe(401);
  expect((await ask(keyed, "PUT", "/collections/c", { ...stranger, "api-key": "wrong" })).status).toBe(403);
  expect((await ask(keyed, "PUT", "/collections/c", { ...stranger, "api-key": "key" })).status).toBe(200);
  expect((await ask(lookOnly, "GET", "/collections", stranger)).status).toBe(401);
  expect((await ask(lookOnly, "PUT", "/collections/c", { ...stranger, "api-key": "look" })).status).toBe(403);
});
