/**
 * Three brokers, of which the leaders of inner topics and of the model log are killed with -9 under load, one at a time, and
 * come back. Afterwards the ledger. And all three brokers in turn under questions over one connection.
 */
import { randomUUID } from "node:crypto";
import { RetryableError } from "@eddy/contracts/errors";
import { createRandom } from "@eddy/runtime/random";
import { KafkaStreams } from "@eddy/streams/kafka/kafka-streams";
import { afterAll, expect, test } from "vitest";
import { startKafkaCluster } from "../peers/kafka-cluster.ts";
import { kafkaMissing } from "../peers/kafka-libraries.ts";
import { until } from "../support/until.ts";
import { workers } from "./fleet.ts";
import { expectAtRest, livingOf } from "./rest.ts";
import { withScene } from "./scene.ts";
import { SEED } from "./seed.ts";

const PER_SECOND = 120;
const PARTITIONS = 3;

// Brokers that may be killed are the test's own, also where KAFKA_BROKERS names others.
const missing = await kafkaMissing();
const cluster = missing === undefined ? await startKafkaCluster() : undefined;
afterAll(() => cluster?.stop());

test.skipIf(cluster === undefined)(
  `leaders of the inner topics are killed under load: FLEET_SEED=${SEED}`,
  { timeout: 420_000 },
  () =>
    withScene(
      {
        name: "leaders",
        brokers: cluster!.brokers,
        partitions: PARTITIONS,
        env: { KAFKA_REPLICATION_FACTOR: "3", EDDY_SNAPSHOT_EVERY: "10" },
      },
      async ({ fleet, people }) => {
        const { topics, streams } = fleet;
        const random = createRandom(SEED, 2);
        for (const kind of workers) for (let n = 0; n < 2; n++) fleet.add(kind);
        const victims = [
          [topics.modelLog, 0],
          [topics.embeddings, random.below(PARTITIONS)],
          [topics.texts, random.below(PARTITIONS)],
          [topics.modelLog, 0],
        ] as const;
        const goesOn = async () => {
          const { end } = await streams.bounds(topics.modelLog, 0);
          await fleet.until(
            "the model to go on",
            60_000,
            async () => (await streams.bounds(topics.modelLog, 0)).end > end,
          );
        };

        async function killLeaders(): Promise<void> {
          await fleet.until("a model", 90_000, async () => (await streams.bounds(topics.assignments, 0)).end > 0);
          for (const [topic, partition] of victims) {
            const leader = await fleet.until("a leader", 30_000, () => cluster!.leader(topic, partition));
            fleet.note(`kill broker ${leader.id}, which leads ${topic}/${partition}`);
            await leader.kill();
            const next = await fleet.until("another leader", 30_000, async () => {
              const found = await cluster!.leader(topic, partition).catch(() => undefined);
              return found !== leader && found;
            });
            await goesOn();
            fleet.note(`broker ${next.id} leads ${topic}/${partition}; start broker ${leader.id}`);
            await leader.start();
            await cluster!.whole();
            await goesOn();
          }
        }
        await Promise.all(fleet.members().map((member) => member.ready()));
        await people.publishDuring(killLeaders(), PER_SECOND);

        const rest = await expectAtRest(fleet, people, 180_000);
        console.log(JSON.stringify({ seed: SEED, published: people.counts, kills: victims.length, ...rest }));
        // A producer of people's that got no answer sends again: an unnamed document may be two.
        expect(rest.living).toBeGreaterThanOrEqual(livingOf(people));
      },
    ),
);

test.skipIf(cluster === undefined)(
  "questions over one connection, while the brokers that it leads to die, are answered or may be asked again",
  { timeout: 180_000 },
  async () => {
    const streams = new KafkaStreams({
      brokers: cluster!.brokers,
      clientId: "eddy-test",
      replicationFactor: 3,
      patienceMs: 100,
    });
    const topic = `questions-${randomUUID()}`;
    await streams.createTopics([{ name: topic, partitions: PARTITIONS }]);
    const faults = new Set<string>();
    let [over, answers] = [false, 0];
    async function asks(question: () => Promise<unknown>): Promise<void> {
      while (!over)
        await question().then(
          () => answers++,
          (error: Error) => error instanceof RetryableError || faults.add(String(error)),
        );
    }
    const asking = Array.from({ length: 8 }, (_, n) => [
      asks(() => streams.committed("nobody", topic)),
      asks(() => streams.bounds(topic, n % PARTITIONS)),
    ]).flat();
    try {
      for (const node of cluster!.nodes) {
        await node.kill();
        const before = answers;
        await until("an answer without it", 60_000, async () => answers > before + asking.length);
        await node.start();
        await cluster!.whole();
      }
    } finally {
      over = true;
      await Promise.all(asking);
      await streams.close();
    }
    expect([...faults]).toEqual([]);
  },
);
