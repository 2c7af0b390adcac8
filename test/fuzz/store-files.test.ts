/** Snapshots that somebody sends to the embedded store: damaged, they are refused, and what is there stays; the store opens again in any case. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Engine, openEngine } from "@eddy/vectors/engine/engine";
import { recoverStorage } from "@eddy/vectors/engine/recover-storage";
import { createQdrantServer, type QdrantServer } from "@eddy/vectors/server/server";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FUZZ_MS, fuzz, jsonText, nearly, orFault } from "./fuzz.ts";

const HEAD = JSON.stringify({ what: "snapshot of Eddy's vector store", format: 1 });
const dense = { size: 2, distance: "Dot" };
const config = { params: { vectors: { a: dense }, sparse_vectors: { s: {} } } };
const state = { uid: "u", config, indexes: { n: { type: "integer" } }, operation: 3 };
const description = JSON.stringify({ name: "c", state });
/** Flag, two f32, then one index with its value. */
const vectors = Buffer.from("01" + "0000803f00000040" + "01000000" + "07000000" + "0000003f", "hex");

/** A snapshot of these frames, each as long as it says. */
const snapshot = (...frames: readonly (string | Uint8Array)[]) =>
  Buffer.concat(
    [HEAD, ...frames].flatMap((frame) => {
      const bytes = Buffer.from(frame as string);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
const whole = snapshot(description, '1\n3\n{"n":1}', vectors, "2\n3\n{}", vectors, "");

const point = fc.oneof(
  fc.constantFrom(
    "1\n3\n{}",
    "2\n3\n[]",
    "x\n1\n{}",
    "-1\n1\n{}",
    "\n\n{}",
    "1\n-1\n{}",
    "1\n1e3\n{}",
    "01\n1\n{}",
    "1\n1",
  ),
  jsonText.map((payload) => `3\n1\n${payload}`),
  fc.string(),
);
const described = fc.oneof(
  fc.constant(description),
  jsonText,
  jsonText.map((given) => JSON.stringify({ name: "c", state }).replace('"integer"', given)),
  jsonText.map((given) => `{"name":"c","state":{"config":{"params":{"vectors":${given}}},"indexes":{},"operation":0}}`),
  jsonText.map((given) => `{"name":${given},"state":${JSON.stringify(state)}}`),
  fc.constantFrom("..", "a/b", "", "x".repeat(300)).map((name) => JSON.stringify({ name, state })),
);
/** Sound frames, or not, of sound lengths. */
const built = fc
  .tuple(described, fc.array(fc.tuple(point, nearly(fc.constant(vectors))), { maxLength: 4 }), fc.boolean())
  .map(([first, points, ended]) => snapshot(first, ...points.flat(), ...(ended ? [""] : [])));
const files = fc.oneof(
  nearly(fc.constant(whole)),
  built,
  fc.tuple(built, built).map((both) => Buffer.concat(both)),
);

let dir: string;
let engine: Engine;
let server: QdrantServer;
const faults: unknown[] = [];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "eddy-fuzz-"));
  await open();
  for (const name of ["c", "other"]) {
    engine.createCollection(name, { vectors: { a: dense }, sparse_vectors: { s: {} } });
    engine.collection(name).update([{ upsert: { points: [{ id: 9, vector: { a: [1, 2] }, payload: { n: 9 } }] } }]);
  }
});
afterEach(async () => {
  await close();
  rmSync(dir, { recursive: true, force: true });
});

async function open(): Promise<void> {
  faults.length = 0;
  engine = openEngine({ dir });
  server = await createQdrantServer({ engine, port: 0, onFault: (error) => faults.push(error) });
}
async function close(): Promise<void> {
  await server.close();
  await engine.close();
}

/** All that can be read of it. */
const everything = async (name: string) => {
  const found = engine.find(name);
  if (!found) return undefined;
  const { points } = await found.scroll({ limit: 100, with_vector: true, with_payload: true });
  const counted = await found.count({ filter: { must: [{ key: "n", range: { gte: 0 } }] } });
  return JSON.stringify([points, counted, found.indexes, found.vectorCounts], (_, value) =>
    value instanceof Float32Array ? Array.from(value) : value,
  );
};

/** Refused, it left all as it was; taken, it is there, and after the store was opened anew. */
async function send(request: () => Promise<Response>): Promise<void> {
  const before = await everything("c");
  const response = await request();
  const text = await response.text();
  expect([response.status < 500, faults.map(String)], text).toEqual([true, []]);
  if (!response.ok) {
    expect(JSON.parse(text).status.error).toMatch(/\S/);
    expect(await everything("c")).toBe(before);
  }
  const received = join(dir, "snapshots", "received");
  expect(existsSync(received) ? readdirSync(received) : []).toEqual([]);
  const [now, other] = [await everything("c"), await everything("other")];
  await close();
  await open();
  expect([await everything("c"), await everything("other")]).toEqual([now, other]);
}

