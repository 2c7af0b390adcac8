import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { open } from "lmdb";
import { afterAll, expect, it } from "vitest";
import { EmbeddedStreams } from "./embedded-streams.ts";
import { createLmdbStorage } from "./lmdb-storage.ts";
import { createRetention } from "./retention.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const folders: string[] = [];
const folder = () => {
  folders.push(mkdtempSync(join(tmpdir(), "eddy-log-")));
  return folders.at(-1)!;
};
afterAll(() => {
  for (const dir of folders) rmSync(dir, { recursive: true });
});

const BATCH = 7;

/** A process that appends batches, four at a time, from the sources as they are, and names each once it is acknowledged. */
function spawnWriter(dir: string) {
  const conditions = JSON.stringify(["@eddy/source", "node", "import", "module", "default"]);
  const source = (name: string) => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
  const program = `
    import { runnerImport } from "vite";
    const resolve = { conditions: ${conditions} };
    const options = { root: ${JSON.stringify(root)}, configFile: false, logLevel: "error", resolve, ssr: { resolve } };
    const { module: { EmbeddedStreams } } = await runnerImport(${source("./embedded-streams.ts")}, options);
    const { module: { createLmdbStorage } } = await runnerImport(${source("./lmdb-storage.ts")}, options);
    const streams = new EmbeddedStreams({ storage: createLmdbStorage(${JSON.stringify(dir)}), now: Date.now });
    await streams.createTopics([{ name: "t", partitions: 1 }]);
    const { end } = await streams.bounds("t", 0);
    let batch = end;
    const writer = async () => {
      for (;;) {
        const id = batch++;
        const value = (n) => Buffer.from(id + ":" + n + ":" + "x".repeat(2000));
        await streams.append("t", 0, Array.from({ length: ${BATCH} }, (_, n) => ({ key: null, value: value(n), headers: {} })));
        process.stdout.write("done " + id + "\\n");
      }
    };
    await Promise.all([writer(), writer(), writer(), writer()]);`;
  return spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

it("kill -9 in mid-append loses nothing acknowledged, and leaves no hole", async () => {
  const dir = folder();
  const acknowledged = new Set<number>();
  for (const until of [5, 60]) {
    const child = spawnWriter(dir);
    let seen = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith("done ")) continue;
      acknowledged.add(Number(line.slice(5)));
      if (++seen === until) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    expect(child.signalCode).toBe("SIGKILL");
    const streams = new EmbeddedStreams({ storage: createLmdbStorage(dir), now: Date.now });
    const { start, end } = await streams.bounds("t", 0);
    const reader = streams.reader("t", 0, start);
    const offsets: number[] = [];
    const found = new Map<number, number[]>();
    while (reader.position < end) {
      for (const { offset, value } of await reader.fetch({ maxRecords: 500, waitMs: 0 })) {
        offsets.push(offset);
        const [id, n] = Buffer.from(value!).toString().split(":").map(Number);
        found.set(id!, [...(found.get(id!) ?? []), n!]);
      }
    }
    expect(offsets).toEqual(Array.from({ length: end }, (_, offset) => offset));
    const whole = Array.from({ length: BATCH }, (_, n) => n);
    for (const id of acknowledged) expect(found.get(id), `batch ${id}`).toEqual(whole);
    await streams.close();
  }
});

it("refuses a log of an unknown format, and says what to do", async () => {
  const dir = folder();
  await createLmdbStorage(dir).close();
  const root = open({ path: join(dir, "log.mdb"), maxDbs: 8 });
  await root.openDB({ name: "meta" }).put("format", 2);
  await root.close();
  expect(() => createLmdbStorage(dir)).toThrow(
    expect.objectContaining({
      name: "FatalError",
      code: "FORMAT_UNKNOWN",
      message: expect.stringContaining("format 2"),
    }),
  );
});

it("gives no offset twice where compaction took the last records before it was closed", async () => {
  const dir = folder();
  const openLog = () => {
    const storage = createLmdbStorage(dir);
    return { storage, streams: new EmbeddedStreams({ storage, now: Date.now }) };
  };
  const first = openLog();
  await first.streams.createTopics([{ name: "t", partitions: 1, compacted: true }]);
  const record = (key: string, value: string | null) => ({
    key: Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    headers: {},
  });
  await first.streams.append("t", 0, [record("a", "1"), record("b", "1"), record("b", null), record("b", null)]);
  expect(await createRetention(first.streams, first.storage).apply(0)).toBe(3);
  const reader = first.streams.reader("t", 0, 1);
  expect(await reader.fetch({ maxRecords: 10, waitMs: 0 })).toEqual([]);
  expect(reader.position, "past what is gone, or it would never wait again").toBe(4);
  await first.streams.close();
  const { streams } = openLog();
  expect(await streams.bounds("t", 0)).toEqual({ start: 0, end: 4 });
  await streams.append("t", 0, [record("c", "1")]);
  const found = await streams.reader("t", 0, 0).fetch({ maxRecords: 10, waitMs: 0 });
  expect(found.map(({ offset, key }) => [offset, String(key)])).toEqual([
    [0, "a"],
    [4, "c"],
  ]);
  await streams.close();
});
