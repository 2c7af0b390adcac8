import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect } from "vitest";
import { expectNoTrace } from "../support/clear-refusal.ts";
import { endAll, startUp, temporaryFolder } from "../support/eddy-process.ts";
import { withLedger } from "../support/home.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { canRun, testThatNeeds } from "../support/needs.ts";
import { randomDocuments, send } from "../support/publish.ts";
import { until } from "../support/until.ts";

const MIB = 1024 * 1024;

/** A small file system of its own; only root may make one. */
function mountSmall(path: string): boolean {
  mkdirSync(path, { recursive: true });
  return canRun("mount", "-t", "tmpfs", "-o", `size=${48 * MIB}`, "tmpfs", path);
}

const folder = temporaryFolder();
const disk = join(folder.path, "disk");
const isMounted = mountSmall(disk);

afterEach(() => {
  endAll();
  if (isMounted) spawnSync("umount", ["-l", disk]);
  folder.remove();
});

testThatNeeds("right to mount a file system", isMounted)(
  "a full disk: publishing is refused, nothing acknowledged is lost, and freeing space is enough",
  { timeout: 240_000 },
  async () => {
    const home = join(disk, "home");
    const filler = join(disk, "filler");
    const up = await startUp(home, ["--clusters", "3"]);
    const ids: string[] = [];
    let batch = 0;
    const more = async (count: number) => {
      const documents = randomDocuments(`batch${batch++}`, count).map((document) => ({
        ...document,
        metadata: { ballast: "x".repeat(2_000) },
      }));
      const sent = await send(up.api, documents).catch((cause) => {
        throw new Error(`no answer:\n${up.output}`, { cause });
      });
      ids.push(...(sent.body.ids ?? []));
      return sent;
    };
    expect((await more(100)).status).toBe(202);
    await up.caughtUp();

    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - 6 * MIB)));
    const refused = await until("a refusal", 90_000, async () => {
      const sent = await more(100);
      return sent.status !== 202 && sent.status !== 429 && sent;
    });
    expect([503, 507]).toContain(refused.status);
    expect(refused.body.error?.message).toMatch(/disk is full|no space left/i);
    expect(up.isRunning).toBe(true);

    rmSync(filler);
    await until("room again", 60_000, async () => (await more(50)).status === 202);
    await up.caughtUp(90_000);
    const end = await up.stop();
    expect(end).toMatchObject({ code: 0 });
    expectNoTrace(end.stdout + end.stderr);
    await withLedger(home, async (ledger) => {
      expect(await ledgerFaults(ledger)).toEqual([]);
      expect(ids.filter((id) => !ledger.points.has(id))).toEqual([]);
    });
  },
);
