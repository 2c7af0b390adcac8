/** A trace from a request to the assignment, and what travels with a document, over `eddy up` and a collector of the test's own. */
import { createRandom } from "@eddy/runtime/random";
import { headerText } from "@eddy/streams/port";
import { afterAll, expect, test } from "vitest";
import { workers } from "../fleet/fleet.ts";
import { withScene } from "../fleet/scene.ts";
import { startKafka } from "../peers/kafka-broker.ts";
import { kafkaMissing } from "../peers/kafka-libraries.ts";
import { startCollector } from "../peers/otlp-collector.ts";
import { endAll, startUp, temporaryFolder } from "../support/eddy-process.ts";
import { topics, withLog } from "../support/home.ts";
import { publish, randomDocuments } from "../support/publish.ts";
import { randomText } from "../support/random-text.ts";
import { readTopic } from "../support/read-topic.ts";
import { until } from "../support/until.ts";

const SEED = 3;
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER = "00f067aa0ba902b7";

const missing = await kafkaMissing();
afterAll(endAll);

test(`a document's trace and CloudEvents attributes reach its assignment (seed ${SEED})`, async () => {
  const collector = await startCollector();
  const folder = temporaryFolder();
  const up = await startUp(folder.path, ["--clusters", "3"], { env: collector.env });
  await publish(up.api, randomDocuments("first", 100, createRandom(SEED)));
  await until("a model", 60_000, async () => (await up.status()).documents.clustered === 100);
  const answer = await fetch(`${up.api}/v1/documents`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      traceparent: `00-${TRACE}-${CALLER}-01`,
      tracestate: "caller=me",
      "ce-id": "e-1",
      "ce-source": "test",
      "ce-type": "news",
      "ce-specversion": "1.0",
    },
    body: JSON.stringify({ id: "traced", text: "Oil rises as the harbour closes" }),
  });
  expect(answer.status).toBe(202);
  await up.caughtUp();
  expect(await up.stop()).toMatchObject({ code: 0 });
  await collector.stop();

  const spans = collector.spans.filter(({ traceId }) => traceId === TRACE);
  const one = (name: string) => {
    const found = spans.filter((span) => span.name === name);
    expect(found.map((span) => span.name)).toEqual([name]);
    return found[0]!;
  };
  const request = one("POST /v1/documents");
  expect(request).toMatchObject({ service: "eddy", parentSpanId: CALLER, failed: false });
  expect(one(`send ${topics.documents}`).parentSpanId).toBe(request.spanId);
  for (const [input, output, group] of [
    [topics.documents, topics.texts, "eddy.ingest"],
    [topics.texts, topics.embeddings, "eddy.embed-worker"],
    [topics.embeddings, topics.assignments, "eddy.cluster-worker"],
  ] as const) {
    const process = one(`process ${input}`);
    expect(process).toMatchObject({ parentSpanId: request.spanId, links: [TRACE], failed: false });
    expect(process.attributes).toMatchObject({
      "messaging.system": "kafka",
      "messaging.operation.type": "process",
      "messaging.batch.message_count": 1,
      "messaging.destination.partition.id": "0",
      "messaging.consumer.group.name": group,
    });
    expect(one(`send ${output}`).parentSpanId).toBe(process.spanId);
    expect(one(`commit ${input}`).parentSpanId).toBe(process.spanId);
  }
  const counted = one(`process ${topics.embeddings}`);
  for (const phase of ["lookup", "assign", `send ${topics.modelLog}`, "upsert"])
    expect(one(phase).parentSpanId, phase).toBe(counted.spanId);
  expect(collector.spans.filter(({ failed }) => failed)).toEqual([]);

  await withLog(folder.path, async (streams) => {
    for (const topic of [topics.documents, topics.texts, topics.embeddings, topics.assignments]) {
      const records = (await readTopic(streams, topic)).map(({ record }) => record);
      const { headers } = records.find(({ key }) => key && Buffer.from(key).toString() === "traced")!;
      expect(headerText(headers, "traceparent"), topic).toBe(`00-${TRACE}-${request.spanId}-01`);
      expect(headerText(headers, "tracestate"), topic).toBe("caller=me");
      expect(headerText(headers, "ce_id"), topic).toBe("e-1");
      expect(headerText(headers, "ce_source"), topic).toBe("test");
    }
  });
  folder.remove();
});

test("a collector that is away costs a warning, and nothing else", async () => {
  const folder = temporaryFolder();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1", OTEL_BSP_SCHEDULE_DELAY: "50" };
  const up = await startUp(folder.path, ["--clusters", "3"], { env: { ...env, OTEL_EXPORTER_OTLP_TIMEOUT: "500" } });
  await publish(up.api, randomDocuments("first", 100, createRandom(SEED)));
  await up.caughtUp();
  await up.match(/spans were lost/);
  expect(await up.stop()).toMatchObject({ code: 0 });
  folder.remove();
});

test.skipIf(missing !== undefined)("a trace goes through the processes of a fleet", { timeout: 170_000 }, async () => {
  const kafka = await startKafka();
  const collector = await startCollector();
  const { brokers } = kafka;
  const env = { ...collector.env, EDDY_CLUSTERS: "2" };
  await withScene({ name: "traced", brokers, partitions: 1, env }, async ({ fleet }) => {
    for (const kind of workers) fleet.add(kind);
    const { topics } = fleet;
    for (const member of fleet.members()) await member.ready();
    const random = createRandom(SEED);
    const document = (id: string, traceparent?: string) => ({
      key: Buffer.from(id),
      value: Buffer.from(JSON.stringify({ text: randomText(random) })),
      headers: { ...(traceparent !== undefined && { traceparent }) },
    });
    const first = Array.from({ length: 50 }, (_, n) => document(`first-${n}`));
    await fleet.streams.append(topics.documents, 0, first);
    await fleet.caughtUp(90_000);
    await fleet.streams.append(topics.documents, 0, [document("traced", `00-${TRACE}-${CALLER}-01`)]);
    const { headers } = await until("the assignment", 60_000, async () => {
      const records = (await readTopic(fleet.streams, topics.assignments)).map(({ record }) => record);
      return records.find(({ key }) => key && Buffer.from(key).toString() === "traced");
    });
    expect(headerText(headers, "traceparent")).toBe(`00-${TRACE}-${CALLER}-01`);
    await fleet.stop();
    const spans = collector.spans.filter(({ traceId }) => traceId === TRACE);
    const processed = spans.filter(({ name }) => name.startsWith("process "));
    expect(processed.map(({ service, name, parentSpanId }) => [service, name, parentSpanId]).sort()).toEqual([
      ["eddy-cluster-worker", `process ${topics.embeddings}`, CALLER],
      ["eddy-embed-worker", `process ${topics.texts}`, CALLER],
      ["eddy-ingest", `process ${topics.documents}`, CALLER],
    ]);
    expect(spans.some(({ name }) => name === `send ${topics.assignments}`)).toBe(true);
  });
  await collector.stop();
  await kafka.stop();
});
