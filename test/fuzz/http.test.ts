/** Requests with any body: the embedded Qdrant server answers each, and none is a fault of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createQdrantServer, type QdrantServer } from "@eddy/vectors/server/server";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fuzz, jsonText, nearly } from "./fuzz.ts";

const dir = mkdtempSync(join(tmpdir(), "eddy-fuzz-"));
const faults: unknown[] = [];
let server: QdrantServer;
beforeAll(async () => {
  server = await createQdrantServer({ dir, port: 0, onFault: (error) => faults.push(error) });
  await ask("PUT", "/collections/c", '{"vectors":{"size":2,"distance":"Cosine"}}');
  await ask(
    "PUT",
    "/collections/c/points?wait=true",
    '{"points":[{"id":1,"vector":[1,0],"payload":{"a":1,"t":"x y"}},{"id":2,"vector":[0,1]}]}',
  );
});
afterAll(async () => {
  await server.close();
  rmSync(dir, { recursive: true, force: true });
});

async function ask(method: string, path: string, body: string | Buffer) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    body,
    headers: { "content-type": "application/json" },
  });
  return { status: response.status, text: await response.text() };
}

const leaf = fc.oneof(
  jsonText.map((value) => `{"key":"a","match":{"value":${value}}}`),
  jsonText.map((value) => `{"key":"t","match":{"text":${value}}}`),
  fc.tuple(jsonText, jsonText).map(([gte, lt]) => `{"key":"a","range":{"gte":${gte},"lt":${lt}}}`),
  fc.tuple(fc.string(), jsonText).map(([key, value]) => `{"key":${JSON.stringify(key)},"match":${value}}`),
  jsonText.map((ids) => `{"has_id":${ids}}`),
  jsonText.map((key) => `{"is_null":{"key":${key}}}`),
  jsonText,
);
const filter = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc
      .tuple(
        fc.constantFrom("must", "should", "must_not", "min_should", "__proto__"),
        fc.array(tie("filter"), { maxLength: 3 }),
      )
      .map(([clause, parts]) => `{"${clause}":[${parts.join(",")}]}`),
  ),
})).filter;

test.each([
  ["POST", "/collections/c/points/scroll", filter.map((given) => `{"filter":${given}}`)],
  ["POST", "/collections/c/points/count", filter.map((given) => `{"filter":${given},"exact":true}`)],
  [
    "POST",
    "/collections/c/points/query",
    fc.tuple(jsonText, filter).map(([query, given]) => `{"query":${query},"filter":${given}}`),
  ],
  ["POST", "/collections/c/points/payload", jsonText.map((payload) => `{"payload":${payload},"points":[1]}`)],
  ["PUT", "/collections/c/points", jsonText.map((point) => `{"points":[${point}]}`)],
  [
    "PUT",
    "/collections/c/points",
    jsonText.map((payload) => `{"points":[{"id":1,"vector":[1,0],"payload":${payload}}]}`),
  ],
  ["POST", "/collections/c/facet", jsonText.map((key) => `{"key":${key}}`)],
] as const)(
  "%s %s",
  async (method, path, body) => {
    faults.length = 0;
    await fuzz(
      nearly(body),
      async (bytes) => {
        const { status, text } = await ask(method, path, bytes);
        expect([status, faults.map(String)], text).toEqual([expect.any(Number), []]);
        expect(status, text).toBeLessThan(500);
      },
      150,
    );
  },
  60_000,
);

test("a nest that is deeper than any stack is refused", async () => {
  for (const deep of [`{"filter":${'{"must":['.repeat(100_000)}`, `{"filter":${"[".repeat(500_000)}`]) {
    const { status } = await ask("POST", "/collections/c/points/count", deep);
    expect(status).toBe(400);
  }
  const closed = `{"filter":${'{"must":['.repeat(20_000)}${"]}".repeat(20_000)}}`;
  expect((await ask("POST", "/collections/c/points/count", closed)).status).toBeLessThan(500);
});
