import { randomUUID, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { FatalError } from "@eddy/contracts/errors";
import { isForeignOrigin, isOwnHost } from "@eddy/runtime/callers";
import { listen } from "@eddy/runtime/listen";
import type { Tls } from "@eddy/runtime/tls-files";
import { type Engine, openEngine } from "../engine/engine.ts";
import { badFormat, isObject, Refusal, StorageFailure } from "../engine/refusal.ts";
import { parseBody, readBody } from "./body.ts";
import { createServerMetrics, type ServerMetrics } from "./metrics.ts";
import { parseParameters } from "./parameters.ts";
import { render } from "./render.ts";
import { ACCEPTED, FileReply, pipeFile } from "./route.ts";
import { findRoute } from "./router.ts";

/** The version of Qdrant that this tells to be. Clients warn where theirs is more than one minor version away: 1.18 to 1.20 do not. */
export const QDRANT_VERSION = "1.19.0";

export interface QdrantServerOptions {
  /** The store to serve: an open engine, which the caller closes, or a folder, opened and closed here. */
  readonly engine?: Engine;
  readonly dir?: string;
  /** 0 = any free port. */
  readonly port: number;
  /** The setting that people change to get another port; for messages. */
  readonly setting?: string;
  readonly host?: string;
  /** When set, every request but the health checks must bring it (`api-key`, or `Authorization: Bearer`). */
  readonly apiKey?: string;
  /** Another one, with which nothing can be changed. */
  readonly readOnlyApiKey?: string;
  /** Speaks HTTPS with it; closed by the caller. */
  readonly tls?: Tls | undefined;
  /** Told about a fault in the server itself, which a client sees as a 500. */
  readonly onFault?: (error: unknown) => void;
}

export interface QdrantServer {
  readonly url: string;
  readonly engine: Engine;
  close(): Promise<void>;
}

/**
 * Qdrant's REST API over the embedded engine. Throws FatalError PORT_TAKEN, CONFIG_INVALID (a host that is not ours),
 * HOME_NOT_WRITABLE, FORMAT_UNKNOWN or DISK_FULL.
 */
export async function createQdrantServer(options: QdrantServerOptions): Promise<QdrantServer> {
  const { dir, host = "127.0.0.1", port } = options;
  if (!options.engine && dir === undefined)
    throw new FatalError("CONFIG_INVALID", "a Qdrant server needs an engine or a folder");
  const engine = options.engine ?? openEngine({ dir: dir! });
  const closeEngine = async () => (options.engine ? undefined : engine.close());
  const metrics = createServerMetrics(QDRANT_VERSION, randomUUID(), new Date());
  const answer: RequestListener = (request, response) =>
    void respond(request, response, { ...options, engine, metrics });
  const { tls } = options;
  const server = tls ? createTlsServer(tls.options, answer) : createServer(answer);
  if ("setSecureContext" in server) tls?.renew(server);
  server.keepAliveTimeout = 65_000;
  server.requestTimeout = 300_000;
  let bound: number;
  try {
    bound = await listen(server, { host, port, setting: options.setting ?? "EDDY_QDRANT_PORT" });
  } catch (error) {
    await closeEngine();
    throw error;
  }
  const shown = host.includes(":") ? `[${host}]` : host === "0.0.0.0" ? "127.0.0.1" : host;

  return {
    url: `${tls ? "https" : "http"}://${shown}:${bound}`,
    engine,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const deadline = setTimeout(() => server.closeAllConnections(), 2000);
      await closed;
      clearTimeout(deadline);
      await closeEngine();
    },
  };
}

interface Context {
  readonly engine: Engine;
  readonly metrics: ServerMetrics;
  readonly apiKey?: string;
  readonly readOnlyApiKey?: string;
  readonly onFault?: (error: unknown) => void;
}

const HEALTH: Readonly<Record<string, string>> = {
  "/healthz": "healthz check passed",
  "/livez": "healthz check passed",
  "/readyz": "all shards are ready",
};

