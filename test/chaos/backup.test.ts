/**
 * A backup of a folder that `eddy up` was killed in, under load; then the folder is wrecked, restored, and the stream goes on: the ledger
 * holds, and all that was acknowledged before the backup and after the restore is there. The same with a backup of one that runs. And kill -9 of `eddy backup` and `eddy restore` while
 * they write: nothing half done looks whole.
 *
 *     CHAOS_SEED=7 npx vitest run test/chaos/backup.test.ts
 */
import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createRandom } from "@eddy/runtime/random";
import { afterEach, expect, test } from "vitest";
import { acknowledgedFaults } from "../support/acknowledged-faults.ts";
import { endAll, runEddy, spawnEddy, startUp, temporaryFolder } from "../support/eddy-process.ts";
import { topics, withLedger } from "../support/home.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { replayModel } from "../support/replay.ts";
import { until } from "../support/until.ts";
import { createLoad } from "./load.ts";

const SEED = Number(process.env.CHAOS_SEED ?? 1);
const KILLS = Number(process.env.CHAOS_KILLS ?? 4);
const ARGS = ["--clusters", "5", "--partitions", "2"];
const ENV = { EDDY_SNAPSHOT_EVERY: "40" };

afterEach(endAll);

test(`backup, wreck, restore, go on; CHAOS_SEED=${SEED}`, { timeout: 300_000 }, async () => {
  const load = createLoad(createRandom(SEED));
  const folder = temporaryFolder();
  const [home, file] = [join(folder.path, "home"), join(folder.path, "eddy.tar.gz")];

  /** Load until so many more are acknowledged, then kill -9 with work in hand. */
  async function loadAndKill(more: number): Promise<void> {
    const up = await startUp(home, ARGS, { env: ENV });
    const wanted = load.acknowledged.length + more;
    const stopped = new AbortController();
    const loading = load.run(up.api, stopped.signal);
    await until(`${wanted} acknowledged`, 60_000, async () => load.acknowledged.length >= wanted);
    const running = await runEddy(["backup", "--home", home, "--out", join(folder.path, "of-a-running-one")]);
    expect(running.code).toBe(5);
    expect(running.stderr).toMatch(/--live; without, a backup is made of a stopped Eddy: process \d+ uses/);
    up.kill("SIGKILL");
    await up.ended();
    stopped.abort();
    await loading;
  }

  await loadAndKill(400);
  const backedUp = load.acknowledged.length;
  const made = await runEddy(["backup", "--home", home, "--out", file]);
  expect(made.code, made.stderr).toBe(0);
  expect(made.stdout).toMatch(/log [\d.,]+ MB, store [\d.,]+ MB/);

  // What came after it is lost with the folder, as a backup has it.
  await loadAndKill(100);
  const lostUntil = load.acknowledged.length;
  for (const path of ["log/log.mdb", "qdrant/store.lmdb"]) truncateSync(join(home, path), 100);
  expect((await runEddy(["restore", file, "--home", home])).stderr).toMatch(/is not empty/);
  rmSync(home, { recursive: true });

  const restored = await runEddy(["restore", file, "--home", home]);
  expect(restored.code, restored.stderr).toBe(0);
  expect(restored.stdout).toMatch(/is as it was: Eddy \S+ of 20\d\d-.*\n.*eddy up --home/);

  await loadAndKill(200);
  const up = await startUp(home, ARGS, { env: ENV });
  await up.caughtUp(120_000);
  expect(await up.stop()).toMatchObject({ code: 0 });
  await withLedger(home, async (ledger) => {
    const kept = load.acknowledged.filter((_, index) => index < backedUp || index >= lostUntil);
    expect(await acknowledgedFaults(ledger, kept)).toEqual([]);
    expect(await acknowledgedFaults(ledger, load.acknowledged)).not.toEqual([]);
    expect(await ledgerFaults(ledger)).toEqual([]);
    expect((await replayModel(ledger.streams, topics)).faults).toEqual([]);
    console.log(`${backedUp} acknowledged before the backup, ${kept.length - backedUp} after the restore`);
  });
  folder.remove();
});

