import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeRequest {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

export type FakeAnswer = (request: FakeRequest, response: ServerResponse) => void;

export interface FakeApi {
  readonly url: string;
  readonly requests: readonly FakeRequest[];
  close(): Promise<void>;
}

/** A server on a free port of this machine that answers as `answer` says; a body that nothing answers is a 404. */
export async function startFakeApi(answer: FakeAnswer): Promise<FakeApi> {
  const requests: FakeRequest[] = [];
  const server = createServer(async (incoming: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const { method = "", url = "", headers } = incoming;
    const request = { method, url, body: Buffer.concat(parts).toString(), headers };
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** Answers by `METHOD path` or `METHOD path?query`. */
export function recorded(answers: Readonly<Record<string, unknown>>): FakeAnswer {
  return ({ method, url }, response) => {
    const found = answers[`${method} ${url}`] ?? answers[`${method} ${url.split("?")[0]}`];
    if (found === undefined) sendJson(response, 404, { error: { code: "NOT_FOUND", message: `nothing at ${url}` } });
    else sendJson(response, 200, found);
  };
}
