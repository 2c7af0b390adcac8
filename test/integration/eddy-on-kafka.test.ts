/** `eddy up --kafka`: documents by HTTP and by a plain Kafka producer, a kill -9 of Eddy and one of the broker, and the ledger afterwards. */
import { randomUUID } from "node:crypto";
import { topicsOf } from "@eddy/contracts/topics";
import { createRandom } from "@eddy/runtime/random";
import { KafkaStreams } from "@eddy/streams/kafka/kafka-streams";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { createRestApi } from "@eddy/vectors/rest-client";
import kafkajs, { type Message } from "kafkajs";
import { afterAll, expect, test } from "vitest";
import { startKafka } from "../peers/kafka-broker.ts";
import { kafkaMissing } from "../peers/kafka-libraries.ts";
import { endAll, startUp, temporaryFolder } from "../support/eddy-process.ts";
import { allPoints, limits } from "../support/home.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { publish, randomDocuments, send } from "../support/publish.ts";
import { randomText } from "../support/random-text.ts";
import { until } from "../support/until.ts";

const SEED = 11;
const BY_HTTP = 2_000;
const PARTITIONS = 2;
const PEOPLES_PARTITIONS = 3;

const missing = await kafkaMissing();
const kafka = missing === undefined ? await startKafka() : undefined;
afterAll(async () => {
  endAll();
  await kafka?.stop();
});

/** What people publish: documents in every form, edits, deletions, and broken ones. */
function peoplesMessages(): readonly Message[] {
  const random = createRandom(SEED);
  const json = (id: string) => JSON.stringify({ id, text: randomText(random) });
  const event = (subject: string) =>
    JSON.stringify({ specversion: "1.0", id: "1", source: "test", type: "news", subject, data: randomText(random) });
  const many = (count: number, make: (n: number) => Message) => Array.from({ length: count }, (_, n) => make(n));
  return [
    ...many(100, (n) => ({ key: `json-${n}`, value: json(`json-${n}`) })),
    ...many(50, (n) => ({ key: `plain-${n}`, value: randomText(random), headers: { "content-type": "text/plain" } })),
    ...many(30, (n) => ({
      key: null,
      value: event(`structured-${n}`),
      headers: { "content-type": "application/cloudevents+json" },
    })),
    ...many(30, (n) => ({
      key: null,
      value: randomText(random),
      headers: {
        ce_specversion: "1.0",
        ce_id: String(n),
        ce_source: "test",
        ce_type: "news",
        ce_subject: `binary-${n}`,
      },
    })),
    // Their ids are made of where they stand.
    ...many(40, () => ({ key: null, value: randomText(random) })),
    ...many(20, (n) => ({ key: `json-${n}`, value: json(`json-${n}`) })),
    ...many(20, (n) => ({ key: `json-${40 + n}`, value: null })),
    ...many(5, (n) => ({ key: `broken-${n}`, value: '{ "text": ' })),
  ];
}

test.skipIf(kafka === undefined)(
  `documents on a real Kafka are clustered once each (seed ${SEED})`,
  { timeout: 170_000 },
  async () => {
    const { brokers } = kafka!;
    const pipeline = `e2e-${randomUUID().slice(0, 8)}`;
    const topics = topicsOf(pipeline);
    const streams = new KafkaStreams({ brokers, clientId: "eddy-test" });
    const folder = temporaryFolder();
    const args = [
      "--kafka",
      brokers.join(","),
      "--pipeline",
      pipeline,
      "--partitions",
      String(PARTITIONS),
      "--clusters",
      "5",
    ];
    // Made by people, with a partition count of their own.
    await streams.createTopics([{ name: topics.documents, partitions: PEOPLES_PARTITIONS }]);

    const first = await startUp(folder.path, args);
    const producer = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    const documents = randomDocuments("http", BY_HTTP, createRandom(SEED));
    const messages = peoplesMessages();
    for (let from = 0; from < BY_HTTP / 2; from += 250) await publish(first.api, documents.slice(from, from + 250));
    await producer.send({ topic: topics.documents, messages: messages.slice(0, 150) });
    await until("some clustered documents", 60_000, async () => (await first.status()).documents.clustered > 100);
    first.kill("SIGKILL");
    await first.ended();

    // While it is down people go on.
    await producer.send({ topic: topics.documents, messages: messages.slice(150) });
    await producer.disconnect();
    const second = await startUp(folder.path, args);
    for (let from = BY_HTTP / 2; from < BY_HTTP; from += 250)
      await publish(second.api, documents.slice(from, from + 250));
    let all = BY_HTTP;
    if (kafka!.restart) {
      // The process lives through the broker's death, and goes on with what it has in hand.
      await kafka!.restart.kill();
      await kafka!.restart.start();
      const more = randomDocuments("after", 100, createRandom(SEED + 1));
      await until("the broker's return", 60_000, async () => (await send(second.api, more)).status === 202);
      all += more.length;
    }
    await second.caughtUp(90_000);

    const points = await allPoints(createQdrantStore(createRestApi({ url: second.qdrant }), pipeline));
    const living = [...points.values()].filter(({ payload }) => !payload.deleted).length;
    expect(living).toBe(all + 100 + 50 + 30 + 30 + 40 - 20);
    expect(await ledgerFaults({ streams, topics, points, limits })).toEqual([]);
    expect(await second.stop()).toMatchObject({ code: 0 });
    await streams.close();
    folder.remove();
  },
);