async function respond(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  const from = performance.now();
  const { method = "GET", url = "/" } = request;
  const at = url.indexOf("?");
  const path = at < 0 ? url : url.slice(0, at);
  const healthy = method === "GET" ? HEALTH[path] : undefined;
  if (healthy) return send(response, 200, healthy, "text/plain; charset=utf-8");
  const found = findRoute(method, path);
  const writes = found?.route.writes ?? false;
  const denied = refuseStranger(request, context, writes) ?? refuseKey(request, context, writes);
  if (denied) {
    request.resume();
    return send(response, denied.status, denied.message, "text/plain; charset=utf-8");
  }
  if (method === "GET" && path === "/") {
    return send(
      response,
      200,
      JSON.stringify({ title: "qdrant - vector search engine", version: QDRANT_VERSION, commit: "eddy" }),
    );
  }
  if (method === "GET" && path === "/metrics") {
    return send(response, 200, context.metrics.render(context.engine), "text/plain; charset=utf-8");
  }
  if (!found) {
    request.resume();
    response.writeHead(404, { "content-length": 0 }).end();
    return;
  }
  const { route, endpoint, name, id } = found;
  const seconds = () => (performance.now() - from) / 1000;
  const { engine, metrics, onFault = () => undefined } = context;
  let body: Buffer | undefined;
  try {
    body = method === "GET" || route.streams ? undefined : await readBody(request);
    const query = new URLSearchParams(at < 0 ? "" : url.slice(at + 1));
    const parameters = parseParameters(query);
    const call = { engine, metrics, name, id, parameters, query, body: () => objectOf(body), request, onFault };
    const result = await route.answer(call);
    metrics.observe(endpoint, result === ACCEPTED ? 202 : 200, seconds());
    if (result instanceof FileReply) await pipeFile(response, result);
    else if (result === ACCEPTED) send(response, 202, `{"status":"accepted","time":${seconds()}}`);
    else send(response, 200, `{"result":${render(result)},"status":"ok","time":${seconds()}}`);
  } catch (thrown) {
    const error = isTooDeep(thrown) ? badFormat("recursion limit exceeded") : thrown;
    const { status, text } = asError(error);
    if (!(error instanceof Refusal)) onFault(error);
    metrics.observe(endpoint, status, seconds());
    // an upload that was refused half way
    if (route.streams) request.resume();
    const shown = status === 400 && !route.placeless ? placed(text, body) : text;
    if (response.headersSent) response.destroy();
    else send(response, status, JSON.stringify({ status: { error: shown }, time: seconds() }));
  }
}

/** An error of form is found at the end of the body: there is where Qdrant, too, sees it mostly. */
function placed(text: string, body: Buffer | undefined): string {
  if (!body || body.length === 0 || !text.startsWith(BAD_FORMAT) || / at line \d+ column \d+$/.test(text)) return text;
  const lines = body.toString("utf8").trimEnd().split("\n");
  return `${text} at line ${lines.length} column ${Buffer.byteLength(lines.at(-1)!)}`;
}

const BAD_FORMAT = "Format error in JSON body:";

function objectOf(body: Buffer | undefined): Record<string, unknown> {
  const value = parseBody(body ?? Buffer.alloc(0));
  if (!isObject(value)) throw badFormat("invalid type, expected a map");
  return value;
}

/** Of what is nested so deep that reading it filled the stack: the request's fault, and nothing has been changed by then. */
function isTooDeep(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes("call stack");
}

function asError(error: unknown): { status: number; text: string } {
  if (error instanceof Refusal) return { status: error.status, text: error.message };
  const why = error instanceof Error ? error.message : String(error);
  if (error instanceof StorageFailure)
    return { status: 500, text: `Service internal error: nothing was written: ${why}` };
  return { status: 500, text: `Service internal error: ${why}` };
}

/** Not Qdrant's: without a key a web page could read and write here through the browser of whoever looks at it (callers.ts). */
function refuseStranger(
  { headers }: IncomingMessage,
  { apiKey, readOnlyApiKey }: Context,
  writes: boolean,
): Refusal | undefined {
  if (apiKey || readOnlyApiKey) return undefined;
  if (!isOwnHost(headers.host))
    return new Refusal(403, `Forbidden: without an API key this is not served as ${headers.host}`);
  if (!writes || !isForeignOrigin(headers)) return undefined;
  return new Refusal(403, `Forbidden: without an API key a page from ${headers.origin} may not write`);
}

function refuseKey(
  request: IncomingMessage,
  { apiKey, readOnlyApiKey }: Context,
  writes: boolean,
): Refusal | undefined {
  if (!apiKey && !readOnlyApiKey) return undefined;
  const bearer = request.headers.authorization?.replace(/^Bearer /i, "");
  const given = request.headers["api-key"] ?? bearer;
  if (given === undefined) return new Refusal(401, "Must provide an API key or an Authorization bearer token");
  if (isSame(String(given), apiKey)) return undefined;
  if (!isSame(String(given), readOnlyApiKey)) return new Refusal(403, "Invalid API key or JWT");
  return writes ? new Refusal(403, "Forbidden: Global manage access is required") : undefined;
}

function isSame(given: string, key: string | undefined): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(key ?? "")];
  return key !== undefined && a.length === b.length && timingSafeEqual(a, b);
}

function send(response: ServerResponse, status: number, text: string, type = "application/json"): void {
  if (response.destroyed) return;
  response
    .writeHead(status, {
      "content-type": type,
      "content-length": Buffer.byteLength(text),
      "x-content-type-options": "nosniff",
    })
    .end(text);
}
