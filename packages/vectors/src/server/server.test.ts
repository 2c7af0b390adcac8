import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { QdrantClient } from "@qdrant/js-client-rest";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { StorageFailure } from "../engine/refusal.ts";
import { createRestApi } from "../rest-client.ts";
import { createQdrantServer, type QdrantServer } from "./server.ts";

const dirs: string[] = [];
const folder = () => {
  dirs.push(mkdtempSync(join(tmpdir(), "eddy-server-")));
  return dirs.at(-1)!;
};
let server: QdrantServer;
beforeAll(async () => {
  server = await createQdrantServer({ dir: folder(), port: 0 });
});
afterAll(async () => {
  await server.close();
  for (const dir of dirs) rmSync(dir, { recursive: true });
});

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(server.url + path, { method, body: text, headers });
  const answer = await response.text();
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    answer,
    json: answer.startsWith("{") ? JSON.parse(answer) : undefined,
  };
}

describe("Qdrant's REST", () => {
  beforeAll(async () => {
    await send("PUT", "/collections/p", { vectors: { size: 4, distance: "Cosine" } });
    await send("PUT", "/collections/p/points?wait=true", {
      points: [
        { id: 1, vector: [1, 0, 0, 0], payload: { a: "x", n: 1, tags: ["t1", "t2"] } },
        { id: 2, vector: [0, 2, 0, 0], payload: { a: "y", n: 2 } },
        { id: 3, vector: [0.5, 0.5, 0, 0] },
      ],
    });
  });

  it("wraps results and times them; with wait a write is completed, without it acknowledged", async () => {
    const { json, type } = await send("PUT", "/collections/p/points?wait=true", {
      points: [{ id: 4, vector: [0, 0, 1, 0] }],
    });
    expect(json).toEqual({ result: { operation_id: 2, status: "completed" }, status: "ok", time: expect.any(Number) });
    expect(type).toBe("application/json");
    const again = await send("PUT", "/collections/p/points", { points: [{ id: 4, vector: [0, 0, 1, 0] }] });
    expect(again.json.result.status).toBe("acknowledged");
  });

  it("prints vectors and scores as short f32, and Cosine vectors of unit length", async () => {
    const { answer } = await send("GET", "/collections/p/points/3");
    expect(answer).toContain('"vector":[0.70710677,0.70710677,0.0,0.0]');
    const query = await send("POST", "/collections/p/points/query", { query: [1, 0, 0, 0], limit: 2 });
    expect(query.answer).toContain(
      '{"points":[{"id":1,"version":1,"score":1.0},{"id":3,"version":1,"score":0.70710677}]}',
    );
  });

  const C = "/collections/p";
  it.each<[string, string, unknown, number, string]>([
    ["GET", "/collections/nope", undefined, 404, "Not found: Collection `nope` doesn't exist!"],
    ["PUT", C, { vectors: { size: 4, distance: "Cosine" } }, 409, "Wrong input: Collection `p` already exists!"],
    [
      "PUT",
      "/collections/q",
      { vectors: { size: 4, distance: "cosine" } },
      400,
      "Format error in JSON body: data did not match any variant of untagged enum VectorsConfig at line 1 column 42",
    ],
    [
      "PUT",
      "/collections/a%2Fb",
      {},
      422,
      'Validation error in path parameters: [collection_name: collection name cannot contain "/" char]',
    ],
    [
      "PUT",
      `${C}/points?ordering=foo`,
      { points: [] },
      400,
      "Deserialize error in query parameters: unknown variant `foo`, expected one of `weak`, `medium`, `strong`",
    ],
    [
      "PUT",
      `${C}/points?wait=maybe`,
      { points: [] },
      400,
      "Deserialize error in query parameters: provided string was not `true` or `false`",
    ],
    [
      "PUT",
      `${C}?timeout=0`,
      {},
      422,
      "Validation error in query parameters: [timeout: value 0 invalid, must be 1 or larger]",
    ],
    ["PUT", `${C}/points`, { points: [] }, 400, "Bad request: Empty update request"],
    [
      "PUT",
      `${C}/points`,
      { points: [{ id: -1, vector: [] }] },
      400,
      "Format error in JSON body: value -1 is not a valid point ID, valid values are either an unsigned integer or a UUID",
    ],
    [
      "PUT",
      `${C}/points`,
      { points: [{ id: 9, vector: [1, 2] }] },
      400,
      "Wrong input: Vector dimension error: expected dim: 4, got 2",
    ],
    [
      "PUT",
      `${C}/points`,
      { points: [{ id: 9, vector: { foo: [1] } }] },
      400,
      "Wrong input: Not existing vector name error: foo",
    ],
    ["PUT", `${C}/points`, { points: [{ id: 9 }] }, 400, "Format error in JSON body: missing field `vector`"],
    ["PUT", `${C}/points`, undefined, 400, "Format error in JSON body: EOF while parsing a value at line 1 column 0"],
    ["GET", `${C}/points/12345`, undefined, 404, "Not found: Point with id 12345 does not exists!"],
    ["GET", `${C}/points/abc`, undefined, 400, 'Wrong input: Can not recognize "abc" as point id'],
    [
      "POST",
      `${C}/points/payload`,
      { payload: { m: 1 }, points: [31337] },
      404,
      "Not found: No point with id 31337 found",
    ],
    [
      "POST",
      `${C}/points/payload`,
      { payload: { m: 1 } },
      400,
      "Format error in JSON body: Either list of point ids or filter must be provided",
    ],
    [
      "POST",
      `${C}/points/delete`,
      {},
      400,
      "Format error in JSON body: data did not match any variant of untagged enum PointsSelector",
    ],
    [
      "POST",
      `${C}/points/scroll`,
      { limit: 0 },
      422,
      "Validation error in JSON body: [scroll_request.limit: value 0 invalid, must be 1 or larger]",
    ],
    ["POST", `${C}/points/query`, { query: 4444 }, 404, "Not found: No point with id 4444 found"],
    [
      "POST",
      `${C}/points/query`,
      { query: { fusion: "rrf" } },
      400,
      "Bad request: cannot apply Fusion without prefetches",
    ],
    [
      "POST",
      `${C}/facet`,
      { key: "b" },
      400,
      "Wrong input: No appropriate index for faceting: `b`. Please create one to facet on this field. Check https://qdrant.tech/documentation/concepts/indexing/#payload-index to see which payload schemas support Match conditions",
    ],
    [
      "PUT",
      `${C}/index`,
      { field_name: "a" },
      400,
      "Bad request: Can't auto-detect field type, please specify `field_schema` in the request",
    ],
    [
      "POST",
      `${C}/points/recommend`,
      {},
      501,
      "Not implemented: the former `recommend`; `query` does the same is not served by Eddy's embedded store; a real Qdrant has it (QDRANT_URL)",
    ],
  ])("%s %s %j → %i", async (method, path, body, status, error) => {
    const answer = await send(method, path, body);
    expect(answer.json).toEqual({ status: { error }, time: expect.any(Number) });
    expect(answer.status).toBe(status);
  });

  it("leaves unknown routes and methods with an empty 404", async () => {
    for (const [method, path] of [
      ["GET", "/nope"],
      ["PATCH", "/collections"],
    ] as const) {
      expect(await send(method, path)).toMatchObject({ status: 404, answer: "", type: null });
    }
  });

  it("applies a batch up to the operation that is refused", async () => {
    const upsert = (id: number, vector: number[]) => ({ upsert: { points: [{ id, vector }] } });
    const operations = [upsert(60, [1, 0, 0, 0]), upsert(61, [1, 0]), upsert(62, [1, 0, 0, 0])];
    expect((await send("POST", `${C}/points/batch?wait=true`, { operations })).status).toBe(400);
    const { json } = await send("POST", `${C}/points`, { ids: [60, 61, 62], with_payload: false });
    expect(json.result).toEqual([{ id: 60 }]);
  });

  it("refuses a body over 32 MiB with Qdrant's text, and lives on", async () => {
    const { status, json } = await send("PUT", `${C}/points`, `{"points":[${" ".repeat(33 * 1024 * 1024)}]}`);
    expect(status).toBe(400);
    expect(json.status.error).toBe("JSON payload (34603021 bytes) is larger than allowed (limit: 33554432 bytes).");
    expect((await send("GET", "/healthz")).answer).toBe("healthz check passed");
  });

  it("tells who it is, that it is well, and its metrics", async () => {
    expect((await send("GET", "/")).json).toMatchObject({ title: "qdrant - vector search engine", version: "1.19.0" });
    expect((await send("GET", "/readyz")).answer).toBe("all shards are ready");
    const { answer, type } = await send("GET", "/metrics");
    expect(type).toBe("text/plain; charset=utf-8");
    expect(answer).toMatch(/^collection_points\{id="p"\} \d+$/m);
    expect(answer).toMatch(
      /^rest_responses_total\{method="PUT",endpoint="\/collections\/:name\/points",status="200"\} \d+$/m,
    );
    for (const line of answer.trimEnd().split("\n")) expect(line).toMatch(/^(# (HELP|TYPE) |[a-z_]+(\{[^}]*\})? \S+$)/);
  });

  it("asks for the key where one is set, except for the health checks", async () => {
    const guarded = await createQdrantServer({ dir: folder(), port: 0, apiKey: "secret" });
    const get = async (path: string, headers?: Record<string, string>) =>
      (await fetch(guarded.url + path, { headers })).status;
    expect(await get("/collections")).toBe(401);
    expect(await get("/collections", { "api-key": "wrong" })).toBe(403);
    expect(await get("/collections", { "api-key": "secret" })).toBe(200);
    expect(await get("/collections", { authorization: "Bearer secret" })).toBe(200);
    expect(await get("/readyz")).toBe(200);
    const api = createRestApi({ url: guarded.url, apiKey: "wrong" });
    await expect(api.count("c", {})).rejects.toMatchObject({ code: "STORE_REFUSED" });
    await guarded.close();
  });

  it("names the port that is taken", async () => {
    const port = Number(new URL(server.url).port);
    await expect(createQdrantServer({ dir: folder(), port })).rejects.toMatchObject({
      code: "PORT_TAKEN",
      message: expect.stringContaining(String(port)),
    });
  });

  it("answers 500 with a clear text where the disk fails, and writes nothing", async () => {
    const collection = server.engine.collection("p");
    const failing = vi.spyOn(collection, "update").mockImplementation(() => {
      throw new StorageFailure(new Error("No space left on device"), true);
    });
    const { status, json } = await send("PUT", `${C}/points?wait=true`, {
      points: [{ id: 500, vector: [1, 0, 0, 0] }],
    });
    failing.mockRestore();
    expect(status).toBe(500);
    expect(json.status.error).toBe(
      "Service internal error: nothing was written: the disk is full (No space left on device)",
    );
  });
});

describe("@qdrant/js-client-rest, unchanged", () => {
  it("makes, fills, indexes, asks and removes a collection", async () => {
    const warn = vi.spyOn(console, "warn");
    const client = new QdrantClient({ url: server.url });
    expect(await client.createCollection("js", { vectors: { size: 2, distance: "Dot" } })).toBe(true);
    await client.createPayloadIndex("js", { field_name: "k", field_schema: "keyword", wait: true });
    await client.createPayloadIndex("js", {
      field_name: "n",
      field_schema: { type: "integer", range: true },
      wait: true,
    });
    const points = Array.from({ length: 30 }, (_, id) => ({
      id,
      vector: [id, 1],
      payload: { k: `k${id % 3}`, n: id },
    }));
    expect(await client.upsert("js", { wait: true, points })).toMatchObject({ status: "completed" });
    await client.upsert("js", {
      points: points.map((one) => ({ ...one, payload: { k: "no" } })),
      update_filter: { must: [{ key: "n", range: { gt: 100 } }] },
    });
    await client.setPayload("js", { payload: { seen: true }, filter: { must: [{ key: "n", range: { lt: 3 } }] } });
    await client.delete("js", { wait: true, points: [29] });

    expect(await client.count("js", { filter: { must: [{ key: "seen", match: { value: true } }] } })).toEqual({
      count: 3,
    });
    const hits = await client.query("js", {
      query: [1, 0],
      limit: 2,
      filter: { must: [{ key: "k", match: { value: "k1" } }] },
      with_payload: ["n"],
      with_vector: true,
    });
    expect(hits.points).toEqual([
      { id: 28, version: expect.any(Number), score: 28, payload: { n: 28 }, vector: [28, 1] },
      { id: 25, version: expect.any(Number), score: 25, payload: { n: 25 }, vector: [25, 1] },
    ]);
    expect((await client.facet("js", { key: "k" })).hits).toEqual([
      { value: "k0", count: 10 },
      { value: "k1", count: 10 },
      { value: "k2", count: 9 },
    ]);
    const page = await client.scroll("js", {
      limit: 10,
      order_by: { key: "n", direction: "desc" },
      with_payload: false,
    });
    expect(page.points.map(({ id }) => id)).toEqual([28, 27, 26, 25, 24, 23, 22, 21, 20, 19]);
    expect((await client.scroll("js", { limit: 5, offset: 24 })).points.map(({ id }) => id)).toEqual([
      24, 25, 26, 27, 28,
    ]);
    const groups = await client.queryGroups("js", { query: [1, 0], group_by: "k", limit: 2, group_size: 2 });
    expect(groups.groups.map(({ id, hits }) => [id, hits.map((hit) => hit.id)])).toEqual([
      ["k1", [28, 25]],
      ["k0", [27, 24]],
    ]);
    const recommended = await client.query("js", { query: { recommend: { positive: [28], negative: [0] } }, limit: 1 });
    expect(recommended.points[0]?.id).toBe(27);
    expect(
      (
        await client.queryBatch("js", {
          searches: [
            { query: 3, limit: 1 },
            { query: { sample: "random" }, limit: 4 },
          ],
        })
      ).map(({ points }) => points.length),
    ).toEqual([1, 4]);
    expect((await client.getCollection("js")).payload_schema).toMatchObject({
      k: { data_type: "keyword", points: 29 },
    });
    await client.updateCollectionAliases({
      actions: [{ create_alias: { collection_name: "js", alias_name: "live" } }],
    });
    expect((await client.retrieve("live", { ids: [7] }))[0]?.payload).toEqual({ k: "k1", n: 7 });
    expect(await client.deleteCollection("js")).toBe(true);
    expect(await client.collectionExists("live")).toEqual({ exists: false });
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});

it("aliases: Qdrant's errors, all actions or none, kept over a restart", async () => {
  const dir = folder();
  const first = await createQdrantServer({ dir, port: 0 });
  const ask = async (at: QdrantServer, method: string, path: string, body?: unknown) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const response = await fetch(at.url + path, { method, body: text });
    const { status, result } = JSON.parse(await response.text());
    return status === "ok" ? result : status.error;
  };
  const change = (...actions: unknown[]) => ask(first, "POST", "/collections/aliases", { actions });
  const create = (alias_name: string, collection_name: string) => ({ create_alias: { alias_name, collection_name } });
  const aliases = async (at = first) => (await ask(at, "GET", "/aliases")).aliases;
  for (const name of ["a", "b"]) await ask(first, "PUT", `/collections/${name}`, { vectors: {} });

  expect(await change(create("live", "a"), create("old", "b"))).toBe(true);
  expect(await ask(first, "GET", "/collections/b/aliases")).toEqual({
    aliases: [{ alias_name: "old", collection_name: "b" }],
  });
  const before = await aliases();
  for (const [action, error] of [
    [create("new", "nope"), "Not found: Collection `nope` doesn't exist!"],
    [create("a", "b"), "Wrong input: Collection `a` already exists!"],
    [{ rename_alias: { old_alias_name: "nope", new_alias_name: "x" } }, "Not found: Alias nope does not exists!"],
  ] as const) {
    expect(await change({ delete_alias: { alias_name: "live" } }, create("more", "b"), action)).toBe(error);
  }
  expect(await aliases()).toEqual(before);
  expect(await ask(first, "PUT", "/collections/live", { vectors: {} })).toBe(
    "Wrong input: Can't create collection with name live. Alias with the same name already exists",
  );
  expect(await change(create("live", "b"), { delete_alias: { alias_name: "old" } })).toBe(true);
  await first.close();
  const second = await createQdrantServer({ dir, port: 0 });
  expect(await aliases(second)).toEqual([{ alias_name: "live", collection_name: "b" }]);
  await second.close();
});

describe("the REST adapter's errors", () => {
  it.each<[number, object, string, string]>([
    [400, { status: { error: "Wrong input: no" } }, "STORE_REFUSED", "Wrong input: no"],
    [429, { status: { error: "slow down" } }, "STORE_UNAVAILABLE", "slow down"],
    [500, { status: { error: "Service internal error" } }, "STORE_UNAVAILABLE", "Service internal error"],
    [503, {}, "STORE_UNAVAILABLE", ""],
    [200, { result: [{ operation_id: 1, status: "wait_timeout" }], status: "ok" }, "STORE_UNAVAILABLE", "wait_timeout"],
    [200, { result: [{ operation_id: 1, status: "acknowledged" }], status: "ok" }, "STORE_UNAVAILABLE", "acknowledged"],
    [202, { status: "accepted" }, "STORE_UNAVAILABLE", "202"],
  ])("an answer of %i %j is %s", async (status, body, code, text) => {
    const peer = createServer((request, response) => {
      request.resume();
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    await new Promise<void>((listening) => peer.listen(0, "127.0.0.1", listening));
    const api = createRestApi({ url: `http://127.0.0.1:${(peer.address() as AddressInfo).port}` });
    await expect(api.update("c", [{ delete: { points: [1] } }])).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text),
    });
    peer.closeAllConnections();
    peer.close();
  });

  it("nobody listening, or no answer in time, can be tried again", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await expect(createRestApi({ url, timeoutMs: 50 }).ping()).rejects.toMatchObject({
      name: "RetryableError",
      code: "STORE_UNAVAILABLE",
    });
    silent.closeAllConnections();
    await new Promise((closed) => silent.close(closed));
    await expect(createRestApi({ url }).ping()).rejects.toMatchObject({
      name: "RetryableError",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });
});
