import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { createHttpApp, type HttpApp } from "@eddy/runtime/http-server";
import { createLogger } from "@eddy/runtime/logger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registerPage } from "./page.ts";

const logger = createLogger({ service: "test", level: "silent" });
let folder: string;
let app: HttpApp;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "eddy-page-"));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>Eddy</title>");
  writeFileSync(join(folder, "assets/index-1a2b.js"), "console.log(1)");
  writeFileSync(join(folder, "assets/index-1a2b.js.br"), brotliCompressSync("console.log(1)"));
  app = await createHttpApp({ logger, register: [(made) => registerPage(made, folder)] });
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

test("the page lets only its own files run, and is asked for anew each time", async () => {
  const { body, headers } = await app.inject({ method: "GET", url: "/" });
  expect(body).toBe("<!doctype html><title>Eddy</title>");
  expect(headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(headers["cache-control"]).toBe("no-cache");
  const policy = String(headers["content-security-policy"]);
  expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'/);
  expect(policy).not.toMatch(/unsafe|\*|data:/);
});

test("what is named by its content is kept for good, and comes packed to whoever takes it so", async () => {
  const url = "/assets/index-1a2b.js";
  const plain = await app.inject({ method: "GET", url });
  expect(plain.body).toBe("console.log(1)");
  expect(plain.headers["content-encoding"]).toBeUndefined();
  expect(plain.headers["cache-control"]).toContain("immutable");
  const packed = await app.inject({ method: "GET", url, headers: { "accept-encoding": "gzip, deflate, br" } });
  expect(packed.headers["content-encoding"]).toBe("br");
  expect(brotliDecompressSync(packed.rawPayload).toString()).toBe("console.log(1)");
  expect(packed.headers.vary).toBe("accept-encoding");
});

test("nothing else of the folder is served", async () => {
  for (const url of ["/assets/index-1a2b.js.br", "/assets/../index.html", "/assets", "/package.json"])
    expect((await app.inject({ method: "GET", url })).statusCode, url).toBe(404);
});

test("a page that was not built says what to do", async () => {
  const bare = await createHttpApp({ logger, register: [(made) => registerPage(made, join(folder, "nothing"))] });
  const { statusCode, body } = await bare.inject({ method: "GET", url: "/" });
  expect(statusCode).toBe(404);
  expect(body).toContain("npm run build");
  await bare.close();
});
