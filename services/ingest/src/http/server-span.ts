import { toHttpFault } from "@eddy/runtime/http-fault";
import type { HttpReply, HttpRequest } from "@eddy/runtime/http-server";
import { traceContextOf } from "@eddy/runtime/trace-context";
import type { Span, TraceContext, Tracer } from "@eddy/runtime/tracer";

/** What a handler knows of the trace that it is part of. */
export interface Served {
  readonly span: Span;
  /** For the headers of what it publishes: the span's, or, where nothing is recorded, the request's own. */
  readonly trace: TraceContext | undefined;
}

/** Serves a request in a span of OpenTelemetry's conventions for HTTP, below the one that the request names. */
export async function inServerSpan(
  tracer: Tracer,
  request: HttpRequest,
  reply: HttpReply,
  work: (served: Served) => Promise<unknown>,
): Promise<void> {
  const { method, headers, routeOptions, protocol, url } = request;
  const parent = traceContextOf((name) => {
    const value = headers[name];
    return typeof value === "string" ? value : undefined;
  });
  const route = routeOptions.url ?? "";
  const span = tracer.start(`${method} ${route}`, {
    kind: "server",
    parent,
    attributes: {
      "http.request.method": method,
      "http.route": route,
      "url.path": url.split("?")[0]!,
      "url.scheme": protocol,
      "server.address": request.hostname,
    },
  });
  try {
    // Until the answer is sent: fastify's replies are thenable.
    await work({ span, trace: span.context ?? parent });
    span.set({ "http.response.status_code": reply.statusCode });
  } catch (error) {
    const status = toHttpFault(error)?.status ?? 500;
    span.set({ "http.response.status_code": status });
    // What the client did wrong is no failure of the server's.
    if (status >= 500) span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}
