/** People publish with any Kafka client: what Java's own and Python's librdkafka send, through `eddy up --kafka`, and the ledger. */
import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deadLetterTopic, topicsOf } from "@eddy/contracts/topics";
import { createRandom } from "@eddy/runtime/random";
import { deadLetterNote } from "@eddy/streams/dead-letter";
import { KafkaStreams } from "@eddy/streams/kafka/kafka-streams";
import { headerText } from "@eddy/streams/port";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { createRestApi } from "@eddy/vectors/rest-client";
import kafkajs from "kafkajs";
import { afterAll, expect } from "vitest";
import { startKafka } from "../peers/kafka-broker.ts";
import { type ClientMessage, javaClient, type KafkaClientOf, pythonClient } from "../peers/kafka-clients.ts";
import { kafkaMissing } from "../peers/kafka-libraries.ts";
import { endAll, startUp, temporaryFolder } from "../support/eddy-process.ts";
import { allPoints, limits } from "../support/home.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { canRun, testThatNeeds } from "../support/needs.ts";
import { randomText } from "../support/random-text.ts";
import { readTopic } from "../support/read-topic.ts";
import { until } from "../support/until.ts";

const SEED = 17;
const EACH = 15;
const PEOPLES_PARTITIONS = 3;
const STRUCTURED = "application/cloudevents+json; charset=UTF-8";

const isAble =
  (await kafkaMissing()) === undefined &&
  canRun("javac", "-version") &&
  canRun("python3", "-c", "import ensurepip, venv");
const kafka = isAble ? await startKafka() : undefined;
afterAll(async () => {
  endAll();
  await kafka?.stop();
});

const traceOf = (n: number) => `00-${String(n + 1).padStart(32, "0")}-00f067aa0ba902b7-01`;

/** What one client sends, and the ids that must be there in the end, with their text; null: deleted. */
function messagesOf(client: string, seed: number) {
  const random = createRandom(seed);
  const messages: ClientMessage[] = [];
  const expected = new Map<string, string | null>();
  const made: string[] = [];
  const each = (make: (n: number) => void) => Array.from({ length: EACH }, (_, n) => make(n));
  const send = (key: string | null, value: string | null, headers: Record<string, string> = {}) =>
    messages.push({ key, value, headers });
  const id = (kind: string, n: number) => `${client}-${kind}-${n}`;
  const text = (known?: string) => {
    const words = randomText(random);
    if (known) expected.set(known, words);
    else made.push(words);
    return words;
  };
  // The key is the id.
  each((n) => send(id("key", n), JSON.stringify({ text: text(id("key", n)), source: client })));
  // The document's own id wins over the key, and stands without one.
  each((n) => send(`shard-${n % 3}`, JSON.stringify({ id: id("own", n), text: text(id("own", n)) })));
  each((n) => send(null, JSON.stringify({ id: id("keyless", n), text: text(id("keyless", n)) })));
  each((n) => send(id("plain", n), text(id("plain", n)), { "content-type": "text/plain" }));
  // Neither id nor key: an id is made of where it stands.
  each(() => send(null, text()));
  each((n) => {
    const subject = id("structured", n);
    const event = {
      specversion: "1.0",
      id: `${n}`,
      source: client,
      type: "news",
      subject,
      data: { text: text(subject) },
    };
    send(null, JSON.stringify(event), { "content-type": STRUCTURED });
  });
  each((n) => {
    const subject = id("binary", n);
    const attributes = { specversion: "1.0", id: `${n}`, source: client, type: "news", subject };
    const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]));
    const traced = { ...headers, "content-type": "application/json", traceparent: traceOf(n) };
    send(null, JSON.stringify({ text: text(subject) }), traced);
  });
  // Edits, then tombstones, of what the same client sent under the same key.
  each((n) => send(id("key", n), JSON.stringify({ text: text(id("key", n)) })));
  each((n) => {
    send(id("plain", n), null);
    expected.set(id("plain", n), null);
  });
  send("broken", '{ "text": ', { traceparent: traceOf(0), ce_id: `${client}-broken` });
  return { messages, expected, made };
}

