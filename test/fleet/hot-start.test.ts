/**
 * Snapshots and what is cut behind them: a cluster-worker that starts when the model log no longer has its beginning, and one
 * that was frozen while the log moved on past it, hold the same model as the others.
 */
import { afterAll, expect, test } from "vitest";
import { startKafka } from "../peers/kafka-broker.ts";
import { kafkaMissing } from "../peers/kafka-libraries.ts";
import { workers } from "./fleet.ts";
import { expectAtRest, livingOf } from "./rest.ts";
import { withScene } from "./scene.ts";
import { SEED } from "./seed.ts";

const PER_SECOND = 150;

const missing = await kafkaMissing();
const kafka = missing === undefined ? await startKafka() : undefined;
afterAll(() => kafka?.stop());

test.skipIf(kafka === undefined)(
  `a replica starts, or goes on, from a snapshot: FLEET_SEED=${SEED}`,
  { timeout: 240_000 },
  () =>
    withScene(
      { name: "hot", brokers: kafka!.brokers, partitions: 2, env: { EDDY_SNAPSHOT_EVERY: "10" } },
      async ({ fleet, people }) => {
        const { streams, topics } = fleet;
        for (const kind of workers) fleet.add(kind);
        const start = async () => (await streams.bounds(topics.modelLog, 0)).start;
        const cutPast = (offset: number) =>
          fleet.until(`a model log that starts after ${offset}`, 90_000, async () => (await start()) > offset);
        const counts = (member: { metric(name: string): Promise<number | undefined> }) =>
          fleet.until(
            "documents that it counts",
            60_000,
            async () => (await member.metric("eddy_documents_counted_total"))! > 0,
          );

        async function snapshots(): Promise<void> {
          await Promise.all(fleet.members().map((member) => member.ready()));
          await cutPast(0);
          const late = fleet.add("cluster-worker");
          await counts(late);

          const version = (await late.metric("eddy_model_version"))!;
          fleet.freeze(late);
          await cutPast(version + 1);
          fleet.wake(late);
          await fleet.until(
            "its model to go on",
            60_000,
            async () => (await late.metric("eddy_model_version"))! > version + 1,
          );
          await fleet.kill(fleet.members("cluster-worker")[0]!);
          const before = (await late.metric("eddy_documents_counted_total"))!;
          await fleet.until(
            "it to count alone",
            60_000,
            async () => (await late.metric("eddy_documents_counted_total"))! > before,
          );
          fleet.add("cluster-worker");
        }
        await people.publishDuring(snapshots(), PER_SECOND);
        const from = await start();
        const rest = await expectAtRest(fleet, people, 60_000);
        console.log(JSON.stringify({ seed: SEED, published: people.counts, modelLogFrom: from, ...rest }));
        expect(rest.living).toBe(livingOf(people));
        expect(rest.compared).toBeGreaterThan(0);
      },
    ),
);
