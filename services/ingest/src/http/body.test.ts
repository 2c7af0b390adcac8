import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { gzipSync } from "node:zlib";
import type { HttpRequest } from "@eddy/runtime/http-server";
import { expect, test } from "vitest";
import { openBody, readAll } from "./body.ts";

function open(encoding?: string) {
  const raw = new PassThrough();
  const closing = new AbortController();
  const request = { raw: raw as unknown as IncomingMessage, headers: { "content-encoding": encoding } };
  const body = openBody(request as unknown as HttpRequest, { idleTimeoutMs: 60_000, closing: closing.signal });
  return { raw, closing, body };
}

test.each(["gzip", "identity"])(
  "a client that leaves is noticed while we wait and while we don't (%s)",
  async (encoding) => {
    const bytes = Buffer.from("x".repeat(100_000));
    const half = encoding === "gzip" ? gzipSync(bytes).subarray(0, 60) : bytes;
    const waiting = open(encoding);
    waiting.raw.write(half);
    const reading = readAll(waiting.body, () => 1e9);
    await new Promise((resolve) => setImmediate(resolve));
    waiting.raw.destroy();
    await expect(reading).rejects.toMatchObject({ code: "INVALID_BODY", status: 400 });

    const busy = open(encoding);
    busy.raw.write(half);
    busy.raw.destroy(new Error("reset"));
    await new Promise((resolve) => setImmediate(resolve));
    await expect(readAll(busy.body, () => 1e9)).rejects.toMatchObject({ code: "INVALID_BODY" });
  },
);

test("a stop is noticed while we wait", async () => {
  const { body, closing } = open();
  const next = body.next();
  closing.abort();
  await expect(next).rejects.toMatchObject({ code: "STOPPING", status: 503 });
  await expect(body.next()).rejects.toMatchObject({ code: "STOPPING" });
});

test("the limit depends on the first byte that counts, in whichever chunk it comes", async () => {
  const limitOf = (first: number | undefined) => (first === 0x5b ? 100 : 10);
  const list = open();
  for (const chunk of ["\ufeff \n", "  ", "[", "1".repeat(50)]) list.raw.write(chunk);
  list.raw.end("]");
  expect((await readAll(list.body, limitOf)).bytes.length).toBe(59);
  const one = open();
  one.raw.end(`{${"1".repeat(50)}}`);
  await expect(readAll(one.body, limitOf)).rejects.toMatchObject({ code: "TOO_LARGE", status: 413 });
});

test("listeners don't pile up over many chunks", async () => {
  const { raw, body } = open();
  for (let n = 0; n < 100; n++) {
    const next = body.next();
    raw.write("x");
    await next;
  }
  expect(raw.listenerCount("readable") + raw.listenerCount("close")).toBeLessThan(5);
});
