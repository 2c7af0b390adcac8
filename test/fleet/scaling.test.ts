/**
 * Four partitions, and 1, then 2, then 4 embed-workers that sleep instead of computing: each gets its share, and what has piled
 * up drains. How much faster it goes is measured in test/bench/scaling.mjs.
 */
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { startKafka } from "../peers/kafka-broker.ts";
import { kafkaMissing } from "../peers/kafka-libraries.ts";
import type { Member } from "../support/member.ts";
import { expectAtRest, livingOf } from "./rest.ts";
import { withScene } from "./scene.ts";
import { SEED } from "./seed.ts";

const PROGRAM = fileURLToPath(new URL("sleeping-embed-worker.mjs", import.meta.url));
const PARTITIONS = 4;
/** More than one worker takes in a minute and a half. */
const DOCUMENTS = 8_000;

const missing = await kafkaMissing();
const kafka = missing === undefined ? await startKafka() : undefined;
afterAll(() => kafka?.stop());

test.skipIf(kafka === undefined)(
  `1, 2, then 4 embed-workers share four partitions: FLEET_SEED=${SEED}`,
  { timeout: 240_000 },
  () =>
    withScene({ name: "scaling", brokers: kafka!.brokers, partitions: PARTITIONS }, async ({ fleet, people }) => {
      const taken = async (member: Member) => (await member.metric("eddy_records_total", { outcome: "ok" })) ?? 0;
      const shares: number[][] = [];

      fleet.add("ingest");
      fleet.add("cluster-worker");
      fleet.addProgram("embed-worker", PROGRAM);
      await Promise.all(fleet.members().map((member) => member.ready()));
      await people.publish(DOCUMENTS, 4_000);
      for (const workers of [1, 2, 4]) {
        while (fleet.members("embed-worker").length < workers) fleet.addProgram("embed-worker", PROGRAM);
        const members = fleet.members("embed-worker");
        await Promise.all(members.map((member) => member.ready()));
        const before = await Promise.all(members.map(taken));
        await fleet.until(`a share for each of ${workers}`, 60_000, async () => {
          const now = await Promise.all(members.map(taken));
          const each = now.map((count, index) => count - before[index]!);
          const isShared = each.every((count) => count > 0);
          if (isShared) shares.push(each);
          return isShared;
        });
        expect((await fleet.lag()).texts + (await fleet.lag()).documents, "there is work left").toBeGreaterThan(0);
      }
      const rest = await expectAtRest(fleet, people, 120_000);
      console.log(JSON.stringify({ seed: SEED, published: people.counts, shares, ...rest }));
      expect(rest.living).toBe(livingOf(people));
    }),
);