test("the one that all are made of is taken", async () => {
  writeFileSync(join(dir, "whole.snapshot"), whole);
  await engine.recoverSnapshot("c", join(dir, "whole.snapshot"));
  expect(await everything("c")).toContain('"payload":{"n":1}');
  expect(JSON.parse((await everything("c"))!)[3]).toEqual([
    ["a", 2],
    ["s", 2],
  ]);
});

describe("a snapshot of any bytes", () => {
  test(
    "uploaded",
    () =>
      fuzz(
        files,
        (bytes) =>
          send(() => {
            const form = new FormData();
            form.set("snapshot", new Blob([new Uint8Array(bytes)]), "any.snapshot");
            return fetch(`${server.url}/collections/c/snapshots/upload`, { method: "POST", body: form });
          }),
        200,
      ),
    FUZZ_MS,
  );

  test(
    "recovered from its folder",
    () =>
      fuzz(
        files,
        (bytes) =>
          send(async () => {
            const file = join(await engine.snapshots.scratch("given"), "..", "..", "given.snapshot");
            writeFileSync(file, bytes);
            const body = JSON.stringify({ location: pathToFileURL(file).href });
            return fetch(`${server.url}/collections/c/snapshots/recover`, { method: "PUT", body });
          }),
        200,
      ),
    FUZZ_MS,
  );

  test(
    "at the start of `eddy qdrant`",
    () =>
      fuzz(
        files,
        async (bytes) => {
          const [empty, file] = [join(dir, "empty"), join(dir, "given.snapshot")];
          writeFileSync(file, bytes);
          const names = await orFault(["CONFIG_INVALID"], () => recoverStorage(empty, file));
          const opened = openEngine({ dir: empty });
          expect(opened.names()).toEqual([...(names ?? [])].sort());
          await opened.close();
          rmSync(empty, { recursive: true });
        },
        150,
      ),
    FUZZ_MS,
  );
});

test(
  "a multipart body of any bytes, and a request to recover of any JSON",
  async () => {
    const part = Buffer.concat([
      Buffer.from('--b\r\nContent-Disposition: form-data; name="snapshot"; filename="s"\r\n\r\n'),
      whole,
      Buffer.from("\r\n--b--\r\n"),
    ]);
    const type = fc.constantFrom("multipart/form-data; boundary=b", 'multipart/form-data; boundary="b"', "text/plain");
    const uploads = fc.tuple(nearly(fc.constant(part)), type, fc.constantFrom("", "?checksum=x", "?wait=maybe"));
    await fuzz(
      uploads,
      ([bytes, contentType, query]) =>
        send(() =>
          fetch(`${server.url}/collections/c/snapshots/upload${query}`, {
            method: "POST",
            body: new Uint8Array(bytes),
            headers: { "content-type": contentType },
          }),
        ),
      150,
    );
    const location = fc.oneof(
      jsonText,
      fc.constantFrom('"file:///etc/passwd"', '"http://127.0.0.1:1/x"', '"data:,x"', '"file:///%00"', '"file://x/y"'),
      fc.constantFrom("", "received", "..").map((path) => JSON.stringify(pathToFileURL(join(dir, "snapshots", path)))),
    );
    await fuzz(
      fc.oneof(
        nearly(jsonText),
        location.map((given) => `{"location":${given},"checksum":"0"}`),
        location.map((given) => `{"location":${given}}`),
      ),
      (body) =>
        send(() =>
          fetch(`${server.url}/collections/c/snapshots/recover`, { method: "PUT", body: Buffer.from(body as string) }),
        ),
      150,
    );
  },
  FUZZ_MS,
);

test(
  "a snapshot of Eddy's own, with a bit changed anywhere in it, is whole or refused",
  async () => {
    const { name } = await engine.createSnapshot("c");
    const own = readFileSync(engine.snapshots.path("c", name));
    const file = join(dir, "flipped.snapshot");
    for (let bit = 0; bit < own.length * 8; bit += 5) {
      const bytes = Buffer.from(own);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      writeFileSync(file, bytes);
      const before = await everything("c");
      try {
        await engine.recoverSnapshot("c", file);
      } catch (error) {
        expect([bit, (error as Error).name]).toEqual([bit, "Refusal"]);
        expect(await everything("c")).toBe(before);
      }
      await everything("c");
    }
  },
  FUZZ_MS,
);