testThatNeeds("Java's compiler, Maven and Python's venv", kafka !== undefined)(
  `what Java's and Python's clients publish is clustered (seed ${SEED})`,
  { timeout: 170_000 },
  async () => {
    const { brokers } = kafka!;
    const pipeline = `clients-${randomUUID().slice(0, 8)}`;
    const topics = topicsOf(pipeline);
    const streams = new KafkaStreams({ brokers, clientId: "eddy-test" });
    await streams.createTopics([{ name: topics.documents, partitions: PEOPLES_PARTITIONS }]);
    const folder = temporaryFolder();
    const args = ["--kafka", brokers.join(","), "--pipeline", pipeline, "--partitions", "2", "--clusters", "4"];
    const up = await startUp(folder.path, args);

    const sent = { java: messagesOf("java", SEED), python: messagesOf("python", SEED + 1) };
    const clients: Record<keyof typeof sent, KafkaClientOf> = { java: javaClient, python: pythonClient };
    await Promise.all(
      (["java", "python"] as const).map((name) =>
        clients[name](brokers.join(","), topics.documents, sent[name].messages),
      ),
    );
    await up.caughtUp(90_000);

    const points = await allPoints(createQdrantStore(createRestApi({ url: up.qdrant }), pipeline));
    const expected = new Map([...sent.java.expected, ...sent.python.expected]);
    for (const [id, text] of expected) {
      const payload = points.get(id)?.payload;
      expect(payload?.deleted ? null : payload?.text, id).toBe(text);
      if (text !== null) expect(payload?.cluster_id, id).toMatch(/^c\d+$/);
    }
    const others = [...points.values()].filter(({ payload }) => !expected.has(payload.document_id));
    expect(others.every(({ payload }) => /^document-\d-\d+$/.test(payload.document_id))).toBe(true);
    const texts = others.map(({ payload }) => payload.text).sort();
    expect(texts).toEqual([...sent.java.made, ...sent.python.made].sort());
    expect(await ledgerFaults({ streams, topics, points, limits })).toEqual([]);

    const assigned = await readTopic(streams, topics.assignments);
    const letters = await readTopic(streams, deadLetterTopic(topics.documents));
    for (const client of ["java", "python"]) {
      const { headers } = assigned.find(
        ({ record }) => Buffer.from(record.key!).toString() === `${client}-binary-3`,
      )!.record;
      expect(headerText(headers, "traceparent")).toBe(traceOf(3));
      expect(headerText(headers, "ce_source")).toBe(client);
      const letter = letters.find(({ record }) => headerText(record.headers, "ce_id") === `${client}-broken`)!.record;
      expect(Buffer.from(letter.value!).toString()).toBe('{ "text": ');
      expect(headerText(letter.headers, "traceparent")).toBe(traceOf(0));
      expect(deadLetterNote(letter.headers)).toMatchObject({ topic: topics.documents, code: "INVALID_JSON" });
    }
    expect(await up.stop()).toMatchObject({ code: 0 });
    await streams.close();
    folder.remove();
  },
);

testThatNeeds("a Kafka of the test's own", kafka?.tls !== undefined)(
  "a topic of people's that has grown is read by TLS and SCRAM, and its lag told",
  { timeout: 120_000 },
  async () => {
    const { brokers, login, tls } = kafka!;
    const pipeline = `grown-${randomUUID().slice(0, 8)}`;
    const topics = topicsOf(pipeline);
    const folder = temporaryFolder();
    const authority = join(folder.path, "authority.pem");
    await writeFile(authority, tls!.ca);
    const env = {
      KAFKA_BROKERS: tls!.login,
      KAFKA_SSL_CA_FILE: authority,
      KAFKA_SASL_MECHANISM: "scram-sha-512",
      KAFKA_SASL_USERNAME: login!.username,
      KAFKA_SASL_PASSWORD: login!.password,
    };
    const home = join(folder.path, "home");
    const args = ["--pipeline", pipeline, "--partitions", "2", "--clusters", "2"];
    expect(await (await startUp(home, args, { env })).stop()).toMatchObject({ code: 0 });

    const client = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
    const admin = client.admin();
    await admin.connect();
    await admin.createPartitions({ topicPartitions: [{ topic: topics.documents, count: 4 }] });
    await admin.disconnect();
    const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    const random = createRandom(SEED);
    const messages = [0, 1, 2, 3].flatMap((partition) => [
      ...Array.from({ length: 10 }, (_, n) => ({ partition, key: `${partition}-${n}`, value: randomText(random) })),
      { partition, key: "broken", value: "{" },
    ]);
    await producer.send({ topic: topics.documents, messages });
    await producer.disconnect();

    const up = await startUp(home, args, { env });
    await up.caughtUp();
    const points = await allPoints(createQdrantStore(createRestApi({ url: up.qdrant }), pipeline));
    const streams = new KafkaStreams({ brokers, clientId: "eddy-test" });
    expect(points.size).toBe(40);
    expect(await ledgerFaults({ streams, topics, points, limits })).toEqual([]);
    expect(await streams.partitions(deadLetterTopic(topics.documents))).toBe(2);
    const lags = await until("no lag in the metrics", 30_000, async () => {
      const text = await (await fetch(`${up.metrics}/metrics`)).text();
      const found = text.split("\n").filter((line) => line.startsWith("eddy_consumer_lag_"));
      return found.every((line) => line.endsWith(" 0")) && found;
    });
    for (const unit of ["records", "seconds"])
      for (const [group, topic] of [
        ["ingest", topics.documents],
        ["embed-worker", topics.texts],
        ["cluster-worker", topics.embeddings],
      ])
        expect(lags).toContain(`eddy_consumer_lag_${unit}{group="${pipeline}.${group}",topic="${topic}"} 0`);
    expect(await up.stop()).toMatchObject({ code: 0 });
    await streams.close();
    folder.remove();
  },
);
