/** An HTTP server's bad days, on command: requests pass through, or meet the fault of the moment. */
import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./free-port.ts";

export type Fault =
  | { readonly kind: "none" }
  /** Each request waits first. */
  | { readonly kind: "slow"; readonly ms: number }
  /** Nothing listens. */
  | { readonly kind: "away" }
  /** Answered without being asked further. */
  | { readonly kind: "status"; readonly status: number }
  /** Never answered, while it lasts. */
  | { readonly kind: "silent" }
  /** Done, but the answer is lost. */
  | { readonly kind: "cut" };

export interface FaultProxy {
  readonly url: string;
  /** Of this fault from now on. Requests that hang in a silent one are cut. */
  set(fault: Fault): Promise<void>;
  /** Requests about points that met a fault, by its kind. */
  readonly met: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const port = await freePort();
  const agent = new Agent({ keepAlive: true });
  const sockets = new Set<Socket>();
  const met: Record<string, number> = {};
  let fault: Fault = { kind: "none" };

  const server = createServer((incoming, answer) => {
    answer.on("error", () => {});
    void serve(incoming, answer).catch(() => answer.destroy());
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });

  async function serve(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const own = fault;
    if (own.kind !== "none" && incoming.url?.includes("/points")) met[own.kind] = (met[own.kind] ?? 0) + 1;
    if (own.kind === "silent") return;
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    if (own.kind === "status") {
      answer.writeHead(own.status, { "content-type": "application/json" });
      answer.end(JSON.stringify({ status: { error: "a bad day" }, time: 0 }));
      return;
    }
    if (own.kind === "slow") await sleep(own.ms);
    const { method, url, headers } = incoming;
    const passed = request(new URL(url ?? "/", target), { method, headers, agent });
    passed.end(Buffer.concat(chunks));
    const [given] = (await once(passed, "response")) as [IncomingMessage];
    if (own.kind === "cut") {
      given.resume();
      answer.destroy();
      return;
    }
    answer.writeHead(given.statusCode ?? 502, given.headers);
    given.pipe(answer);
  }

  async function listen(): Promise<void> {
    if (server.listening) return;
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  }

  async function leave(): Promise<void> {
    const closed = server.listening && once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  await listen();
  return {
    url: `http://127.0.0.1:${port}`,
    met,
    async set(next) {
      const before = fault;
      fault = next;
      if (next.kind === "away") await leave();
      else await listen();
      if (before.kind === "silent" && next.kind !== "silent") for (const socket of sockets) socket.destroy();
    },
    async close() {
      await leave();
      agent.destroy();
    },
  };
}
