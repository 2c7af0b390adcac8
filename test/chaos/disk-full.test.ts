import { join } from "node:path";
import { afterEach, expect } from "vitest";
import { expectNoTrace } from "../support/clear-refusal.ts";
import { endAll, startUp, temporaryFolder } from "../support/eddy-process.ts";
import { withLedger } from "../support/home.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { testThatNeeds } from "../support/needs.ts";
import { randomDocuments, send } from "../support/publish.ts";
import { mountSmallDisk } from "../support/small-disk.ts";
import { until } from "../support/until.ts";

const folder = temporaryFolder();
const disk = mountSmallDisk(join(folder.path, "disk"));

afterEach(() => {
  endAll();
  disk.unmount();
  folder.remove();
});

testThatNeeds("right to mount a file system", disk.isMounted)(
  "a full disk: publishing is refused, nothing acknowledged is lost, and freeing space is enough",
  { timeout: 240_000 },
  async () => {
    const home = join(disk.path, "home");
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

    disk.fill();
    const refused = await until("a refusal", 90_000, async () => {
      const sent = await more(100);
      return sent.status !== 202 && sent.status !== 429 && sent;
    });
    expect([503, 507]).toContain(refused.status);
    expect(refused.body.error?.message).toMatch(/disk is full|no space left/i);
    expect(up.isRunning).toBe(true);

    disk.free();
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
