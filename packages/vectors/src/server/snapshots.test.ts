import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEngine } from "../engine/engine.ts";
import { createQdrantServer, type QdrantServer } from "./server.ts";

const dir = mkdtempSync(join(tmpdir(), "eddy-snapshots-"));
let server: QdrantServer;
let other: QdrantServer;
beforeAll(async () => {
  server = await createQdrantServer({ dir: join(dir, "one"), port: 0, apiKey: "secret", readOnlyApiKey: "look" });
  other = await createQdrantServer({ dir: join(dir, "other"), port: 0 });
});
afterAll(async () => {
  await server.close();
  await other.close();
  rmSync(dir, { recursive: true });
});

async function ask(to: QdrantServer, method: string, path: string, body?: unknown, key = "secret") {
  const raw = body instanceof FormData;
  const response = await fetch(to.url + path, {
    method,
    body: raw ? body : body === undefined ? undefined : JSON.stringify(body),
    headers: { "api-key": key },
  });
  const text = await response.text();
  return { status: response.status, ...(text.startsWith("{") ? JSON.parse(text) : { text }) };
}

const points = Array.from({ length: 700 }, (_, i) => ({
  id: i % 2 === 0 ? i : `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`,
  vector: { dense: [i, 1, -i], sparse: { indices: [i % 7, 100 + i], values: [1, 0.5] } },
  payload: { n: i, word: `word ${i}`, price: 1 },
}));

async function fill(to: QdrantServer, name: string): Promise<void> {
  const vectors = { dense: { size: 3, distance: "Dot" } };
  await ask(to, "PUT", `/collections/${name}`, { vectors, sparse_vectors: { sparse: {} }, metadata: { owner: "me" } });
  await ask(to, "PUT", `/collections/${name}/index`, { field_name: "n", field_schema: "integer" });
  await ask(to, "PUT", `/collections/${name}/points?wait=true`, { points });
}

const everything = async (to: QdrantServer, name: string) =>
  (await ask(to, "POST", `/collections/${name}/points/scroll`, { limit: 1000, with_vector: true })).result;

