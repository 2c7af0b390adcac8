import { once } from "node:events";
import { Agent, get as httpGet, type IncomingMessage } from "node:http";
import { connect, createServer } from "node:net";
import { FatalError, RetryableError } from "@eddy/contracts/errors";
import { afterEach, describe, expect, test } from "vitest";
import { createDeferred } from "./deferred.ts";
import { HttpFault } from "./http-fault.ts";
import { createHttpApp, createHttpServer, type HttpServer, type RegisterRoutes } from "./http-server.ts";
import { createLogger } from "./logger.ts";

const lines: string[] = [];
const logger = createLogger({ service: "test", format: "json", write: (line) => lines.push(line) });
const servers: HttpServer[] = [];

async function serve(register: RegisterRoutes[], port = 0): Promise<HttpServer> {
  const server = createHttpServer({ host: "127.0.0.1", port, setting: "EDDY_HTTP_PORT", logger, register });
  servers.push(server);
  await server.start();
  return server;
}

afterEach(async () => {
  lines.length = 0;
  await Promise.all(servers.splice(0).map((server) => server.stop(AbortSignal.abort())));
});

const throws =
  (error: unknown): RegisterRoutes =>
  (app) => {
    app.get("/x", async () => {
      throw error;
    });
  };

describe("errors are JSON of one shape", () => {
  test.each<[unknown, number, string, string]>([
    [new HttpFault("NOT_FOUND", "no such thing", { details: { hint: 1 } }), 404, "NOT_FOUND", "no such thing"],
    [new RetryableError("DISK_FULL", "no space"), 507, "DISK_FULL", "no space"],
    [new FatalError("DISK_FULL", "no space"), 507, "DISK_FULL", "no space"],
    [new FatalError("STORE_REFUSED", "no such collection"), 500, "STORE_REFUSED", "no such collection"],
    [new RetryableError("STORE_UNAVAILABLE", "away"), 503, "STORE_UNAVAILABLE", "away"],
    [new Error("secret detail"), 500, "INTERNAL", "a fault in Eddy itself: its log says more"],
  ])("%s", async (error, status, code, message) => {
    const app = await createHttpApp({ logger, register: [throws(error)] });
    const response = await app.inject({ method: "GET", url: "/x" });
    expect([response.statusCode, response.json().error.code, response.json().error.message]).toEqual([
      status,
      code,
      message,
    ]);
    expect(lines.some((line) => line.includes("secret detail"))).toBe(code === "INTERNAL");
    await app.close();
  });

  test("two services on one app: what either takes is allowed", async () => {
    const app = await createHttpApp({
      logger,
      register: [
        (made) => void made.post("/v1/a/:id", async () => 1),
        (made) => void made.get("/v1/a/:id", async () => 2),
      ],
    });
    const response = await app.inject({ method: "DELETE", url: "/v1/a/7" });
    expect([response.statusCode, response.headers.allow]).toEqual([405, "POST, GET, HEAD"]);
    expect((await app.inject({ method: "DELETE", url: "/v1/a" })).statusCode).toBe(404);
    await app.close();
  });
});

test("a port that is taken is said so, with the setting to change", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  await expect(serve([], port)).rejects.toMatchObject({
    code: "PORT_TAKEN",
    message: expect.stringContaining("EDDY_HTTP_PORT"),
  });
  other.close();
});

/** A request whose answer comes when it is let go. */
async function inHand() {
  const arrived = createDeferred();
  const answer = createDeferred<string>();
  const server = await serve([
    (app) =>
      void app.get("/slow", async () => {
        arrived.resolve();
        return answer.promise;
      }),
  ]);
  const agent = new Agent({ keepAlive: true });
  const request = httpGet(`${server.url}/slow`, { agent });
  const response = once(request, "response").then(([message]) => message as IncomingMessage);
  response.catch(() => {});
  await arrived.promise;
  return { server, answer, response, agent };
}

test("a stop lets the request in hand end, and does not wait for connections that are kept alive", async () => {
  const { server, answer, response, agent } = await inHand();
  const stopped = server.stop(new AbortController().signal);
  answer.resolve("done");
  const message = await response;
  expect(message.statusCode).toBe(200);
  message.resume();
  await stopped;
  await expect(fetch(server.url)).rejects.toThrow();
  agent.destroy();
});

test("a stop does not wait for a connection that never had a request", async () => {
  const server = await serve([]);
  const spare = connect(Number(new URL(server.url).port), "127.0.0.1");
  await once(spare, "connect");
  await (await fetch(server.url)).text(); // so the server has met the connection before
  const ended = once(spare, "close");
  spare.resume();
  await server.stop(new AbortController().signal);
  await ended;
});

test("at the deadline the connections are closed", async () => {
  const { server, answer, response, agent } = await inHand();
  const deadline = new AbortController();
  const stopped = server.stop(deadline.signal);
  deadline.abort();
  await expect(response).rejects.toThrow();
  answer.resolve("too late");
  await stopped;
  agent.destroy();
});
