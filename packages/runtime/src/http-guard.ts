/**
 * Who gets in, asked of each request before anything else of it is read.
 *
 * 1. A route under /v1 that names no scope wants `admin`; what is not under /v1 (the page's files) holds no data and is open.
 * 2. A key that is known always gets in: limits for those that are not can't shut anybody out who shares their address.
 * 3. Without keys only this machine's own callers are served, not web pages that its browser shows (callers.ts).
 */
import type { ApiScope } from "@eddy/contracts/api-scopes";
import cors from "@fastify/cors";
import rateLimit from "@fastify/rate-limit";
import { type ApiKey, findKey, mayUse } from "./api-keys.ts";
import { isForeignOrigin, isOwnHost } from "./callers.ts";
import type { HttpAccess } from "./http-access.ts";
import { HttpFault } from "./http-fault.ts";
import type { HttpApp, HttpRequest } from "./http-server.ts";

/** Unknown keys from one address in a minute, after which it hears 429. */
const MOST_FAILURES = 20;
const MINUTE_MS = 60_000;
const REALM = 'Bearer realm="eddy"';

/** Of every answer; what has a policy of its own (the page) keeps it. */
const HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "cross-origin-resource-policy": "same-origin",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
} as const;

export async function registerGuard(app: HttpApp, access: HttpAccess): Promise<void> {
  const { keys, origins, names, requestsPerSecond } = access;
  if (origins.length > 0) {
    const methods = ["GET", "HEAD", "POST", "PUT", "DELETE"];
    await app.register(cors, { origin: [...origins], methods, exposedHeaders: ["retry-after"], maxAge: 600 });
  }
  await app.register(rateLimit, { global: false });
  const failed = app.createRateLimit({ max: MOST_FAILURES, timeWindow: MINUTE_MS });
  const callers = new WeakMap<HttpRequest, ApiKey>();
  const counted =
    requestsPerSecond > 0
      ? app.createRateLimit({
          max: requestsPerSecond,
          timeWindow: 1_000,
          keyGenerator: (request) => callers.get(request)?.name ?? request.ip,
        })
      : undefined;

  function refuse(reason: Parameters<HttpAccess["refused"]>[0], fault: HttpFault): never {
    access.refused(reason);
    throw fault;
  }

  function refuseForeign({ method, headers }: HttpRequest): void {
    if (!keys && !isOwnHost(headers.host, names)) {
      const message = `Eddy is not known as ${headers.host}: EDDY_HTTP_NAMES lists the names that people may call it by`;
      refuse("foreign", new HttpFault("FOREIGN_HOST", message));
    }
    if (method === "GET" || method === "HEAD" || !isForeignOrigin(headers, origins)) return;
    refuse("foreign", new HttpFault("FOREIGN_ORIGIN", `a page from ${headers.origin} may not write here`));
  }

  async function checkKey(request: HttpRequest, wanted: ApiScope): Promise<void> {
    const given = keyOf(request);
    if (given === undefined) {
      const headers = { "www-authenticate": REALM };
      const message = "this needs an API key: send it as `Authorization: Bearer KEY`";
      return refuse("no_key", new HttpFault("UNAUTHORIZED", message, { headers }));
    }
    const key = findKey(keys!.value, given);
    if (key === undefined) return refuseUnknown(request);
    callers.set(request, key);
    if (mayUse(key, wanted)) return;
    const headers = { "www-authenticate": `${REALM}, error="insufficient_scope", scope="${wanted}"` };
    const message = `the key "${key.name}" may ${[...key.scopes].join(" and ")}; this needs one that may ${wanted}`;
    refuse("scope", new HttpFault("FORBIDDEN", message, { headers, details: { scope: wanted } }));
  }

  async function refuseUnknown(request: HttpRequest): Promise<never> {
    const failures = await failed(request);
    if (!failures.isAllowed && failures.isExceeded) refuse("rate", tooFast("unknown keys", failures.ttlInSeconds));
    const headers = { "www-authenticate": `${REALM}, error="invalid_token"` };
    return refuse("unknown_key", new HttpFault("UNAUTHORIZED", "this API key is not known", { headers }));
  }

  app.addHook("onRequest", async (request) => {
    refuseForeign(request);
    const wanted = scopeOf(request);
    if (keys && wanted) await checkKey(request, wanted);
    const rate = await counted?.(request);
    if (rate && !rate.isAllowed && rate.isExceeded) refuse("rate", tooFast("requests", rate.ttlInSeconds));
  });
  app.addHook("onSend", async (_request, reply) => {
    for (const [name, value] of Object.entries(HEADERS)) if (!reply.hasHeader(name)) reply.header(name, value);
  });
}

/** Undefined: open to everybody. */
function scopeOf({ routeOptions: { url = "", config } }: HttpRequest): ApiScope | undefined {
  return config.scope ?? (/^\/v1(\/|$)/.test(url) ? "admin" : undefined);
}

function keyOf({ headers }: HttpRequest): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
  const named = headers["api-key"];
  return bearer ?? (typeof named === "string" ? named : undefined);
}

function tooFast(what: string, seconds: number): HttpFault {
  const headers = { "retry-after": String(Math.max(1, seconds)) };
  return new HttpFault("TOO_FAST", `too many ${what}: come again in ${headers["retry-after"]} s`, { headers });
}
