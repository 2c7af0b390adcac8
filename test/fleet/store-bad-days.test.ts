/**
 * A store that is slow, refuses, is away for longer than a session, never answers, loses its answers, and has a full disk: the
 * river waits behind it, inner topics stay bounded, and then everything is there, once.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { type Fault, startFaultProxy } from "../peers/fault-proxy.ts";
import { startKafka } from "../peers/kafka-broker.ts";
import { kafkaMissing } from "../peers/kafka-libraries.ts";
import { startQdrant } from "../peers/qdrant-process.ts";
import { temporaryFolder } from "../support/eddy-process.ts";
import { testThatNeeds } from "../support/needs.ts";
import { send } from "../support/publish.ts";
import { mountSmallDisk } from "../support/small-disk.ts";
import { type Fleet, workers } from "./fleet.ts";
import { SESSION_MS } from "./mischief.ts";
import { expectAtRest, livingOf } from "./rest.ts";
import { PEOPLES_PARTITIONS, withScene } from "./scene.ts";
import { SEED } from "./seed.ts";

const PER_SECOND = 100;
const PARTITIONS = 2;
const LAG_LIMIT = 200;
/**
 * Past the limit, of each partition that is read: what an embed-worker has in hand when it begins to wait, three batches of 256, and
 * what ingest has, two of 512 and one that was read while a lag of a quarter of a second ago was still believed.
 */
const IN_HAND = { ofTexts: 3 * 256, ofDocuments: 3 * 512 };

const missing = await kafkaMissing();
const kafka = missing === undefined ? await startKafka() : undefined;
const folder = temporaryFolder();
const disk = mountSmallDisk(join(folder.path, "disk"));
afterAll(async () => {
  await kafka?.stop();
  disk.unmount();
  folder.remove();
});

const ENV = { EDDY_LAG_LIMIT: String(LAG_LIMIT), EDDY_INTAKE_LIMIT: "400" };

/** Until the points of a record that comes after this call are durable. */
async function goesOn(fleet: Fleet): Promise<void> {
  const { streams, topics } = fleet;
  const ends = () => Promise.all([0, 1].map(async (p) => (await streams.bounds(topics.assignments, p)).end));
  const before = await ends();
  await fleet.until("points again", 90_000, async () => (await ends()).every((end, p) => end > before[p]!));
}

test.skipIf(kafka === undefined)(`a store with bad days: FLEET_SEED=${SEED}`, { timeout: 420_000 }, async () => {
  const qdrant = await startQdrant();
  const proxy = await startFaultProxy(qdrant.url);
  const scene = { name: "store", brokers: kafka!.brokers, partitions: PARTITIONS, qdrantUrl: proxy.url, env: ENV };
  await withScene(scene, async ({ fleet, people }) => {
    for (const kind of workers) fleet.add(kind);
    fleet.add("cluster-worker");
    const server = fleet.add("console");
    const api = (await server.said(/and console: (http:[^\s"]+)/))[1]!;
    const most = { texts: 0, embeddings: 0 };
    const retries = async () => {
      const metric = "eddy_store_retries_total";
      const own = await Promise.all(
        fleet.members("cluster-worker").map(async (one) => (await one.metric(metric)) ?? 0),
      );
      return own.reduce((sum, count) => sum + count, 0);
    };
    const look = async () => {
      const { texts, embeddings } = await fleet.lag();
      most.texts = Math.max(most.texts, texts);
      most.embeddings = Math.max(most.embeddings, embeddings);
    };

    async function badDay(fault: Fault, during: () => Promise<unknown>): Promise<void> {
      fleet.note(`the store: ${JSON.stringify(fault)}`);
      await proxy.set(fault);
      await during();
      await look();
      await proxy.set({ kind: "none" });
      fleet.note("the store: well again");
      await goesOn(fleet);
    }
    const met = (kind: Fault["kind"], times: number) =>
      fleet.until(`${times} requests that meet "${kind}"`, 60_000, async () => {
        await look();
        return (proxy.met[kind] ?? 0) >= times;
      });

    async function badDays(): Promise<void> {
      await goesOn(fleet);
      await badDay({ kind: "slow", ms: 400 }, () => met("slow", 20));
      await badDay({ kind: "status", status: 500 }, () => met("status", 10));
      await badDay({ kind: "cut" }, () => met("cut", 10));
      await badDay({ kind: "away" }, async () => {
        const [first, second] = fleet.members("cluster-worker");
        await fleet.until("an embed-worker that waits", 60_000, async () => {
          await look();
          const [embed] = fleet.members("embed-worker");
          return (await embed!.metric("eddy_back_pressure_state")) === 1;
        });
        await fleet.until(
          "429 of the HTTP API",
          60_000,
          async () => (await send(api, [{ text: "one more" }])).status === 429,
        );
        expect((await fetch(`${await first!.url()}/readyz`)).status).toBe(503);
        expect((await fetch(`${await first!.url()}/healthz`)).status).toBe(200);
        // A session is lost while the store is away, with a Delta counted and its points not written.
        fleet.freeze(second!);
        await sleep(SESSION_MS + 2_000);
        fleet.wake(second!);
      });
      // Until the client's own patience ends.
      await badDay({ kind: "silent" }, async () => {
        const before = await retries();
        await fleet.until("a timeout", 90_000, async () => (await retries()) > before);
      });
    }
    await people.publishDuring(badDays(), PER_SECOND);
    const rest = await expectAtRest(fleet, people, 120_000);
    console.log(JSON.stringify({ seed: SEED, published: people.counts, met: proxy.met, most, ...rest }));
    expect(most.embeddings).toBeLessThanOrEqual(PARTITIONS * (LAG_LIMIT + IN_HAND.ofTexts));
    expect(most.texts).toBeLessThanOrEqual(PARTITIONS * LAG_LIMIT + PEOPLES_PARTITIONS * IN_HAND.ofDocuments);
    expect(rest.living).toBeGreaterThanOrEqual(livingOf(people));
  });
  await proxy.close();
  await qdrant.stop();
});

testThatNeeds("right to mount a file system, or a Kafka", disk.isMounted && kafka !== undefined)(
  `the store's disk is full for a while: FLEET_SEED=${SEED}`,
  { timeout: 240_000 },
  async () => {
    const qdrant = await startQdrant({ dir: join(disk.path, "qdrant") });
    const scene = { name: "disk", brokers: kafka!.brokers, partitions: PARTITIONS, qdrantUrl: qdrant.url, env: ENV };
    await withScene(scene, async ({ fleet, people }) => {
      for (const kind of workers) fleet.add(kind);
      async function fullForAWhile(): Promise<void> {
        await Promise.all(fleet.members().map((member) => member.ready()));
        await goesOn(fleet);
        fleet.note("the disk is full");
        disk.fill();
        const [worker] = fleet.members("cluster-worker");
        await worker!.said(/disk is full|no space left/i, 90_000);
        await fleet.until("back-pressure", 60_000, async () => {
          const [embed] = fleet.members("embed-worker");
          return (await embed!.metric("eddy_back_pressure_state")) === 1;
        });
        fleet.note("the disk has room again");
        disk.free();
        await goesOn(fleet);
      }
      await people.publishDuring(fullForAWhile(), PER_SECOND);
      const rest = await expectAtRest(fleet, people, 120_000);
      console.log(JSON.stringify({ seed: SEED, published: people.counts, ...rest }));
      expect(rest.living).toBe(livingOf(people));
    });
    await qdrant.stop();
  },
);
