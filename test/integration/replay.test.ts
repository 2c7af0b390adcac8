/**
 * `eddy replay` and `eddy switch` on one machine: a pipeline whose log no longer holds everything is copied into another one,
 * killed in the middle of it; queries by an alias go on through the switch; the old pipeline is as it was.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { topicSpecs, topicsOf } from "@eddy/contracts/topics";
import { createRandom } from "@eddy/runtime/random";
import type { Streams } from "@eddy/streams/port";
import { openEngine } from "@eddy/vectors/engine/engine";
import { createInProcessApi } from "@eddy/vectors/in-process";
import type { StoredPoint } from "@eddy/vectors/port";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { afterAll, expect, test } from "vitest";
import { documentedCommands } from "../support/documented.ts";
import { endAll, runEddy, spawnEddy, startUp, temporaryFolder } from "../support/eddy-process.ts";
import { allPoints, limits, withLog } from "../support/home.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { publish, randomDocuments } from "../support/publish.ts";
import { randomText } from "../support/random-text.ts";
import { readTopic } from "../support/read-topic.ts";

const SEED = 21;
const DOCUMENTS = 2_500;
const old = topicsOf("eddy");
const next = topicsOf("eddy2");
const home = temporaryFolder();
const UP = ["--clusters", "3", "--partitions", "2"];

afterAll(() => {
  endAll();
  home.remove();
});

/** The points of both pipelines, of a folder that no process uses. */
async function pointsOf(pipeline: string): Promise<Map<string, StoredPoint>> {
  const engine = openEngine({ dir: join(home.path, "qdrant") });
  try {
    return await allPoints(createQdrantStore(createInProcessApi(engine), pipeline));
  } finally {
    await engine.close();
  }
}

/** What the log of a pipeline holds, byte for byte, and what its collection does. */
async function fingerprint(): Promise<string> {
  const hash = createHash("sha256");
  await withLog(home.path, async (streams) => {
    for (const { name } of topicSpecs(old, { partitions: 2, documentPartitions: 2 }))
      for (const { partition, record } of await readTopic(streams, name)) {
        const { offset, timestampMs, key, value, headers } = record;
        hash.update(JSON.stringify({ name, partition, offset, timestampMs, headers }));
        for (const bytes of [key, value]) hash.update(bytes ?? "null");
      }
  });
  for (const point of [...(await pointsOf("eddy"))].sort()) hash.update(JSON.stringify(point));
  return hash.digest("hex");
}

const living = (points: ReadonlyMap<string, StoredPoint>) =>
  new Map([...points].filter(([, { payload }]) => !payload.deleted));

async function inNew(streams: Streams): Promise<number> {
  let count = 0;
  for (let partition = 0; partition < 2; partition++) count += (await streams.bounds(next.documents, partition)).end;
  return count;
}

