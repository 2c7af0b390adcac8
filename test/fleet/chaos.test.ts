/**
 * A fleet on one broker, while workers of each kind are killed with -9, frozen past their session and woken, stopped and added
 * at random. Afterwards the ledger.
 *
 *     FLEET_SEED=7 FLEET_DOCUMENTS=5000 npx vitest run test/fleet/chaos.test.ts
 */
import { createRandom } from "@eddy/runtime/random";
import { afterAll, expect, onTestFailed, test } from "vitest";
import { startKafka } from "../peers/kafka-broker.ts";
import { kafkaMissing } from "../peers/kafka-libraries.ts";
import { startQdrant } from "../peers/qdrant-process.ts";
import { createFleet, workers } from "./fleet.ts";
import { createMischief } from "./mischief.ts";
import { createPeople } from "./people.ts";
import { expectAtRest, livingOf } from "./rest.ts";
import { pipelineName, SEED } from "./seed.ts";

const DOCUMENTS = Number(process.env.FLEET_DOCUMENTS ?? 20_000);
const PER_SECOND = 350;
const PARTITIONS = 4;
/** Made by people, with a count of their own. */
const PEOPLES_PARTITIONS = 3;

const missing = await kafkaMissing();
const kafka = missing === undefined ? await startKafka() : undefined;
afterAll(() => kafka?.stop());

test.skipIf(kafka === undefined)(
  `${DOCUMENTS} documents, workers killed, frozen and added at random: FLEET_SEED=${SEED}`,
  { timeout: 600_000 },
  async () => {
    const { brokers } = kafka!;
    const qdrant = await startQdrant();
    const fleet = createFleet({
      brokers,
      qdrantUrl: qdrant.url,
      pipeline: pipelineName("chaos"),
      partitions: PARTITIONS,
      env: { EDDY_CLUSTERS: "5", EDDY_SNAPSHOT_EVERY: "40" },
    });
    onTestFailed(() => console.error(fleet.story()));
    await fleet.streams.createTopics([{ name: fleet.topics.documents, partitions: PEOPLES_PARTITIONS }]);
    const people = createPeople({
      brokers,
      topic: fleet.topics.documents,
      partitions: PEOPLES_PARTITIONS,
      random: createRandom(SEED),
    });
    const mischief = createMischief({ fleet, random: createRandom(SEED, 1), pauseMs: 3_000 });
    try {
      for (const kind of workers) for (let n = 0; n < 2; n++) fleet.add(kind);
      const over = people.publish(DOCUMENTS, PER_SECOND).then(() => fleet.nearlyCaughtUp(DOCUMENTS / 20, 180_000));
      await Promise.all([over, mischief.run(over)]);
      const rest = await expectAtRest(fleet, people, 180_000);
      console.log(JSON.stringify({ seed: SEED, published: people.counts, deeds: mischief.deeds, rest }));
      expect(rest.living).toBe(livingOf(people));
      expect(rest.compared).toBeGreaterThan(0);
      for (const count of Object.values(mischief.deeds)) expect(count).toBeGreaterThan(0);
    } finally {
      await people.close();
      await fleet.close();
      await qdrant.stop();
    }
  },
);
