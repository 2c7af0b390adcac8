/** What goes wrong around Eddy: each has a clear line, the documented exit code, and loses nothing. */
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { encodeEvent } from "@eddy/model/event-codec";
import { open } from "lmdb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { expectNoTrace, expectRefusal } from "../support/clear-refusal.ts";
import { type EddyProcess, endAll, spawnEddy, spawnUp, startUp, temporaryFolder } from "../support/eddy-process.ts";
import { topics, withLedger, withLog } from "../support/home.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { publish, randomDocuments, send } from "../support/publish.ts";
import { until } from "../support/until.ts";

let folder: ReturnType<typeof temporaryFolder>;
let home: string;

beforeEach(() => {
  folder = temporaryFolder();
  home = join(folder.path, "home");
});

vi.setConfig({ testTimeout: 90_000 });

afterEach(() => {
  endAll();
  folder.remove();
});

/** All that was published is there, and counted once. */
async function expectAllThere(ids: readonly string[], storeFolder?: string): Promise<void> {
  await withLedger(
    home,
    async (ledger) => {
      expect(await ledgerFaults(ledger)).toEqual([]);
      expect(ids.filter((id) => !ledger.points.has(id))).toEqual([]);
    },
    storeFolder,
  );
}

const idsOf = (documents: readonly object[]) => documents.map((document) => (document as { id: string }).id);

/** A home in which a pipeline ran and stopped. */
async function usedHome(args: readonly string[] = []): Promise<void> {
  const up = await startUp(home, args);
  await publish(up.api, randomDocuments("before", 30));
  await up.caughtUp();
  expect(await up.stop()).toMatchObject({ code: 0 });
}

