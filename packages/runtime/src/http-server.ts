import type { Socket } from "node:net";
import type { Server as TlsServer } from "node:tls";
import { FatalError } from "@eddy/contracts/errors";
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { describeFault, traceFault } from "./fault.ts";
import { type HttpAccess, openAccess } from "./http-access.ts";
import { faultBody, HttpFault, toHttpFault } from "./http-fault.ts";
import { registerGuard } from "./http-guard.ts";
import type { RouteDescription } from "./http-route.ts";
import type { Component } from "./lifecycle.ts";
import { type Address, listenFault } from "./listen.ts";
import type { Logger } from "./logger.ts";

declare module "fastify" {
  /** What `describeRoute` says of a route. */
  interface FastifyContextConfig extends Partial<Pick<RouteDescription, "scope">> {
    readonly description?: Omit<RouteDescription, "scope">;
  }
}

/** The only names of fastify that services see. */
export type HttpApp = FastifyInstance;
export type HttpRequest = FastifyRequest;
export type HttpReply = FastifyReply;

/** Adds routes; called before the server listens. */
export type RegisterRoutes = (app: HttpApp) => void | Promise<void>;

export interface HttpAppOptions {
  readonly logger: Logger;
  readonly register: readonly RegisterRoutes[];
  /** Closed with the server. Everybody on this machine by default. */
  readonly access?: HttpAccess;
}

export interface HttpServer extends Component {
  start(): Promise<void>;
  stop(deadline?: AbortSignal): Promise<void>;
  /** `http://host:port` (https where there is a certificate), with the real port once started. */
  readonly url: string;
}

/** Of a segment of the path, so that the longest document id (512 bytes, each as %XX) fits. */
const MAX_PARAMETER = 2_048;
/** Of a body that fastify reads itself (JSON). */
const MAX_BODY = 1024 * 1024;

/** The app without a socket, ready for `inject`. All its errors are JSON of one shape (HttpFaultBody). */
export async function createHttpApp({ logger, register, access = openAccess }: HttpAppOptions): Promise<HttpApp> {
  const answer = (error: unknown, reply: HttpReply) => answerFault(error, reply, logger);
  const app: HttpApp = fastify({
    // Its type says which server stands below: nobody here asks.
    https: (access.tls?.options ?? null) as null,
    bodyLimit: MAX_BODY,
    // A stream of documents may take as long as it likes; node would end it after five minutes.
    requestTimeout: 0,
    // Ours says it in the shape of all errors.
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAMETER },
    frameworkErrors: (error, _request, reply) => answer(error, reply as HttpReply),
  });
  const routes: { readonly segments: readonly string[]; readonly method: string }[] = [];
  app.addHook("onRoute", ({ url, method }) => {
    for (const name of [method].flat()) routes.push({ segments: url.split("/"), method: name });
  });
  let closing = false;
  app.addHook("preClose", async () => {
    closing = true;
  });
  app.addHook("onRequest", async () => {
    if (closing) throw new HttpFault("STOPPING", "Eddy is stopping", { headers: { connection: "close" } });
  });
  await registerGuard(app, access);
  app.setErrorHandler((error, _request, reply) => answer(error, reply));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0]!;
    const allowed = [...new Set(methodsOf(path, routes))];
    if (allowed.length === 0) return answer(new HttpFault("NOT_FOUND", `there is nothing at ${path}`), reply);
    const headers = { allow: allowed.join(", ") };
    const message = `${path} takes ${allowed.join(", ")}, not ${request.method}`;
    return answer(new HttpFault("METHOD_NOT_ALLOWED", message, { headers }), reply);
  });
  for (const add of register) await add(app);
  await app.ready();
  return app;
}

/**
 * One server for the routes of one or more services. A stop lets the requests in hand end until the deadline, then closes
 * their connections. `start` throws the FatalError of `listenFault` (PORT_TAKEN …).
 */
