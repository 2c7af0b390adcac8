/** A hub on this machine, for tests: the layout, headers and file store of the real one, and faults on demand. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeFile {
  readonly content: Buffer;
  /** Kept in the file store: a redirect, and its sha256 in the first answer. */
  readonly large?: boolean;
  /** Told instead of the true checksum. */
  readonly sha256?: string;
}

export interface FakeHub {
  readonly endpoint: string;
  /** `GET /store/… bytes=100-`: method, path and range of each request. */
  readonly requests: string[];
  /** Bytes after which the next bodies from the store stop, one entry an answer; 0 = cut off at once. */
  readonly cuts: number[];
  /** Cuts off the bodies that stopped. */
  cutHeld(): void;
  /** Statuses of the next answers of the store, one entry an answer. */
  readonly statuses: number[];
  /** Answers nothing while true. */
  silent: boolean;
  close(): Promise<void>;
}

export const COMMIT = "0123456789abcdef0123456789abcdef01234567";

/** @param files by path: `Xenova/model/onnx/model.onnx` */
export async function startFakeHub(files: Readonly<Record<string, FakeFile>>, token?: string): Promise<FakeHub> {
  const hub = { requests: [] as string[], cuts: [] as number[], statuses: [] as number[], silent: false };
  const held = new Set<ServerResponse>();
  const server = createServer((request, response) => answer(request, response));
  // A second origin, as the file store of the hub is.
  const store = createServer((request, response) => answer(request, response));
  const [address, storeAddress] = await Promise.all([listen(server), listen(store)]);

  function answer(request: IncomingMessage, response: ServerResponse): void {
    hub.requests.push(`${request.method} ${request.url}${request.headers.range ? ` ${request.headers.range}` : ""}`);
    if (hub.silent) return;
    const stored = /^\/store\/(.+)$/.exec(request.url!)?.[1];
    if (stored !== undefined) sendStored(request, response, files[stored]!.content);
    else if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) end(response, 401);
    else resolve(request, response);
  }

  function resolve(request: IncomingMessage, response: ServerResponse): void {
    const [, model, revision = "", name] = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(request.url!) ?? [];
    const path = `${model}/${name}`;
    const file = files[path];
    if (!file || !["main", COMMIT].includes(revision)) {
      end(response, 404);
      return;
    }
    response.setHeader("x-repo-commit", COMMIT);
    if (file.large) {
      response.setHeader(
        "x-linked-etag",
        `"${file.sha256 ?? createHash("sha256").update(file.content).digest("hex")}"`,
      );
      response.setHeader("x-linked-size", file.content.length);
      response.setHeader("location", `${storeAddress}/store/${path}`);
      end(response, 302);
    } else {
      response.setHeader("etag", `"${createHash("sha1").update(file.content).digest("hex")}"`);
      response.setHeader("content-length", file.content.length);
      response.end(request.method === "HEAD" ? undefined : file.content);
    }
  }

  function sendStored(request: IncomingMessage, response: ServerResponse, content: Buffer): void {
    const status = hub.statuses.shift();
    if (status !== undefined) {
      end(response, status);
      return;
    }
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const body = content.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, { "content-length": body.length });
    const cut = hub.cuts.shift();
    if (cut === undefined) response.end(body);
    else if (cut === 0) response.destroy();
    else {
      held.add(response);
      response.write(body.subarray(0, cut));
    }
  }

  return Object.assign(hub, {
    endpoint: address,
    cutHeld: () => {
      for (const response of held) response.destroy();
      held.clear();
    },
    close: async () => {
      for (const one of [server, store]) one.closeAllConnections();
      await Promise.all([server, store].map((one) => new Promise((resolve) => one.close(resolve))));
    },
  });
}

function end(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}

async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
