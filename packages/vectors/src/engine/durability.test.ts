import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { FatalError } from "@eddy/contracts/errors";
import { open } from "lmdb";
import { afterAll, describe, expect, it } from "vitest";
import { openEngine } from "./engine.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const folders: string[] = [];
const folder = () => {
  folders.push(mkdtempSync(join(tmpdir(), "eddy-durable-")));
  return folders.at(-1)!;
};
afterAll(() => {
  for (const dir of folders) rmSync(dir, { recursive: true });
});

const WIDTH = 64;
const BATCH = 50;

/** A process that writes batches from the sources as they are, and names each once it is acknowledged. */
function spawnWriter(dir: string, from: number, limits = ""): ChildProcess {
  const conditions = JSON.stringify(["@eddy/source", "node", "import", "module", "default"]);
  const program = `
    import { runnerImport } from "vite";
    const resolve = { conditions: ${conditions} };
    const options = { root: ${JSON.stringify(root)}, configFile: false, logLevel: "error", resolve, ssr: { resolve } };
    const { module } = await runnerImport(${JSON.stringify(fileURLToPath(new URL("./engine.ts", import.meta.url)))}, options);
    const engine = module.openEngine({ dir: ${JSON.stringify(dir)} });
    if (!engine.find("c")) engine.createCollection("c", { vectors: { size: ${WIDTH}, distance: "Dot" } });
    const c = engine.collection("c");
    for (let batch = ${from}; ; batch += 1) {
      const points = Array.from({ length: ${BATCH} }, (_, i) => ({
        id: batch * ${BATCH} + i, vector: new Float32Array(${WIDTH}).fill(batch), payload: { batch, text: "x".repeat(500) },
      }));
      try {
        c.update([{ upsert: { points } }]);
      } catch (error) {
        console.log("failed " + error.name + " " + c.size + " " + c.retrieve({ ids: [batch * ${BATCH}] }).length);
        process.exit(3);
      }
      process.stdout.write("done " + batch + "\\n");
      if (batch % 8 === 0) await new Promise((next) => setImmediate(next));
    }`;
  const command = `${limits} exec "$0" --input-type=module -e "$1"`;
  return spawn("bash", ["-c", command, process.execPath, program], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
}

/** The last batch that was acknowledged before the process ended; `kill` says when. */
async function lastDone(
  child: ChildProcess,
  kill: (batch: number) => boolean,
): Promise<{ batch: number; last: string }> {
  let batch = -1;
  let last = "";
  for await (const line of createInterface({ input: child.stdout! })) {
    last = line;
    if (line.startsWith("done ")) batch = Number(line.slice(5));
    if (batch >= 0 && kill(batch)) child.kill("SIGKILL");
  }
  // until it is reaped, a killed process still counts as running
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return { batch, last };
}

describe("durability", () => {
  it("kill -9 in mid-write loses nothing acknowledged, and leaves no half of a batch", async () => {
    const dir = folder();
    let from = 0;
    for (const until of [3, 17, 40]) {
      const start = from;
      const { batch } = await lastDone(spawnWriter(dir, from), (done) => done >= start + until);
      expect(batch).toBeGreaterThanOrEqual(start + until);
      const engine = openEngine({ dir });
      const c = engine.collection("c");
      expect(c.size % BATCH).toBe(0);
      expect(c.size).toBeGreaterThanOrEqual((batch + 1) * BATCH);
      const ids = Array.from({ length: (batch + 1) * BATCH }, (_, id) => id);
      const records = c.retrieve({ ids, with_vector: true });
      expect(records).toHaveLength(ids.length);
      for (const { id, payload, vector } of records) {
        const written = Math.floor(Number(id) / BATCH);
        expect(payload?.batch).toBe(written);
        expect((vector as Float32Array).every((one) => one === written)).toBe(true);
      }
      from = c.size / BATCH;
      await engine.close();
    }
  });

  it("a full disk fails the request, writes no half of it, and the store goes on with what it has", async () => {
    const dir = folder();
    // blocks of 1 kB: writes past 1 MiB fail, as on a full disk
    const { batch, last } = await lastDone(spawnWriter(dir, 0, "ulimit -f 1024;"), () => false);
    const size = (batch + 1) * BATCH;
    expect(batch).toBeGreaterThan(0);
    expect(last).toBe(`failed StorageFailure ${size} 0`);
    const engine = openEngine({ dir });
    expect(engine.collection("c").size).toBe(size);
    engine.collection("c").update([{ delete: { points: [0] } }]);
    expect(engine.collection("c").size).toBe(size - 1);
    await engine.close();
  });

  it("everything reads back after a restart: collections, indexes, metadata, aliases, payload and vectors, freed slots", async () => {
    const dir = folder();
    const before = openEngine({ dir });
    before.createCollection("c", {
      vectors: { a: { size: 2, distance: "Cosine" }, b: { size: 3, distance: "Euclid" } },
      metadata: { owner: "me" },
    });
    before.changeAliases([{ create_alias: { collection_name: "c", alias_name: "other" } }]);
    const c = before.collection("c");
    c.createIndex("k", "keyword");
    const points = Array.from({ length: 20 }, (_, id) => ({
      id,
      vector: { a: [3, 4], ...(id % 2 && { b: [id, 0, 1] }) },
      payload: { k: `k${id % 3}` },
    }));
    c.update([{ upsert: { points } }, { delete: { points: [4, 5] } }]);
    c.update([
      { set_payload: { payload: { k: "new" }, points: [6] } },
      { delete_vectors: { points: [7], vector: ["b"] } },
    ]);
    const everything = async (engine: typeof before) => ({
      info: [engine.names(), engine.aliases(), engine.collection("c").state, engine.collection("other").indexes],
      points: (await engine.collection("c").scroll({ limit: 100, with_vector: true })).points,
      facet: await engine.collection("c").facet({ key: "k" }),
      nearest: (await engine.collection("c").query({ query: [1, 2, 3], using: "b", limit: 20 })).points,
    });
    const expected = await everything(before);
    await before.close();
    const after = openEngine({ dir });
    expect(await everything(after)).toEqual(expected);
    expect(after.collection("c").update([{ upsert: { points: [{ id: 100, vector: { a: [1, 0] } }] } }])[0]).toBe(7);
    expect(after.deleteCollection("c")).toBe(true);
    await after.close();
    const last = openEngine({ dir });
    expect([last.names(), last.aliases()]).toEqual([[], []]);
    await last.close();
  });

  const codeOf = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      return error instanceof FatalError ? `${error.code}: ${error.message}` : error;
    }
    return "opened";
  };

  it("refuses a store of another format, a file that is no store, a taken folder and one that can't be made", async () => {
    const dir = folder();
    await openEngine({ dir }).close();
    const env = open({ path: join(dir, "store.lmdb"), noSubdir: true });
    await env.openDB({ name: "meta", encoding: "json" }).put("format", 3);
    await env.close();
    expect(codeOf(() => openEngine({ dir }))).toMatch(/^FORMAT_UNKNOWN: .*format 3/);

    const noStore = folder();
    writeFileSync(join(noStore, "store.lmdb"), "this is not a store\n".repeat(1000));
    expect(codeOf(() => openEngine({ dir: noStore }))).toMatch(/^FORMAT_UNKNOWN/);

    const taken = folder();
    const engine = openEngine({ dir: taken });
    expect(codeOf(() => openEngine({ dir: taken }))).toMatch(/^HOME_LOCKED/);
    await engine.close();

    const file = join(folder(), "file");
    writeFileSync(file, "");
    expect(codeOf(() => openEngine({ dir: join(file, "store") }))).toMatch(/^HOME_NOT_WRITABLE/);
  });
});
