import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import type { IntakeSummaryView } from "@eddy/contracts/api/intake";
import { RetryableError } from "@eddy/contracts/errors";
import { deadLetterTopic, topicSpecs, topicsOf } from "@eddy/contracts/topics";
import { systemClock } from "@eddy/runtime/clock";
import { createDeferred } from "@eddy/runtime/deferred";
import { createHttpApp, createHttpServer, type HttpApp, type HttpServer } from "@eddy/runtime/http-server";
import { createLogger } from "@eddy/runtime/logger";
import { createRecordingTracer } from "@eddy/runtime/recording-tracer";
import type { Tracer } from "@eddy/runtime/tracer";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import { partitionOf } from "@eddy/streams/murmur2";
import { headerText, type StoredRecord, type Streams } from "@eddy/streams/port";
import { silentObserver } from "@eddy/streams/worker-observer";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decodeDocument } from "../decode-document.ts";
import { createIngest } from "../service.ts";
import type { Verdict } from "./admission.ts";
import { registerIntake } from "./intake.ts";

const topics = topicsOf("test");
const PARTITIONS = 3;
const MAX = 1_000;
const logger = createLogger({ service: "test", level: "silent" });

let streams: EmbeddedStreams;
let admission: () => Promise<Verdict>;
let app: HttpApp;
const servers: HttpServer[] = [];

function register(over: Partial<Streams> = {}, tracer?: Tracer) {
  // EmbeddedStreams is a class: what is not overridden is called on it.
  const used = new Proxy(streams, {
    get(target, name) {
      const value = over[name as keyof Streams] ?? Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return (made: HttpApp) =>
    registerIntake(made, {
      streams: used,
      topics,
      maxDocumentBytes: MAX,
      dimensions: 3,
      admission: () => admission(),
      clock: systemClock,
      ...(tracer && { tracer }),
    });
}

async function serve(over: Partial<Streams> = {}): Promise<HttpServer> {
  const server = createHttpServer({ host: "127.0.0.1", port: 0, setting: "P", logger, register: [register(over)] });
  await server.start();
  servers.push(server);
  return server;
}

beforeEach(async () => {
  streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => 5_000 });
  await streams.createTopics(topicSpecs(topics, { documentPartitions: PARTITIONS, partitions: 2 }));
  admission = async () => ({ ok: true });
  app = await createHttpApp({ logger, register: [register()] });
});

afterEach(async () => {
  await app.close();
  await Promise.all(servers.splice(0).map((server) => server.stop(AbortSignal.abort())));
});

async function published(): Promise<(StoredRecord & { partition: number })[]> {
  const found: (StoredRecord & { partition: number })[] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const records = await streams
      .reader(topics.documents, partition, 0)
      .fetch({ maxRecords: 1e6, maxBytes: 1e9, waitMs: 0 });
    found.push(...records.map((record) => ({ ...record, partition })));
  }
  return found;
}

