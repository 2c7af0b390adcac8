import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiScope } from "@eddy/contracts/api-scopes";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { KEY_BYTES, keyLine, keyText, parseApiKeys } from "./api-keys.ts";
import { type HttpAccess, openAccess, watchKeys } from "./http-access.ts";
import { createHttpApp, type HttpApp } from "./http-server.ts";
import { createLogger } from "./logger.ts";

const lines: string[] = [];
const logger = createLogger({ service: "test", format: "json", write: (line) => lines.push(line) });
const keyOf = (): string => keyText(randomBytes(KEY_BYTES));
const [reader, publisher, both, admin] = [keyOf(), keyOf(), keyOf(), keyOf()];
const file = [
  "# people",
  keyLine("reader", ["read"], reader),
  keyLine("publisher", ["publish"], publisher),
  "",
  keyLine("both", ["read", "publish"], both),
  keyLine("admin", ["admin"], admin),
].join("\n");

let app: HttpApp;
let refused: string[];
beforeEach(() => {
  lines.length = 0;
  refused = [];
});
afterEach(() => app.close());

async function serve(over: Partial<HttpAccess> = {}): Promise<void> {
  const keys = { value: parseApiKeys(file), close: () => {} };
  const access = { ...openAccess, keys, refused: (reason: string) => void refused.push(reason), ...over };
  const route = (scope: ApiScope) => ({ config: { scope } });
  app = await createHttpApp({
    logger,
    access,
    register: [
      (made) => {
        made.get("/", async () => "page");
        made.get("/v1/read", route("read"), async () => "1");
        made.post("/v1/publish", route("publish"), async () => "2");
        made.put("/v1/admin/:id", route("admin"), async () => "3");
        made.get("/v1/forgotten", async () => "4");
      },
    ],
  });
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
type Method = "GET" | "POST" | "PUT" | "HEAD" | "OPTIONS";
const ask = (method: Method, url: string, headers: Record<string, string> = {}) => app.inject({ method, url, headers });

describe("with keys", () => {
  test.each<[string, string, number[]]>([
    ["reader", reader, [200, 403, 403, 403]],
    ["publisher", publisher, [403, 200, 403, 403]],
    ["both", both, [200, 200, 403, 403]],
    ["admin", admin, [200, 200, 200, 200]],
    ["nobody", keyOf(), [401, 401, 401, 401]],
  ])("%s may do what its scopes say, on a route without one only what an admin may", async (_, key, statuses) => {
    await serve();
    const answers = [
      await ask("GET", "/v1/read", bearer(key)),
      await ask("POST", "/v1/publish", { "api-key": key }),
      await ask("PUT", "/v1/admin/7", bearer(key)),
      await ask("GET", "/v1/forgotten", bearer(key)),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(statuses);
    for (const { statusCode, headers, body } of answers) {
      if (statusCode >= 400) expect(headers["www-authenticate"]).toMatch(/^Bearer realm="eddy", error="/);
      expect(body).not.toContain(key);
    }
  });

  test("the page is open, its headers are set, and nothing gets in by another spelling of a path", async () => {
    await serve();
    const page = await ask("GET", "/");
    expect(page.statusCode).toBe(200);
    expect(page.headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
    for (const url of ["/v1/read", "/%761/read", "/v1/read?x=1", "/v1/%72ead"])
      expect([url, (await ask("GET", url)).statusCode]).toEqual([url, 401]);
    for (const url of ["/V1/read", "//v1/read", "/v1/read/"])
      expect([url, (await ask("GET", url)).statusCode]).toEqual([url, 404]);
    expect((await ask("HEAD", "/v1/read")).statusCode).toBe(401);
    expect(refused.every((reason) => reason === "no_key")).toBe(true);
  });

  test("no other way of writing a key is one", async () => {
    await serve();
    const wrong = [
      `Basic ${reader}`,
      reader,
      `Bearer ${reader}x`,
      `Bearer ${reader.slice(0, -1)}`,
      "Bearer",
      "Bearer  ",
    ];
    for (const authorization of [...wrong, `Bearer ${reader} ${reader}`])
      expect([authorization, (await ask("GET", "/v1/read", { authorization })).statusCode]).toEqual([
        authorization,
        401,
      ]);
    expect((await ask("GET", `/v1/read?key=${reader}`)).statusCode).toBe(401);
    expect((await ask("GET", "/v1/read", { authorization: `bearer   ${reader}` })).statusCode).toBe(200);
  });

  test("the 21st unknown key in a minute is told to wait, a known one never", async () => {
    await serve();
    const statuses: number[] = [];
    for (let n = 0; n < 22; n++) statuses.push((await ask("GET", "/v1/read", bearer(keyOf()))).statusCode);
    expect(statuses).toEqual([...Array(20).fill(401), 429, 429]);
    const last = await ask("GET", "/v1/read", bearer(keyOf()));
    expect(last.json().error.code).toBe("TOO_FAST");
    expect(Number(last.headers["retry-after"])).toBeGreaterThan(0);
    expect((await ask("GET", "/v1/read", bearer(reader))).statusCode).toBe(200);
    expect(refused).toEqual([...Array(20).fill("unknown_key"), "rate", "rate", "rate"]);
  });

  test("a name of any kind is served: who has a key is no stranger", async () => {
    await serve();
    expect((await ask("GET", "/v1/read", { ...bearer(reader), host: "eddy.example.com" })).statusCode).toBe(200);
  });
});

describe("without keys", () => {
  test.each<[string, number]>([
    ["127.0.0.1:7400", 200],
    ["localhost:7400", 200],
    ["[::1]:7400", 200],
    ["10.0.0.7:7400", 200],
    ["console:7400", 200],
    ["eddy-console.text.svc:7400", 200],
    ["known.example.com", 200],
    ["evil.example", 403],
    ["localhost.evil.example:7400", 403],
    ["127.0.0.1.nip.io", 403],
    ["a b", 403],
  ])("called as %s: %i", async (host, status) => {
    await serve({ keys: undefined, names: ["known.example.com"] });
    const answer = await ask("GET", "/v1/read", { host });
    expect(answer.statusCode).toBe(status);
    if (status === 403) expect(answer.json().error.code).toBe("FOREIGN_HOST");
  });

  test("a page from elsewhere may not write, and is not told that it may read", async () => {
    await serve({ keys: undefined });
    const headers = { host: "127.0.0.1:7400", origin: "https://evil.example" };
    expect((await ask("POST", "/v1/publish", headers)).json().error.code).toBe("FOREIGN_ORIGIN");
    expect((await ask("GET", "/v1/read", headers)).headers["access-control-allow-origin"]).toBeUndefined();
    const own = { ...headers, origin: "http://127.0.0.1:7400" };
    expect((await ask("POST", "/v1/publish", own)).statusCode).toBe(200);
    expect((await ask("POST", "/v1/publish", { ...headers, origin: "null" })).statusCode).toBe(403);
  });
});

test("origins that are listed may call, key and all; others are not told that they may", async () => {
  await serve({ origins: ["https://good.example"] });
  const preflight = (origin: string) =>
    ask("OPTIONS", "/v1/publish", {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    });
  const good = await preflight("https://good.example");
  expect([good.statusCode, good.headers["access-control-allow-origin"]]).toEqual([204, "https://good.example"]);
  expect(good.headers["access-control-allow-headers"]).toBe("authorization,content-type");
  expect((await preflight("https://evil.example")).headers["access-control-allow-origin"]).not.toBe(
    "https://evil.example",
  );
  const call = await ask("POST", "/v1/publish", { origin: "https://good.example", ...bearer(publisher) });
  expect([call.statusCode, call.headers["access-control-allow-origin"]]).toEqual([200, "https://good.example"]);
  expect((await ask("POST", "/v1/publish", { origin: "https://good.example" })).statusCode).toBe(401);
});

test("each key has its own number of requests a second", async () => {
  await serve({ requestsPerSecond: 2 });
  const statuses: number[] = [];
  // Three at once, so that they fall into the windows of two seconds at most.
  for (let n = 0; n < 6; n++) statuses.push((await ask("GET", "/v1/read", bearer(reader))).statusCode);
  expect(statuses).toContain(429);
  expect((await ask("GET", "/v1/read", bearer(admin))).statusCode).toBe(200);
  expect(refused).toContain("rate");
});

describe("the file of keys", () => {
  let dir: string;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), "eddy-keys-"));
    await serve();
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  test("is read again when it changes; what it can't be read as changes nothing, and is told without its text", async () => {
    const path = join(dir, "keys");
    writeFileSync(path, keyLine("one", ["read"], reader));
    const keys = watchKeys(path, logger, 5);
    const names = () => keys.value.map(({ name }) => name).join();
    const until = async (done: () => boolean) => {
      while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    try {
      expect(names()).toBe("one");
      writeFileSync(path, `${keyLine("one", ["read"], reader)}\n${keyLine("two", ["admin"], admin)}\n`);
      await until(() => names() === "one,two");
      writeFileSync(path, `three admin ${publisher}\n`);
      await until(() => lines.some((line) => line.includes("stay as they were: line 1")));
      expect(names()).toBe("one,two");
      expect(lines.join()).not.toContain(publisher);
      writeFileSync(path, "");
      await until(() => names() === "");
      expect(lines.join()).toContain("every request is refused");
    } finally {
      keys.close();
    }
  });

  test("that is not there, or holds a key itself, is refused at the start", () => {
    expect(() => watchKeys(join(dir, "none"), logger)).toThrow(/none: ENOENT/);
    writeFileSync(join(dir, "plain"), `wire publish ${publisher}`);
    expect(() => watchKeys(join(dir, "plain"), logger)).toThrow(/line 1: the hash is not sha256:/);
  });
});

test.each<[string, RegExp]>([
  ["a read", /line 1: expected NAME SCOPE sha256:HASH/],
  [`a read,write sha256:${"0".repeat(64)}`, /a scope is one or more of read, publish, admin/],
  [`a read,read sha256:${"0".repeat(64)}`, /a scope is one or more of/],
  [`-a read sha256:${"0".repeat(64)}`, /a name has/],
  [`a read sha256:${"0".repeat(63)}`, /the hash is not/],
  [`${keyLine("a", ["read"], "x")}\n${keyLine("a", ["admin"], "y")}`, /line 2: there is a key named a above/],
])("a line that is none: %s", (text, message) => {
  expect(() => parseApiKeys(text)).toThrow(message);
});
