/**
 * A fleet loses its collection, as docs/OPERATIONS.md, "Backup and restore", has it: a snapshot that is older than the last documents is
 * recovered, a new pipeline is filled from it and from what Kafka still has, and says what the lost one said. Retention has taken by then
 * half of what the snapshot knows, so that neither of the two would do.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { topicsOf } from "@eddy/contracts/topics";
import { createRandom } from "@eddy/runtime/random";
import { KafkaStreams } from "@eddy/streams/kafka/kafka-streams";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { createRestApi } from "@eddy/vectors/rest-client";
import { afterAll, expect, test } from "vitest";
import { startKafka } from "../peers/kafka-broker.ts";
import { kafkaMissing } from "../peers/kafka-libraries.ts";
import { startQdrant } from "../peers/qdrant-process.ts";
import { endAll, spawnEddy, startUp, temporaryFolder } from "../support/eddy-process.ts";
import { allPoints, limits } from "../support/home.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { publish, randomDocuments } from "../support/publish.ts";

const SEED = 47;
const missing = await kafkaMissing();
const kafka = missing === undefined ? await startKafka() : undefined;
const folder = temporaryFolder();
afterAll(async () => {
  endAll();
  await kafka?.stop();
  folder.remove();
});

test.skipIf(kafka === undefined)(
  `a collection that is lost comes back in another pipeline (seed ${SEED})`,
  { timeout: 240_000 },
  async () => {
    const qdrant = await startQdrant();
    const [old, next] = [`lost-${randomUUID().slice(0, 8)}`, `found-${randomUUID().slice(0, 8)}`];
    const random = createRandom(SEED);
    const streams = new KafkaStreams({ brokers: kafka!.brokers, clientId: "eddy-test" });
    const env = { KAFKA_BROKERS: kafka!.brokers.join(","), QDRANT_URL: qdrant.url };
    const up = (pipeline: string) =>
      startUp(join(folder.path, pipeline), ["--pipeline", pipeline, "--clusters", "3", "--partitions", "2"], { env });
    const ask = async (path: string, init?: RequestInit) => {
      const answer = await fetch(`${qdrant.url}/collections/${old}${path}`, init);
      expect(answer.ok, `${path}: ${answer.status}`).toBe(true);
      return answer;
    };
    const pointsOf = (pipeline: string) => allPoints(createQdrantStore(createRestApi({ url: qdrant.url }), pipeline));
    const living = async (pipeline: string) =>
      new Map(
        [...(await pointsOf(pipeline))].flatMap(([id, { payload }]) =>
          payload.deleted ? [] : [[id, { text: payload.text, received_at: payload.received_at }] as const],
        ),
      );

    const first = await up(old);
    await publish(first.api, randomDocuments("early", 600, random));
    await first.caughtUp();
    for (let partition = 0; partition < 2; partition++) {
      const { end } = await streams.bounds(topicsOf(old).documents, partition);
      await streams.truncate(topicsOf(old).documents, partition, Math.floor(end / 2));
    }
    const made = (await (await ask("/snapshots", { method: "POST" })).json()) as { result: { name: string } };
    const snapshot = await (await ask(`/snapshots/${made.result.name}`)).blob();
    // After the snapshot: new ones, newer versions, and deletions of what is in it.
    await publish(first.api, randomDocuments("late", 200, random));
    await publish(first.api, randomDocuments("early", 50, random));
    for (let n = 100; n < 120; n++) await fetch(`${first.api}/v1/documents/early-${n}`, { method: "DELETE" });
    await first.caughtUp();
    const before = await living(old);
    expect(before.size).toBe(600 + 200 - 20);
    expect((await first.stop()).code).toBe(0);

    await ask("", { method: "DELETE" });
    const form = new FormData();
    form.append("snapshot", snapshot, "eddy.snapshot");
    await ask("/snapshots/upload", { method: "POST", body: form });
    // What would be wrong: the old pipeline going on, whose log says that these are there.
    expect((await living(old)).size).toBe(600);

    const second = await up(next);
    const replaying = spawnEddy(["replay", "--to", next, "--pipeline", old, "--partitions", "2"], { env });
    const replayed = await replaying.ended();
    expect(replayed.code, replayed.stderr).toBe(0);
    await second.caughtUp(120_000);
    expect((await second.stop()).code).toBe(0);
    expect(await living(next)).toEqual(before);
    const ledger = { streams, topics: topicsOf(next), limits, points: await pointsOf(next) };
    expect(await ledgerFaults(ledger)).toEqual([]);
    await streams.close();
    await qdrant.stop();
  },
);