export function createHttpServer({ logger, register, access, ...address }: HttpAppOptions & Address): HttpServer {
  const tls = access?.tls;
  let app: HttpApp | undefined;
  let port = address.port;
  let stopping = false;
  /** Connections without a request in hand. Node's own `closeIdleConnections` passes over those that never had one. */
  const unused = new Set<Socket>();
  /** Those of TLS that have not shaken hands yet, by the port they are from. */
  const strangers = new Map<string, Socket>();
  const portOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress}:${remotePort}`;
  const met = (socket: Socket) => {
    unused.add(socket);
    socket.once("close", () => unused.delete(socket));
  };
  return {
    name: "http-server",
    get url() {
      return `${tls ? "https" : "http"}://${address.host.includes(":") ? `[${address.host}]` : address.host}:${port}`;
    },
    async start() {
      const made = await createHttpApp({ logger, register, ...(access && { access }) });
      if (tls) {
        tls.renew(made.server as unknown as TlsServer);
        made.server.on("connection", (socket: Socket) => {
          const port = portOf(socket);
          strangers.set(port, socket);
          socket.once("close", () => strangers.delete(port));
        });
        made.server.on("secureConnection", (socket: Socket) => {
          strangers.delete(portOf(socket));
          met(socket);
        });
      } else made.server.on("connection", met);
      made.server.on("request", ({ socket }, response) => {
        unused.delete(socket);
        response.once("close", () => {
          if (stopping) socket.destroySoon();
          else if (!socket.destroyed) unused.add(socket);
        });
      });
      try {
        await made.listen({ host: address.host, port: address.port });
      } catch (error) {
        await made.close();
        throw listenFault(error, address);
      }
      const bound = made.server.address();
      if (typeof bound === "object" && bound !== null) port = bound.port;
      app = made;
    },
    async stop(deadline) {
      const drop = () => app?.server.closeAllConnections();
      if (deadline?.aborted) drop();
      deadline?.addEventListener("abort", drop, { once: true });
      stopping = true;
      const closed = app?.close();
      for (const socket of [...unused, ...strangers.values()]) socket.destroy();
      await closed;
      tls?.close();
      access?.keys?.close();
      deadline?.removeEventListener("abort", drop);
    },
  };
}

function* methodsOf(path: string, routes: Iterable<{ segments: readonly string[]; method: string }>): Iterable<string> {
  const parts = path.split("/");
  for (const { segments, method } of routes) {
    const matches = segments.length === parts.length && segments.every((s, i) => s.startsWith(":") || s === parts[i]);
    if (matches) yield method;
  }
}

function answerFault(error: unknown, reply: HttpReply, logger: Logger): void {
  const fault = toHttpFault(error) ?? fromFramework(error);
  if (fault === undefined) {
    logger.error(describeFault(error), { path: reply.request.url });
    logger.debug(traceFault(error));
    const message = "a fault in Eddy itself: its log says more";
    void reply.code(500).send({ error: { code: "INTERNAL", message } });
    return;
  }
  if (error instanceof FatalError) logger.warn(describeFault(error), { path: reply.request.url });
  void reply.code(fault.status).headers(fault.headers).send(faultBody(fault));
}

/** Fastify's own refusals of a request, in our words. */
function fromFramework(error: unknown): HttpFault | undefined {
  const { code, statusCode, message } = error as FastifyError;
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return undefined;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE")
    return new HttpFault("BODY_TOO_LARGE", `the body is over the limit of ${MAX_BODY} bytes`);
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return new HttpFault("UNSUPPORTED_MEDIA_TYPE", message);
  if (code === "FST_ERR_BAD_URL") return new HttpFault("INVALID_URL", "the path is not valid percent-encoded UTF-8");
  if (code?.startsWith("FST_ERR_CTP")) return new HttpFault("INVALID_BODY", message);
  return new HttpFault("INVALID_PARAMETER", message, { status: statusCode });
}