describe("snapshots", () => {
  it("are made, listed, and bring a collection back as it was: points, vectors, indexes, metadata", async () => {
    await fill(server, "kept");
    const before = await everything(server, "kept");
    const made = await ask(server, "POST", "/collections/kept/snapshots");
    expect(made.result).toEqual({
      name: expect.stringMatching(/^kept-\d+-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d\.snapshot$/),
      creation_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
      size: expect.any(Number),
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect((await ask(server, "GET", "/collections/kept/snapshots")).result).toEqual([made.result]);

    await ask(server, "POST", "/collections/kept/points/delete?wait=true", {
      filter: { must: { key: "n", range: { lt: 600 } } },
    });
    const file = join(dir, "one", "snapshots", "collections", "kept", made.result.name);
    const location = pathToFileURL(file).href;
    const { checksum } = made.result;
    expect(await ask(server, "PUT", "/collections/kept/snapshots/recover", { location, checksum })).toMatchObject({
      status: "ok",
      result: true,
    });
    expect(await everything(server, "kept")).toEqual(before);
    const { result } = await ask(server, "GET", "/collections/kept");
    expect(result).toMatchObject({ config: { metadata: { owner: "me" } }, payload_schema: { n: { points: 700 } } });
    // and it goes on from there
    await ask(server, "POST", "/collections/kept/points/delete?wait=true", { points: [0] });
    const counted = await ask(server, "POST", "/collections/kept/points/count", {
      filter: { must: { key: "n", range: { lt: 10 } } },
    });
    expect(counted.result.count).toBe(9);
  });

  it("are downloaded, and uploaded or fetched by another store, which makes the collection", async () => {
    await fill(server, "sent");
    const { name, size, checksum } = (await ask(server, "POST", "/collections/sent/snapshots")).result;
    const address = `${server.url}/collections/sent/snapshots/${name}`;
    const bytes = Buffer.from(await (await fetch(address, { headers: { "api-key": "look" } })).arrayBuffer());
    expect(bytes.length).toBe(size);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(checksum);

    const form = new FormData();
    form.set("snapshot", new Blob([bytes]), "any.snapshot");
    const uploaded = await ask(other, "POST", `/collections/uploaded/snapshots/upload?checksum=${checksum}`, form);
    expect(uploaded).toMatchObject({ status: "ok", result: true });
    const before = await everything(server, "sent");
    expect(await everything(other, "uploaded")).toEqual(before);

    const location = { location: address, api_key: "secret" };
    await ask(other, "PUT", "/collections/fetched/snapshots/recover", location);
    expect(await everything(other, "fetched")).toEqual(before);
    // nothing of what was received stays
    expect(readdirSync(join(dir, "other", "snapshots", "received"))).toEqual([]);
  });

  it("of the whole storage bring all collections and are read at a start", async () => {
    await fill(other, "first");
    await fill(other, "second");
    const { name } = (await ask(other, "POST", "/snapshots")).result;
    expect((await ask(other, "GET", "/snapshots")).result).toMatchObject([{ name }]);
    const engine = openEngine({ dir: join(dir, "third") });
    await engine.recoverFullSnapshot(join(dir, "other", "snapshots", name));
    expect(engine.names()).toEqual(expect.arrayContaining(["first", "second"]));
    const { points: found } = await engine.collection("second").scroll({ limit: 1000, with_vector: true });
    expect(found.length).toBe(700);
    const sparse = await engine.collection("second").query({ query: { indices: [101], values: [2] }, using: "sparse" });
    expect(sparse.points).toEqual([{ id: points[1]!.id, version: expect.any(Number), score: 1 }]);
    await engine.close();
    expect((await ask(other, "DELETE", `/snapshots/${name}`)).result).toBe(true);
    expect((await ask(other, "GET", "/snapshots")).result).toEqual([]);
  });

  it("that don't fit, are cut short, changed, or elsewhere are refused, and nothing is lost", async () => {
    await fill(server, "safe");
    const before = await everything(server, "safe");
    const { name } = (await ask(server, "POST", "/collections/safe/snapshots")).result;
    const folder = join(dir, "one", "snapshots", "collections", "safe");
    const file = join(folder, name);
    const recover = (collection: string, location: string, more = {}) =>
      ask(server, "PUT", `/collections/${collection}/snapshots/recover`, { location, ...more });
    const of = (path: string) => pathToFileURL(path).href;

    await ask(server, "PUT", "/collections/narrow", { vectors: { dense: { size: 2, distance: "Dot" } } });
    expect((await recover("narrow", of(file))).status.error).toMatch(
      /^Wrong input: Snapshot is not compatible with existing/,
    );
    const cut = join(folder, "cut.snapshot");
    writeFileSync(cut, readFileSync(file).subarray(0, 20_000));
    expect((await recover("safe", of(cut))).status.error).toBe("Bad request: Failed to read snapshot: it is cut short");
    const foreign = join(folder, "foreign.snapshot");
    writeFileSync(foreign, "collection.json".padEnd(2000, "\0"));
    expect((await recover("safe", of(foreign))).status.error).toMatch(/it is not a snapshot of Eddy's vector store/);
    expect((await recover("safe", of(file), { checksum: "0".repeat(64) })).status.error).toMatch(/checksum mismatch/);
    const outside = join(dir, "outside.snapshot");
    writeFileSync(outside, readFileSync(file));
    expect((await recover("safe", of(outside))).status.error).toMatch(/^Forbidden: .* inside the snapshots directory/);
    expect((await recover("safe", "ftp://x/y")).status.error).toMatch(/^Bad request: URL .* is not supported/);
    expect((await recover("safe", `${other.url}/collections/none/snapshots/x`)).status.error).toMatch(/status - 404/);
    expect(await everything(server, "safe")).toEqual(before);

    for (const bad of ["..%2F..%2Fstore.lmdb", "nope.snapshot", "..%2Fkept"]) {
      const answer = await ask(server, "GET", `/collections/safe/snapshots/${bad}`);
      expect(answer.status.error).toMatch(/^Not found: Snapshot .* not found$/);
    }
    expect((await ask(server, "DELETE", `/collections/safe/snapshots/${name}`)).result).toBe(true);
    expect(existsSync(file)).toBe(false);
  });

  it("made while points are written hold one moment", async () => {
    await fill(server, "moving");
    const snapshot = ask(server, "POST", "/collections/moving/snapshots");
    // each write moves all points at once: a snapshot with two values of `round` would be torn
    for (let round = 0; round < 5; round += 1)
      await ask(server, "POST", "/collections/moving/points/payload?wait=true", { payload: { round }, filter: {} });
    const { name } = (await snapshot).result;
    await ask(server, "PUT", "/collections/moved/snapshots/recover", {
      location: `${server.url}/collections/moving/snapshots/${name}`,
      api_key: "secret",
    });
    const { points: found } = await everything(server, "moved");
    expect(found).toHaveLength(700);
    expect(new Set(found.map((one: { payload: { round?: number } }) => one.payload.round)).size).toBe(1);
  });
});

describe("a key that may only read", () => {
  it.each<[string, string, unknown, number]>([
    ["GET", "/collections", undefined, 200],
    ["POST", "/collections/kept/points/scroll", {}, 200],
    ["POST", "/collections/kept/points/query", { limit: 1 }, 200],
    ["GET", "/metrics", undefined, 200],
    ["PUT", "/collections/new", { vectors: {} }, 403],
    ["PUT", "/collections/kept/points", { points: [] }, 403],
    ["POST", "/collections/kept/points/delete", { points: [1] }, 403],
    ["POST", "/collections/kept/snapshots", undefined, 403],
    ["DELETE", "/collections/kept", undefined, 403],
  ])("%s %s", async (method, path, body, status) => {
    const answer = await fetch(server.url + path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { "api-key": "look" },
    });
    await answer.text();
    expect(answer.status).toBe(status);
  });
});
