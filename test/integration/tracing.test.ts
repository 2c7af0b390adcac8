/** A trace from a request to the assignment, and what travels with a document, over `eddy up` and a collector of the test's own. */
import { createRandom } from "@eddy/runtime/random";
import { headerText } from "@eddy/streams/port";
import { afterAll, expect, test } from "vitest";
import { startCollector } from "../peers/otlp-collector.ts";
import { endAll, startUp, temporaryFolder } from "../support/eddy-process.ts";
import { topics, withLog } from "../support/home.ts";
import { publish, randomDocuments } from "../support/publish.ts";
import { readTopic } from "../support/read-topic.ts";
import { until } from "../support/until.ts";

const SEED = 3;
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER = "00f067aa0ba902b7";

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
