import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { open } from "lmdb";
import { afterAll, expect, it } from "vitest";
import { openEmbeddingStore } from "./embedding-store.ts";
import type { EmbeddedText } from "./port.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folders: string[] = [];
const folder = () => {
  folders.push(mkdtempSync(join(tmpdir(), "eddy-embeddings-")));
  return folders.at(-1)!;
};
afterAll(() => {
  for (const dir of folders) rmSync(dir, { recursive: true });
});

const WIDTH = 384;
const keyOf = (id: number) => {
  const key = Buffer.alloc(32);
  // Spread, as hashes are.
  key.writeUInt32BE(Math.imul(id, 0x9e3779b1) >>> 0, 0);
  key.writeUInt32BE(id, 4);
  return key;
};
const embedded = (id: number): EmbeddedText => ({
  vector: new Float32Array(WIDTH).fill(id),
  tokens: id,
  truncated: id % 2 === 1,
});
const entriesOf = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => [keyOf(from + i), embedded(from + i)] as const);

it("gives back what was put, also after it was opened again", async () => {
  const dir = folder();
  const store = openEmbeddingStore(dir, 1 << 20);
  expect(store.get([keyOf(1)])).toEqual([undefined]);
  store.put(entriesOf(1, 3));
  expect(store.get([keyOf(3), keyOf(9), keyOf(1)])).toEqual([embedded(3), undefined, embedded(1)]);
  await store.close();
  const again = openEmbeddingStore(dir, 1 << 20);
  expect(again.get([keyOf(2)])).toEqual([embedded(2)]);
  await again.close();
});

it("stays within its bound, the oldest out, and what is put again counts once", async () => {
  const dir = folder();
  const limit = 4 << 20;
  const store = openEmbeddingStore(dir, limit);
  const total = 4 * (limit / 2048);
  for (let from = 0; from < total; from += 64) {
    store.put(entriesOf(from, 64));
    store.put(entriesOf(from, 64));
    expect(store.bytes()).toBeLessThanOrEqual(limit);
  }
  const there = Array.from({ length: total }, (_, id) => store.get([keyOf(id)])[0] !== undefined);
  const kept = there.filter(Boolean).length;
  expect(kept).toBe(limit / 2048);
  expect(there.lastIndexOf(false)).toBe(total - kept - 1);
  await store.close();
  // Beside them: the pages that the last two transactions gave up, and the keys.
  expect(statSync(join(dir, "embeddings.mdb")).size).toBeLessThan(1.5 * limit);
});

it("refuses a folder of another format", async () => {
  const dir = folder();
  await openEmbeddingStore(dir, 1).close();
  const env = open({ path: join(dir, "embeddings.mdb"), maxDbs: 3 });
  env.openDB<number, string>({ name: "meta" }).putSync("format", 99);
  await env.close();
  expect(() => openEmbeddingStore(dir, 1)).toThrow(expect.objectContaining({ code: "FORMAT_UNKNOWN" }));
});

/** A process that puts 8 at a time from the sources as they are, and names the first of each once they are in the file. */
function spawnWriter(dir: string, limit: number) {
  const conditions = JSON.stringify(["@eddy/source", "node", "import", "module", "default"]);
  const program = `
    import { runnerImport } from "vite";
    const resolve = { conditions: ${conditions} };
    const options = { root: ${JSON.stringify(root)}, configFile: false, logLevel: "error", resolve, ssr: { resolve } };
    const source = ${JSON.stringify(fileURLToPath(new URL("./embedding-store.ts", import.meta.url)))};
    const { module: { openEmbeddingStore } } = await runnerImport(source, options);
    const store = openEmbeddingStore(${JSON.stringify(dir)}, ${limit});
    const keyOf = ${keyOf.toString()};
    const vectorOf = (id) => new Float32Array(${WIDTH}).fill(id);
    for (let from = 0; ; from += 8) {
      store.put(Array.from({ length: 8 }, (_, i) => [keyOf(from + i), { vector: vectorOf(from + i), tokens: from + i, truncated: (from + i) % 2 === 1 }]));
      process.stdout.write(from + "\\n");
    }`;
  return spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

it("kill -9 in mid-put loses nothing that was put, and leaves no half of it (S1)", async () => {
  const dir = folder();
  const limit = 64 * 2048;
  const child = spawnWriter(dir, limit);
  let last = -1;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (last >= 400) child.kill("SIGKILL");
  }
  if (child.signalCode === null && child.exitCode === null) await once(child, "exit");
  const store = openEmbeddingStore(dir, limit);
  expect(store.bytes()).toBe(limit);
  const newest = Array.from({ length: 56 }, (_, i) => last + 7 - i);
  // Up to one put more than was named may be there, and then the eight oldest of these are gone.
  expect(store.get(newest.map(keyOf))).toEqual(newest.map(embedded));
  await store.close();
}, 60_000);