test("a pipeline is copied beside a live one, and an alias switched", { timeout: 240_000 }, async () => {
  // As docs/OPERATIONS.md says; the last three are those for one machine.
  const documented = documentedCommands("Backfill and switch");
  const [aliasOld, , , copy, upNew, aliasNew] = documented;
  if (!aliasOld || !copy || !upNew || !aliasNew || documented.length !== 6) throw new Error("the page has changed");
  const random = createRandom(SEED);
  const first = await startUp(home.path, UP);
  await publish(first.api, randomDocuments("d", DOCUMENTS, random));
  await publish(
    first.api,
    // Once cleaned it has a tag, which must not be cleaned away.
    Array.from({ length: 50 }, (_, n) => ({
      id: `tag-${n}`,
      text: `a &lt;b&gt; tag ${randomText(random)}`,
      metadata: { n },
    })),
  );
  await first.caughtUp();
  // The log's head is cut here: what is before is only in the collection.
  await publish(first.api, randomDocuments("d", 300, random));
  await publish(
    first.api,
    Array.from({ length: 200 }, () => ({ text: randomText(random) })),
  );
  for (let n = 0; n < 40; n++) await fetch(`${first.api}/v1/documents/d-${n * 20}`, { method: "DELETE" });
  await first.caughtUp();
  const env = { QDRANT_URL: first.qdrant, EDDY_URL: first.api };
  expect(await runEddy(aliasOld, { env })).toMatchObject({ code: 0, stdout: "live: nothing → eddy\n" });
  const refused = await runEddy(["switch", "elsewhere"], { env });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("no collection elsewhere") });
  const locked = await runEddy([...copy, "--home", home.path]);
  expect(locked, "eddy up has the folder").toMatchObject({ code: 5 });
  expect((await first.stop()).code).toBe(0);

  await withLog(home.path, async (streams) => {
    for (let partition = 0; partition < 2; partition++) {
      const { end } = await streams.bounds(old.documents, partition);
      await streams.truncate(old.documents, partition, end - 500);
    }
  });
  const before = await fingerprint();
  const oldPoints = await pointsOf("eddy");

  const args = [...copy, "--home", home.path, "--json"];
  const killed = spawnEddy(args);
  await killed.match(/copying eddy into eddy2/);
  killed.kill("SIGKILL");
  await killed.ended();
  const partly = await withLog(home.path, inNew);
  expect(partly, "it was killed in the middle").toBeLessThan(DOCUMENTS);
  const resumed = await runEddy(args);
  expect(resumed).toMatchObject({ code: 0, stderr: expect.stringContaining("going on with") });
  const summary = JSON.parse(resumed.stdout) as { documents: number; records: number };
  expect(summary).toMatchObject({ pipeline: "eddy", to: "eddy2", complete: true, records: 1_000 });
  expect(await fingerprint(), "the old pipeline is as it was").toBe(before);
  expect(await withLog(home.path, inNew)).toBeGreaterThanOrEqual(living(oldPoints).size);

  const second = await startUp(home.path, [...UP, ...upNew.slice(1)]);
  const query = { method: "POST", headers: { "content-type": "application/json" }, body: '{"limit":1}' };
  const statuses = new Map<number, number>();
  let querying = true;
  const queries = (async () => {
    while (querying) {
      const answer = await fetch(`${second.qdrant}/collections/live/points/scroll`, query);
      await answer.arrayBuffer();
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    }
  })();
  await second.caughtUp();
  const envNow = { QDRANT_URL: second.qdrant, EDDY_URL: second.api };
  const unknown = await runEddy(["switch", "eddy"], { env: envNow });
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining("serves eddy2") });
  const switched = await runEddy([...aliasNew, "--json"], { env: envNow });
  expect(JSON.parse(switched.stdout)).toEqual({ alias: "live", before: "eddy", after: "eddy2" });
  const count = await fetch(`${second.qdrant}/collections/live/points/count`, { ...query, body: "{}" });
  querying = false;
  await queries;
  expect([...statuses.keys()], "no query failed").toEqual([200]);
  expect(statuses.get(200)).toBeGreaterThan(20);
  const newest = await second.status();
  expect(((await count.json()) as { result: { count: number } }).result.count).toBeGreaterThan(0);
  expect(newest.pipeline).toBe("eddy2");
  expect((await second.stop()).code).toBe(0);

  const points = await pointsOf("eddy2");
  const kept = ({ payload }: StoredPoint) => {
    const { revision, received_at, text, title, source, published_at, metadata, model, model_revision } = payload;
    return { revision, received_at, text, title, source, published_at, metadata, model, model_revision };
  };
  const expected = [...living(oldPoints)].map(
    ([id, point]) => [id, { ...kept(point), revision: `eddy/${point.payload.revision}` }] as const,
  );
  expect(new Map([...living(points)].map(([id, point]) => [id, kept(point)]))).toEqual(new Map(expected));
  await withLog(home.path, async (streams) => {
    expect(await ledgerFaults({ streams, topics: next, points, limits })).toEqual([]);
  });
});
