/** Retention of points by age (EDDY_POINT_RETENTION): what is old leaves the store and the model, through the log; edits stay. */
import { topicSpecs } from "@eddy/contracts/topics";
import { createRandom } from "@eddy/runtime/random";
import { headerText } from "@eddy/streams/port";
import { afterAll, expect, test } from "vitest";
import { endAll, startUp, temporaryFolder } from "../support/eddy-process.ts";
import { topics, withLedger, withLog } from "../support/home.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { randomText } from "../support/random-text.ts";
import { readTopic } from "../support/read-topic.ts";
import { until } from "../support/until.ts";

const OLD = 700;
const YOUNG = 100;
const HOUR = 3_600_000;
const home = temporaryFolder();
afterAll(() => {
  endAll();
  home.remove();
});

test("documents that came longer ago than the retention are deleted, and no others", { timeout: 120_000 }, async () => {
  const random = createRandom(41);
  const now = Date.now();
  // By a clock that is ahead: young all through the test.
  const young = now + HOUR;
  const record = (id: string, timestampMs: number) => ({
    ...{ key: Buffer.from(id), value: Buffer.from(randomText(random)), headers: {}, timestampMs },
  });
  await withLog(home.path, async (streams) => {
    await streams.createTopics(topicSpecs(topics, { partitions: 1, documentPartitions: 1 }));
    const old = Array.from({ length: OLD }, (_, n) => record(`old-${n}`, now - HOUR));
    const edits = Array.from({ length: 50 }, (_, n) => record(`old-${n}`, young));
    const others = Array.from({ length: YOUNG }, (_, n) => record(`young-${n}`, young));
    await streams.append(topics.documents, 0, [...old, ...edits, ...others]);
  });
  const up = await startUp(home.path, ["--clusters", "3"], { env: { EDDY_POINT_RETENTION: "10s" } });
  const count = async () => {
    const query = { method: "POST", headers: { "content-type": "application/json" } };
    const filter = { must_not: [{ key: "deleted", match: { value: true } }] };
    const answer = await fetch(`${up.qdrant}/collections/eddy/points/count`, {
      ...query,
      body: JSON.stringify({ filter }),
    });
    return ((await answer.json()) as { result?: { count: number } }).result?.count;
  };
  await up.caughtUp();
  await until("only edits and the young", 60_000, async () => (await count()) === 50 + YOUNG);
  await up.caughtUp();
  await up.stop();
  await withLedger(home.path, async (ledger) => {
    expect(await ledgerFaults(ledger)).toEqual([]);
    const living = [...ledger.points.values()].filter(({ payload }) => !payload.deleted);
    expect(living.every(({ payload }) => Date.parse(payload.received_at) === young)).toBe(true);
    const deletions = (await readTopic(ledger.streams, topics.documents)).filter(({ record }) => record.value === null);
    expect(deletions.every(({ record }) => headerText(record.headers, "eddy-only-revision") !== undefined)).toBe(true);
    expect(deletions.length, "each is sent about once").toBeLessThan(OLD + 300);
  });
});