const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString());
const post = (payload: string | Buffer, headers: Record<string, string> = {}) =>
  app.inject({
    method: "POST",
    url: "/v1/documents",
    payload,
    headers: { "content-type": "application/json", ...headers },
  });
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`;
const ndjson = { "content-type": "application/x-ndjson" };

describe("what is accepted", () => {
  test("one document goes as it came, under its id, to the id's partition", async () => {
    const value = '  {"text": "Oil rises",  "id": "Ünï/1 \\u2603", "metadata": {"n": 12345678901234567890}}';
    const response = await post(value, { traceparent: TRACEPARENT, "ce-type": "news", "ce-source": "a%20b" });
    expect(response.statusCode).toBe(202);
    expect(response.json()).toEqual({ accepted: 1, ids: ["Ünï/1 ☃"], rejected: [], rejected_total: 0 });
    const [record, ...others] = await published();
    expect(others).toEqual([]);
    expect(text(record!.value)).toBe(value);
    expect(text(record!.key)).toBe("Ünï/1 ☃");
    expect(record!.partition).toBe(partitionOf(Buffer.from("Ünï/1 ☃"), PARTITIONS));
    expect(record!.headers).toEqual({
      "content-type": "application/json",
      traceparent: TRACEPARENT,
      ce_type: "news",
      ce_source: "a b",
    });
  });

  test("a document without an id gets a UUID, in the value too", async () => {
    const response = await post('\ufeff {"text":"no id"}');
    const [id] = response.json<IntakeSummaryView>().ids;
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    const [record] = await published();
    expect(text(record!.key)).toBe(id);
    expect(decodeDocument(record!)).toEqual({ kind: "put", id, document: { id, text: "no id" } });
  });

  test("a number as an id is its decimal digits", async () => {
    expect((await post('{"id": 7, "text": "seven"}')).json<IntakeSummaryView>().ids).toEqual(["7"]);
    expect(decodeDocument((await published())[0]!)).toMatchObject({ id: "7" });
  });

  test("an array: good ones go, bad ones are told by index", async () => {
    const response = await post(JSON.stringify([{ id: "a", text: "first" }, { id: "b" }, 3, { text: "third" }]));
    expect(response.statusCode).toBe(202);
    const body = response.json<IntakeSummaryView>();
    expect(body).toMatchObject({ accepted: 2, rejected_total: 2 });
    expect(body.rejected.map(({ index, code }) => [index, code])).toEqual([
      [1, "NO_TEXT"],
      [2, "INVALID_DOCUMENT"],
    ]);
    expect((await published()).map(({ key }) => text(key)).sort()).toEqual([...body.ids].sort());
  });

  test("NDJSON with CRLF, blank lines and no end of line", async () => {
    const response = await post('{"id":"a","text":"x"}\r\n\r\n   \n{"id":"b"}\n{"id":"c","text":"y"}', ndjson);
    expect(response.statusCode).toBe(202);
    expect(response.json<IntakeSummaryView>()).toEqual({
      accepted: 2,
      ids: ["a", "c"],
      rejected: [{ index: 1, line: 4, id: "b", code: "NO_TEXT", message: "text is missing" }],
      rejected_total: 1,
    });
  });

  test("records of one id keep their order", async () => {
    const lines = Array.from({ length: 3_000 }, (_, n) => JSON.stringify({ id: `d${n % 7}`, text: `version ${n}` }));
    expect((await post(lines.join("\n"), ndjson)).json<IntakeSummaryView>().accepted).toBe(3_000);
    const last = new Map<string, number>();
    for (const { key, value } of await published()) {
      const version = Number((JSON.parse(text(value)!) as { text: string }).text.split(" ")[1]);
      expect(version).toBeGreaterThan(last.get(text(key)!) ?? -1);
      last.set(text(key)!, version);
    }
    expect(last.size).toBe(7);
  });

  test("plain text, gzip, CloudEvents of both modes", async () => {
    await post("just words", { "content-type": "text/plain; charset=UTF-8", "ce-subject": "t1", "ce-id": "1" });
    await post(gzipSync('{"id":"z","text":"zipped"}'), { "content-encoding": "gzip" });
    const event = { specversion: "1.0", id: "e", type: "t", source: "s", subject: "s1", data: { text: "structured" } };
    await post(JSON.stringify(event), { "content-type": "application/cloudevents+json" });
    const records = await published();
    const intents = Object.fromEntries(records.map((record) => [text(record.key), decodeDocument(record)]));
    expect(intents).toMatchObject({
      t1: { kind: "put", id: "t1", document: { text: "just words" } },
      z: { kind: "put", id: "z", document: { text: "zipped" } },
      s1: { kind: "put", id: "s1", document: { text: "structured" } },
    });
    const plain = records.find(({ key }) => text(key) === "t1")!;
    expect(headerText(plain.headers, "ce_id")).toBe("1");
  });

  test("a deletion is a null record of that key", async () => {
    const response = await app.inject({ method: "DELETE", url: `/v1/documents/${encodeURIComponent("a/b ☃")}` });
    expect(response.statusCode).toBe(202);
    expect(response.json()).toEqual({ id: "a/b ☃" });
    const [record] = await published();
    expect([text(record!.key), record!.value]).toEqual(["a/b ☃", null]);
  });

  test("a deletion may be meant for one revision", async () => {
    const remove = (revision: string) =>
      app.inject({ method: "DELETE", url: "/v1/documents/a", headers: { "if-match": revision } });
    for (const revision of ['"0:17"', '"eddy/0:17"', "*"]) expect((await remove(revision)).statusCode).toBe(202);
    const conditions = (await published()).map(({ headers }) => headerText(headers, "eddy-only-revision"));
    expect(conditions).toEqual(["0:17", "eddy/0:17", undefined]);
    for (const revision of ["0:17", '"x"', '"0:1", "0:2"', 'W/"0:17"']) {
      const refused = await remove(revision);
      expect([refused.statusCode, refused.json().error.code], revision).toEqual([400, "INVALID_PARAMETER"]);
    }
    expect(await published()).toHaveLength(3);
  });

  test("nothing in, nothing wrong", async () => {
    for (const [body, headers] of [
      ["[]", {}],
      ["", ndjson],
      ["\n\n", ndjson],
    ] as const) {
      const response = await post(body, headers);
      expect([response.statusCode, response.json<IntakeSummaryView>().accepted]).toEqual([202, 0]);
    }
  });

  test("what HTTP accepts, ingest accepts: nothing comes to the dead letters", async () => {
    const exact = (id: string) => ({ id, text: "x".repeat(MAX - JSON.stringify({ id, text: "" }).length) });
    const almost = { text: "y".repeat(MAX - '{"text":""}'.length) };
    const documents = [
      exact("edge"),
      { text: "plain" },
      { text: "<p>&eacute;</p>" },
      { id: 0, text: "z", vector: [1, 2, 3] },
    ];
    expect((await post(documents.map((document) => JSON.stringify(document)).join("\n"), ndjson)).statusCode).toBe(202);
    // With the id that it is given it would be too large.
    expect((await post(JSON.stringify(almost))).json().error.code).toBe("TOO_LARGE");
    const all = createDeferred();
    let seen = 0;
    const worker = createIngest({
      streams,
      topics,
      group: "ingest",
      reader: { group: "embed", lagLimit: 1_000 },
      textPartitions: 2,
      maxBytes: MAX,
      dimensions: 3,
      observer: {
        ...silentObserver,
        committed(records) {
          seen += records;
          if (seen === documents.length) all.resolve();
        },
      },
    });
    await worker.start(all.reject);
    await all.promise;
    await worker.stop();
    const ends = async (topic: string, count: number) =>
      (await Promise.all(Array.from({ length: count }, (_, n) => streams.bounds(topic, n)))).map(({ end }) => end);
    expect(await ends(deadLetterTopic(topics.documents), PARTITIONS)).toEqual([0, 0, 0]);
    expect((await ends(topics.texts, 2)).reduce((sum, end) => sum + end)).toBe(documents.length);
  });
});

describe("what is refused", () => {
  const json = "application/json";
  test.each<[string, string | Buffer, Record<string, string>, number, string, RegExp]>([
    ["broken JSON", '{"text": ', {}, 400, "INVALID_JSON", /JSON/],
    ["an empty body", "", { "content-type": json }, 400, "INVALID_JSON", /JSON/],
    ["a broken array", '[{"text":"a"},', {}, 400, "INVALID_JSON", /JSON/],
    ["invalid UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), {}, 400, "INVALID_UTF8", /UTF-8/],
    ["invalid UTF-8 in an array", Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), {}, 400, "INVALID_UTF8", /./],
    ["no text", '{"id":"a"}', {}, 422, "NO_TEXT", /text is missing/],
    ["text of a wrong type", '{"text":5}', {}, 422, "INVALID_DOCUMENT", /text/],
    ["not an object", '"text"', {}, 422, "INVALID_DOCUMENT", /object/],
    ["empty after cleaning", '{"text":"<p>&nbsp;\\u0000</p>"}', {}, 422, "EMPTY_TEXT", /cleaning/],
    ["plain text of white space", " \n ", { "content-type": "text/plain" }, 422, "EMPTY_TEXT", /cleaning/],
    ["a NUL in the id", '{"id":"a\\u0000b","text":"x"}', {}, 422, "INVALID_ID", /NUL/],
    ["a lone surrogate in the id", '{"id":"\\ud800","text":"x"}', {}, 422, "INVALID_ID", /Unicode/],
    ["an id too long", `{"id":"${"é".repeat(257)}","text":"x"}`, {}, 422, "INVALID_ID", /512/],
    ["an empty id", '{"id":"","text":"x"}', {}, 422, "INVALID_ID", /empty/],
    ["a vector of the wrong width", '{"text":"x","vector":[1,2]}', {}, 422, "INVALID_VECTOR", /2 numbers.*3/],
    ["a vector with null for NaN", '{"text":"x","vector":[1,null,2]}', {}, 422, "INVALID_VECTOR", /number/],
    ["a vector with NaN", '{"text":"x","vector":[1,NaN,2]}', {}, 400, "INVALID_JSON", /NaN/],
    ["a vector beyond f32", '{"text":"x","vector":[1,1e300,2]}', {}, 422, "INVALID_VECTOR", /f32/],
    ["a zero vector", '{"text":"x","vector":[0,0,0]}', {}, 422, "INVALID_VECTOR", /zero/],
    ["no date", '{"text":"x","published_at":"yesterday"}', {}, 422, "INVALID_DATE", /date/],
    ["metadata of a wrong type", '{"text":"x","metadata":[1]}', {}, 422, "INVALID_DOCUMENT", /metadata/],
    [
      "no CloudEvent",
      '{"a":1}',
      { "content-type": "application/cloudevents+json" },
      400,
      "INVALID_EVENT",
      /specversion/,
    ],
    ["a document over the limit", JSON.stringify({ text: "x".repeat(MAX) }), {}, 413, "TOO_LARGE", /1000/],
    ["a gzip bomb", gzipSync(Buffer.alloc(10_000_000, "x")), { "content-encoding": "gzip" }, 413, "TOO_LARGE", /1000/],
    [
      "a form",
      "text=x",
      { "content-type": "application/x-www-form-urlencoded" },
      415,
      "UNSUPPORTED_MEDIA_TYPE",
      /ndjson/,
    ],
    [
      "another charset",
      "{}",
      { "content-type": "text/plain; charset=latin1" },
      415,
      "UNSUPPORTED_MEDIA_TYPE",
      /latin1/,
    ],
    ["another encoding", "{}", { "content-encoding": "br" }, 415, "UNSUPPORTED_MEDIA_TYPE", /gzip/],
    [
      "a truncated gzip",
      gzipSync('{"text":"x"}').subarray(0, 20),
      { "content-encoding": "gzip" },
      400,
      "INVALID_BODY",
      /gzip/,
    ],
    ["no gzip at all", '{"text":"x"}', { "content-encoding": "gzip" }, 400, "INVALID_BODY", /gzip/],
    ["an array of bad ones", '[{"id":"a"},{}]', {}, 422, "REJECTED", /none of the 2.*NO_TEXT/],
    ["a stream of bad ones", "{\n\x00\n[]", ndjson, 422, "REJECTED", /none of the 3.*INVALID_JSON/],
  ])("%s", async (_, body, headers, status, code, message) => {
    const response = await post(body, headers);
    const { error } = response.json();
    expect([response.statusCode, error.code]).toEqual([status, code]);
    expect(error.message).toMatch(message);
    expect(error.accepted).toBe(0);
    expect(await published()).toEqual([]);
  });

  test("an array over 32 MiB", async () => {
    const response = await post(Buffer.alloc(33 * 1024 * 1024, "["));
    expect([response.statusCode, response.json().error.code]).toEqual([413, "TOO_LARGE"]);
  });

  test("a million-character line in a stream costs only itself", async () => {
    const long = JSON.stringify({ id: "long", text: "x".repeat(1e6) });
    const response = await post(`{"id":"a","text":"x"}\n${long}\n{"id":"b","text":"y"}\n`, ndjson);
    const body = response.json<IntakeSummaryView>();
    expect(body.ids).toEqual(["a", "b"]);
    expect(body.rejected).toEqual([
      { index: 1, line: 2, code: "TOO_LARGE", message: `${long.length} bytes; the limit is ${MAX}` },
    ]);
  });

  test("invalid UTF-8 in a stream costs only its line", async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"id":"a","text":"x"}\n{"text":"'),
      Buffer.from([0xff]),
      Buffer.from('"}\n'),
    ]);
    expect((await post(bytes, ndjson)).json()).toMatchObject({ accepted: 1, rejected: [{ code: "INVALID_UTF8" }] });
  });

  test("lists are bounded, totals are not", async () => {
    const lines = `${'{"text":"x"}\n'.repeat(10_050)}${"{}\n".repeat(1_050)}`;
    const body = (await post(lines, ndjson)).json<IntakeSummaryView>();
    expect([body.accepted, body.ids.length, body.rejected_total, body.rejected.length]).toEqual([
      10_050, 10_000, 1_050, 1_000,
    ]);
  });

  test("a truncated gzip stream: its whole lines are in, and told", async () => {
    const lines = Array.from({ length: 500 }, (_, n) => JSON.stringify({ id: `d${n}`, text: `${Math.sin(n)}` })).join(
      "\n",
    );
    const zipped = gzipSync(lines);
    const response = await post(zipped.subarray(0, zipped.length - 500), { ...ndjson, "content-encoding": "gzip" });
    const { error } = response.json();
    expect([response.statusCode, error.code]).toEqual([400, "INVALID_BODY"]);
    expect(error.accepted).toBeGreaterThan(0);
    expect((await published()).length).toBe(error.accepted);
  });

  test("deletions of impossible ids, and other methods", async () => {
    const wrong = await app.inject({ method: "DELETE", url: "/v1/documents/a%00b" });
    expect([wrong.statusCode, wrong.json().error.code]).toEqual([422, "INVALID_ID"]);
    const broken = await app.inject({ method: "DELETE", url: "/v1/documents/%ff" });
    expect([broken.statusCode, broken.json().error.code]).toEqual([400, "INVALID_URL"]);
    const put = await app.inject({ method: "PUT", url: "/v1/documents" });
    expect([put.statusCode, put.headers.allow, put.json().error.code]).toEqual([405, "POST", "METHOD_NOT_ALLOWED"]);
    const nowhere = await app.inject({ method: "GET", url: "/nowhere?x=1" });
    expect([nowhere.statusCode, nowhere.json().error.code]).toEqual([404, "NOT_FOUND"]);
  });

  test("a page from elsewhere may not write", async () => {
    const response = await post('{"text":"x"}', { origin: "https://evil.example", host: "127.0.0.1:7400" });
    expect(response.statusCode).toBe(403);
    const own = await post('{"text":"x"}', { origin: "http://127.0.0.1:7400", host: "127.0.0.1:7400" });
    expect(own.statusCode).toBe(202);
  });
});

describe("bad days", () => {
  test.each<[string, RetryableError, number]>([
    ["a full disk", new RetryableError("DISK_FULL", "no space left in /data"), 507],
    ["a log that is away", new RetryableError("STREAM_UNAVAILABLE", "no broker"), 503],
  ])("%s: what went in before is told", async (_, failure, status) => {
    let appends = 0;
    await app.close();
    app = await createHttpApp({
      logger,
      register: [
        register({
          async append(topic, partition, records) {
            if (++appends > 1) throw failure;
            await streams.append(topic, partition, records);
          },
        }),
      ],
    });
    const lines = Array.from({ length: 20_000 }, (_, n) => `{"id":"d${n}","text":"x"}\n`).join("");
    const response = await post(lines, ndjson);
    expect([response.statusCode, response.json().error.code]).toEqual([status, failure.code]);
    expect(response.headers["retry-after"]).toBe("1");
    expect(response.json().error.accepted).toBeLessThan(20_000);
    expect((await published()).length).toBeGreaterThanOrEqual(response.json().error.accepted);
  });

  test("back-pressure at the beginning: 429, also to one that sends on and on", async () => {
    admission = async () => ({ ok: false, retryAfterSeconds: 7 });
    const response = await post('{"text":"x"}');
    expect([response.statusCode, response.headers["retry-after"], response.json().error.code]).toEqual([
      429,
      "7",
      "BUSY",
    ]);
    const { url } = await serve();
    const line = Buffer.from(`{"text":"${"x".repeat(500)}"}\n`);
    const many = Buffer.concat(Array.from({ length: 20_000 }, () => line));
    const fetched = await fetch(`${url}/v1/documents`, { method: "POST", headers: ndjson, body: many });
    expect([fetched.status, fetched.headers.get("retry-after")]).toEqual([429, "7"]);
    expect(await published()).toEqual([]);
  });

  test("back-pressure under way: the socket is not read until the pipeline takes more", async () => {
    const server = await serve();
    const held = createDeferred<Verdict>();
    let asked = 0;
    admission = () => (++asked === 1 ? Promise.resolve({ ok: true }) : held.promise);
    const request = send(server.url);
    const perChunk = 1_000;
    const chunk = `${JSON.stringify({ text: "x".repeat(900) })}\n`.repeat(perChunk);
    const chunks = 24;
    const [socket] = request.socket ? [request.socket] : ((await once(request, "socket")) as [Socket]);
    let written = 0;
    // Until the sockets' buffers are full and stay so: nobody reads.
    do written += 1;
    while ((request.write(chunk) || (await drains(socket))) && written < chunks);
    expect(written).toBeLessThan(chunks);
    held.resolve({ ok: true });
    for (; written < chunks; written++) if (!request.write(chunk)) await once(request, "drain");
    request.end();
    const answer = await answered(request);
    expect(answer).toMatchObject({ status: 202, body: { accepted: chunks * perChunk, rejected_total: 0 } });
    expect((await published()).length).toBe(chunks * perChunk);
  }, 60_000);

  test("a client that leaves in the middle: its whole lines are in, half a line is not", async () => {
    const { url } = await serve();
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write(
      "POST /v1/documents HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    const body = '{"id":"a","text":"x"}\n{"id":"b","te';
    socket.write(`${body.length.toString(16)}\r\n${body}\r\n`);
    const reader = streams.reader(topics.documents, partitionOf(Buffer.from("a"), PARTITIONS), 0);
    expect((await reader.fetch({ maxRecords: 1, waitMs: 10_000 })).length).toBe(1);
    socket.destroy();
    await once(socket, "close");
    expect((await published()).map(({ key }) => text(key))).toEqual(["a"]);
  });

  test("a stop ends an endless stream with 503 and what it accepted", async () => {
    const server = await serve();
    const request = send(server.url);
    request.write('{"id":"a","text":"x"}\n');
    const reader = streams.reader(topics.documents, partitionOf(Buffer.from("a"), PARTITIONS), 0);
    await reader.fetch({ maxRecords: 1, waitMs: 10_000 });
    const answer = answered(request);
    await server.stop(AbortSignal.timeout(10_000));
    expect(await answer).toMatchObject({ status: 503, body: { error: { code: "STOPPING", accepted: 1, ids: ["a"] } } });
    request.destroy();
  });

  test("a stream that falls silent is ended", async () => {
    await app.close();
    app = await createHttpApp({ logger, register: [] });
    const server = createHttpServer({
      host: "127.0.0.1",
      port: 0,
      setting: "P",
      logger,
      register: [
        (made) =>
          registerIntake(made, {
            streams,
            topics,
            maxDocumentBytes: MAX,
            dimensions: 3,
            admission: () => admission(),
            clock: systemClock,
            idleTimeoutMs: 50,
          }),
      ],
    });
    await server.start();
    servers.push(server);
    const request = send(server.url);
    request.write('{"id":"a","text":"x"}\n{');
    expect(await answered(request)).toMatchObject({ status: 408, body: { error: { code: "TIMEOUT", accepted: 1 } } });
    request.destroy();
  });
});

function send(url: string) {
  const request = httpRequest(`${url}/v1/documents`, { method: "POST", headers: ndjson });
  request.on("error", () => {});
  request.flushHeaders();
  return request;
}

async function answered(request: ReturnType<typeof send>): Promise<{ status: number; body: unknown }> {
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode!, body: JSON.parse(Buffer.concat(chunks).toString()) };
}

/** Whether a socket empties its buffer; not: for half a second it was as full as before. */
async function drains(socket: Socket): Promise<boolean> {
  for (let same = 0, before = -1; same < 25; ) {
    if (socket.writableLength === 0) return true;
    same = socket.writableLength === before ? same + 1 : 0;
    before = socket.writableLength;
    await systemClock.sleep(20);
  }
  return false;
}

describe("a trace", () => {
  const contextOf = (record: StoredRecord | undefined) => headerText(record!.headers, "traceparent");

  test("goes on from a request to what it publishes, and a broken one is left out", async () => {
    const tracestate = "vendor=x";
    await post(JSON.stringify([{ text: "in a list" }]), { traceparent: TRACEPARENT, tracestate });
    await app.inject({ method: "DELETE", url: "/v1/documents/gone", headers: { traceparent: TRACEPARENT } });
    await post('{"text":"without","id":"without"}', { traceparent: "00-abc-def-01", tracestate });
    const records = await published();
    const traced = records.filter((record) => contextOf(record) === TRACEPARENT);
    expect(traced).toHaveLength(2);
    expect(records.find(({ key }) => text(key) === "without")!.headers).toEqual({ "content-type": "application/json" });
  });

  test("has a span of the request, and one of each append; the records name the request's", async () => {
    const tracer = createRecordingTracer();
    await app.close();
    app = await createHttpApp({ logger, register: [register({}, tracer)] });
    await post('{"text":"one","id":"one"}', { traceparent: TRACEPARENT });
    const [request, send] = tracer.spans;
    expect(request).toMatchObject({ name: "POST /v1/documents", ended: true, options: { kind: "server" } });
    expect(request!.attributes).toMatchObject({ "http.route": "/v1/documents", "http.response.status_code": 202 });
    expect(request!.context.traceparent).toContain(TRACE);
    expect(send).toMatchObject({ name: `send ${topics.documents}`, ended: true, options: { parent: request } });
    expect(contextOf((await published())[0])).toBe(request!.context.traceparent);
  });

  test("tells a client's fault from Eddy's own", async () => {
    const tracer = createRecordingTracer();
    await app.close();
    const append = async () => {
      throw new RetryableError("STREAM_UNAVAILABLE", "no broker");
    };
    app = await createHttpApp({ logger, register: [register({ append }, tracer)] });
    await post("{");
    await post('{"text":"one"}');
    const requests = tracer.spans.filter(({ name }) => name.startsWith("POST"));
    expect(requests.map(({ attributes }) => attributes["http.response.status_code"])).toEqual([400, 503]);
    expect(requests.map(({ failure }) => failure !== undefined)).toEqual([false, true]);
  });
});
