/**
 * A fleet on one broker, while workers of each kind are killed with -9, frozen past their session and woken, stopped and added
 * at random. Afterwards the ledger.
 *
 *     FLEET_SEED=7 FLEET_DOCUMENTS=5000 npx vitest run test/fleet/chaos.test.ts
 */
import { createRandom } from "@eddy/runtime/random";
import { afterAll, expect, test } from "vitest";
import { startKafka } from "../peers/kafka-broker.ts";
import { kafkaMissing } from "../peers/kafka-libraries.ts";
import { workers } from "./fleet.ts";
import { createMischief } from "./mischief.ts";
import { expectAtRest, livingOf } from "./rest.ts";
import { withScene } from "./scene.ts";
import { SEED } from "./seed.ts";

const DOCUMENTS = Number(process.env.FLEET_DOCUMENTS ?? 20_000);
const PER_SECOND = 350;

const missing = await kafkaMissing();
const kafka = missing === undefined ? await startKafka() : undefined;
afterAll(() => kafka?.stop());

test.skipIf(kafka === undefined)(
  `${DOCUMENTS} documents, workers killed, frozen and added at random: FLEET_SEED=${SEED}`,
  { timeout: 600_000 },
  () =>
    withScene(
      { name: "chaos", brokers: kafka!.brokers, partitions: 4, env: { EDDY_SNAPSHOT_EVERY: "10" } },
      async ({ fleet, people }) => {
        const mischief = createMischief({ fleet, random: createRandom(SEED, 1), pauseMs: 3_000 });
        for (const kind of workers) for (let n = 0; n < 2; n++) fleet.add(kind);
        const over = people.publish(DOCUMENTS, PER_SECOND).then(() => fleet.nearlyCaughtUp(DOCUMENTS / 20, 240_000));
        await Promise.all([over, mischief.run(over)]);

        const rest = await expectAtRest(fleet, people, 120_000);
        console.log(JSON.stringify({ seed: SEED, published: people.counts, deeds: mischief.deeds, ...rest }));
        expect(rest.living).toBe(livingOf(people));
        expect(rest.compared).toBeGreaterThan(0);
        expect(Object.entries(mischief.deeds).filter(([, count]) => count === 0)).toEqual([]);
      },
    ),
);