test(`backup of a running one, wreck, restore, go on; CHAOS_SEED=${SEED}`, { timeout: 300_000 }, async () => {
  const random = createRandom(SEED);
  const load = createLoad(random);
  const folder = temporaryFolder();
  const [home, target, file] = ["home", "target", "eddy.tar.gz"].map((name) => join(folder.path, name));
  const up = await startUp(home!, ARGS, { env: ENV });
  const stopped = new AbortController();
  const loading = load.run(up.api, stopped.signal);
  const acknowledged = (count: number) =>
    until(`${count} acknowledged`, 60_000, async () => load.acknowledged.length >= count);
  await acknowledged(400);
  const live = ["backup", "--live", "--url", up.api, "--out", file!];
  const cut = spawnEddy(live);
  await until("a part of a backup", 60_000, async () => existsSync(`${file}.part`) || !cut.isRunning);
  cut.kill("SIGINT");
  expect(await cut.ended()).toMatchObject({ code: 130, stderr: expect.stringMatching(/no backup was made/) });
  expect(existsSync(file!) || existsSync(`${file}.part`)).toBe(false);
  const backedUp = load.acknowledged.length;
  const made = await runEddy(live);
  expect(made.code, made.stderr).toBe(0);
  expect(made.stdout).toMatch(
    /^the pipeline eddy is in \S+: [\d,]+ points, [\d,]+ records, the model of version [\d,]+\n$/,
  );
  await acknowledged(load.acknowledged.length + 50);
  up.kill("SIGKILL");
  await up.ended();
  stopped.abort();
  await loading;

  const lostUntil = load.acknowledged.length;
  const restored = await runEddy(["restore", file!, "--home", target!]);
  expect(restored.code, restored.stderr).toBe(0);
  expect(restored.stdout).toMatch(/the pipeline eddy in \S+ is as it was: Eddy \S+ of 20\d\d-.*\n.*eddy up --home/);
  const other = await startUp(target!, ARGS, { env: ENV });
  const more = new AbortController();
  const loadingMore = load.run(other.api, more.signal);
  await acknowledged(lostUntil + 100);
  more.abort();
  await loadingMore;
  await other.caughtUp(120_000);
  expect(await other.stop()).toMatchObject({ code: 0 });
  await withLedger(target!, async (ledger) => {
    // What came while it was made may be in it; what came later is not.
    const kept = load.acknowledged.filter((_, index) => index < backedUp || index >= lostUntil);
    expect(await acknowledgedFaults(ledger, kept)).toEqual([]);
    expect(await ledgerFaults(ledger)).toEqual([]);
    expect((await replayModel(ledger.streams, topics)).faults).toEqual([]);
  });
  folder.remove();
});

test(`${KILLS} kills of backup and restore each; CHAOS_SEED=${SEED}`, { timeout: 300_000 }, async () => {
  const random = createRandom(SEED);
  const folder = temporaryFolder();
  const [home, file, target] = ["home", "eddy.tar.gz", "target"].map((name) => join(folder.path, name));
  const content = { "log/log.mdb": randomBytes(80_000_000), "qdrant/store.lmdb": randomBytes(40_000_000) };
  for (const [path, bytes] of Object.entries(content)) {
    mkdirSync(join(home!, path, ".."), { recursive: true });
    writeFileSync(join(home!, path), bytes);
  }
  const size = (path: string) => (existsSync(path) ? statSync(path).size : 0);
  const sizeOfAll = (root: string) =>
    existsSync(root)
      ? readdirSync(root, { recursive: true }).reduce<number>((sum, path) => sum + size(join(root, String(path))), 0)
      : 0;

  /** Kills it once it has written so much. */
  async function killAt(args: readonly string[], written: () => number): Promise<void> {
    const bytes = 1 + random.below(40_000_000);
    const child = spawnEddy(args);
    await until(`${bytes} bytes of ${args[0]}`, 60_000, async () => {
      expect(child.isRunning, child.output).toBe(true);
      return written() >= bytes;
    });
    child.kill("SIGKILL");
    expect((await child.ended()).signal).toBe("SIGKILL");
  }

  const backup = ["backup", "--home", home!, "--out", file!];
  for (let kill = 0; kill < KILLS; kill++) {
    await killAt(backup, () => size(`${file}.part`));
    expect(existsSync(file!)).toBe(false);
  }
  expect((await runEddy(backup)).code).toBe(0);
  expect(readdirSync(folder.path).sort()).toEqual(["eddy.tar.gz", "home"]);

  const restore = ["restore", file!, "--home", target!];
  for (let kill = 0; kill < KILLS; kill++) {
    await killAt(restore, () => sizeOfAll(target!));
    const up = await runEddy(["up", "--embedder", "hash", "--home", target!]);
    expect(up.code, up.stderr).toBe(6);
    expect(up.stderr).toMatch(/holds half of a backup: run `eddy restore` again/);
  }
  expect((await runEddy(restore)).code).toBe(0);
  for (const [path, bytes] of Object.entries(content))
    expect(readFileSync(join(target!, path)).equals(bytes), path).toBe(true);
  expect(readdirSync(target!).sort()).toEqual(["log", "qdrant"]);
  folder.remove();
});