describe("a machine that refuses", () => {
  test.each(["--port", "--qdrant-port", "--metrics-port"])("%s is taken", async (flag) => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const end = await spawnUp(home, [flag, String(port)]).ended();
    other.close();
    expectRefusal(end, 5, new RegExp(`127.0.0.1:${port} is taken: .*EDDY_`));
  });

  test("the home can't be made or written", async () => {
    writeFileSync(home, "a file");
    expectRefusal(await spawnUp(join(home, "below")).ended(), 5, /can't write in .*EDDY_HOME/);
    expectRefusal(await spawnUp(home).ended(), 5, /can't write in .*EDDY_HOME/);
  });

  test("two processes want one home: the first goes on", async () => {
    const up = await startUp(home);
    expectRefusal(await spawnUp(home).ended(), 5, /process \d+ uses .*EDDY_HOME/);
    const documents = randomDocuments("first", 20);
    await publish(up.api, documents);
    await up.caughtUp();
    expect(await up.stop()).toMatchObject({ code: 0 });
    await expectAllThere(idsOf(documents));
  });
});

describe("data that can't be used as it is", () => {
  test.each([
    ["the log", "log/log.mdb", {}],
    ["the store", "qdrant/store.lmdb", { encoding: "json" }],
  ] as const)("%s is of a newer format", async (_, file, options) => {
    await usedHome();
    const env = open({ path: join(home, file), noSubdir: true, maxDbs: 8 });
    await env.openDB<number, string>({ name: "meta", ...options }).put("format", 99);
    await env.close();
    expectRefusal(await spawnUp(home).ended(), 6, /format 99.*reads 1/);
  });

  test("a model file of the cache is damaged", async () => {
    const cache = join(folder.path, "cache");
    const name = join(cache, "models", "Xenova--all-MiniLM-L6-v2", "int8-0123456789ab");
    mkdirSync(name, { recursive: true });
    const weights = Buffer.from("weights");
    const sha256 = "9".repeat(64);
    writeFileSync(
      join(name, "manifest.json"),
      JSON.stringify({
        format: 1,
        model: "Xenova/all-MiniLM-L6-v2",
        dtype: "int8",
        revision: "0123456789ab",
        source: "hub",
        origin: "somewhere",
        fetched_at: "2026-01-01T00:00:00Z",
        weights: "model.onnx",
        files: [{ path: "model.onnx", size: weights.length, sha256 }],
      }),
    );
    const args = ["--embedder", "onnx", "--model-source", "cache", "--cache", cache];
    for (const bytes of [weights, weights.subarray(1)]) {
      writeFileSync(join(name, "model.onnx"), bytes);
      expectRefusal(await spawnUp(home, args).ended(), 6, /model\.onnx is not as it was fetched/);
    }
  });

  test.each([
    [["--partitions", "3"], /has 1 partition\(s\), not 3/],
    [["--metric", "euclidean"], /founded with hash .*spherical.*euclidean/],
  ])("an old home is asked for %j", async (args, line) => {
    await usedHome();
    expectRefusal(await spawnUp(home, args).ended(), 6, line);
    const up = await startUp(home);
    await up.caughtUp();
    expect(await up.stop()).toMatchObject({ code: 0 });
    await expectAllThere(idsOf(randomDocuments("before", 30)));
  });

  test("a pipeline of another embedding model", async () => {
    mkdirSync(join(home, "log"), { recursive: true });
    await withLog(home, async (streams) => {
      await streams.createTopics([{ name: topics.modelLog, partitions: 1 }]);
      const founded = {
        type: "founded" as const,
        uuid: "11111111-1111-4111-8111-111111111111",
        metric: "spherical" as const,
        dimensions: 768,
        model: "another/model",
        modelRevision: "1",
        halfLifeDocuments: 0,
        halfLifeMs: 0,
      };
      const value = encodeEvent({ ...founded, worker: "w", sequence: 1, atMs: 0, epoch: 0 });
      await streams.append(topics.modelLog, 0, [{ key: Buffer.from("model"), value, headers: {} }]);
    });
    expectRefusal(await spawnUp(home).ended(), 6, /founded with another\/model 1 \(768 dimensions/);
  });
});

describe("a Qdrant of its own", () => {
  const qdrantOn = async (port: number): Promise<{ child: EddyProcess; url: string }> => {
    const child = spawnEddy(["qdrant", "--dir", join(folder.path, "vectors"), "--port", String(port)]);
    const [, url] = await child.match(/REST at (http:\S+?),/);
    return { child, url: url! };
  };

  test("goes away for a while: back-pressure, then all is there; a home of another log is refused", {
    timeout: 240_000,
  }, async () => {
    const first = await qdrantOn(0);
    const args = ["--qdrant", first.url];
    const up = await startUp(home, args, { env: { EDDY_LAG_LIMIT: "100", EDDY_INTAKE_LIMIT: "100" } });
    const ids: string[] = [];
    const more = async (prefix: string, count: number) => {
      const sent = await send(up.api, randomDocuments(prefix, count));
      ids.push(...(sent.body.ids ?? []));
      return sent;
    };
    await more("before", 60);
    await up.caughtUp();

    first.child.kill("SIGKILL");
    await first.child.ended();
    let batch = 0;
    const refused = await until("429", 60_000, async () => {
      const sent = await more(`away${batch++}`, 50);
      return sent.status === 429 && sent;
    });
    expect(Number(refused.retryAfter)).toBeGreaterThan(0);
    expect((await fetch(`${up.metrics}/readyz`)).status).toBe(503);
    expect((await fetch(`${up.metrics}/healthz`)).status).toBe(200);
    expect(up.isRunning).toBe(true);

    const second = await qdrantOn(Number(new URL(first.url).port));
    await up.caughtUp(120_000);
    await until("readiness", 30_000, async () => (await fetch(`${up.metrics}/readyz`)).ok);
    expect((await more("after", 50)).status).toBe(202);
    await up.caughtUp();

    const stranger = await spawnUp(join(folder.path, "another home"), args).ended();
    expectRefusal(stranger, 6, /collection eddy belongs to the model log/);

    expect(await up.stop()).toMatchObject({ code: 0 });
    expectNoTrace(up.output);
    second.child.kill("SIGTERM");
    expect(await second.child.ended()).toMatchObject({ code: 0 });
    await expectAllThere(ids, join(folder.path, "vectors"));
  });
});

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s under load stops in seconds, and a restart goes on",
  {
    timeout: 120_000,
  },
  async (signal) => {
    const up = await startUp(home, ["--clusters", "3"]);
    const ids: string[] = [];
    let batch = 0;
    const loading = (async () => {
      for (;;) ids.push(...((await send(up.api, randomDocuments(`load${batch++}`, 100))).body.ids ?? []));
    })().catch(() => {});
    await until("load", 30_000, async () => ids.length >= 1_000);
    up.kill(signal);
    expect(await up.ended(15_000), up.output).toMatchObject({ code: 0, signal: null });
    await loading;
    expectNoTrace(up.output);
    const again = await startUp(home, ["--clusters", "3"]);
    await again.caughtUp();
    expect(await again.stop()).toMatchObject({ code: 0 });
    await expectAllThere(ids);
  },
);
