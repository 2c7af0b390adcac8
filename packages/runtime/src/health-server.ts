import { createServer, type ServerResponse } from "node:http";
import type { Health, HealthReport } from "./health.ts";
import type { Component } from "./lifecycle.ts";
import { type Address, listen } from "./listen.ts";
import type { Metrics } from "./metrics.ts";

export interface HealthServer extends Component {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** `http://host:port`, with the real port once started. */
  readonly url: string;
}

/** `/metrics` (Prometheus), `/healthz` (alive: 200 or 503) and `/readyz` (ready: 200 or 503), the latter two as JSON. */
export function createHealthServer(address: Address, metrics: Metrics, health: Health): HealthServer {
  const routes: Readonly<Record<string, (response: ServerResponse) => Promise<void>>> = {
    "/metrics": async (response) => send(response, 200, metrics.contentType, await metrics.text()),
    "/healthz": async (response) => sendReport(response, health.live()),
    "/readyz": async (response) => sendReport(response, await health.ready()),
  };
  const server = createServer((request, response) => {
    const route = routes[request.url?.split("?")[0] ?? ""];
    if (request.method !== "GET" && request.method !== "HEAD") return send(response, 405, "text/plain", "GET only\n");
    if (route === undefined) return send(response, 404, "text/plain", `${Object.keys(routes).join("\n")}\n`);
    route(response).catch((error: Error) => send(response, 500, "text/plain", `${error.message}\n`));
  });
  let port = address.port;
  return {
    name: "health-server",
    get url() {
      return `http://${address.host.includes(":") ? `[${address.host}]` : address.host}:${port}`;
    },
    async start() {
      port = await listen(server, address);
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function sendReport(response: ServerResponse, { ok, checks }: HealthReport): void {
  const body = { status: ok ? "ok" : "failing", checks };
  send(response, ok ? 200 : 503, "application/json", `${JSON.stringify(body)}\n`);
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { "content-type": contentType, "cache-control": "no-store" }).end(body);
}
