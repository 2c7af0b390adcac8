/**
 * Requests to the HTTP API with any body, headers and parameters: each has an answer in the shape of all answers, none is a fault of Eddy's
 * own, and what is told as accepted is in the log, as ingest takes it.
 */
import { gzipSync } from "node:zlib";
import { app, dimensions, fill, streams, topics, useConsole } from "@eddy/console/console-fixture";
import { errorCodes, rejectCodes } from "@eddy/contracts/errors";
import { requestCodes } from "@eddy/contracts/request-codes";
import { deadLetterTopic } from "@eddy/contracts/topics";
import { registerIntake } from "@eddy/ingest/http/intake";
import { createCheckStage } from "@eddy/ingest/stages/check";
import { systemClock } from "@eddy/runtime/clock";
import { toDeadLetter } from "@eddy/streams/dead-letter";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { FUZZ_MS, fuzz, jsonText, lineText, nearly, recordHeaders } from "./fuzz.ts";

const MAX_BYTES = 150;
const admission = async () => ({ ok: true }) as const;
useConsole([
  (made) =>
    registerIntake(made, { streams, topics, maxDocumentBytes: MAX_BYTES, dimensions, admission, clock: systemClock }),
]);
beforeEach(fill);

const codes = { ...errorCodes, ...rejectCodes, ...requestCodes };

interface Request {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  readonly payload?: string | Buffer;
  readonly headers?: Record<string, string>;
}

/** The parsed answer; undefined where it is no JSON and all went well. */
async function ask(request: Request): Promise<{ status: number; body: unknown }> {
  const response = await app.inject(request);
  const { statusCode: status, body: text } = response;
  expect(status, text).toBeLessThan(500);
  const isJson = String(response.headers["content-type"]).startsWith("application/json");
  const body: unknown = isJson ? JSON.parse(text) : undefined;
  if (status < 400) return { status, body };
  const { error } = body as { error: { code: string; message: string } };
  expect(codes).toHaveProperty(error.code);
  expect(error.message).toMatch(/\S/);
  return { status, body: error };
}

/** Printable, as HTTP wants it. */
const headerText = fc.string({ unit: "binary-ascii", maxLength: 20 }).map((text) => text.replace(/[^\x20-\x7e]/g, "~"));
const document = fc.oneof(
  jsonText,
  jsonText.map((value) => `{"text":${value}}`),
  fc
    .tuple(fc.string(), fc.constantFrom("id", "metadata", "vector", "published_at", "title", "label"), jsonText)
    .map(([text, name, value]) => `{"text":${JSON.stringify(text)},"${name}":${value}}`),
);
const event = fc
  .tuple(
    fc.constantFrom('"1.0"', '"0.3"', "1", "null"),
    fc.constantFrom("data", "data_base64", "dataref"),
    fc.oneof(
      document,
      fc.uint8Array().map((bytes) => JSON.stringify(Buffer.from(bytes).toString("base64"))),
    ),
    fc.oneof(fc.constant("null"), jsonText),
    fc.constantFrom("application/json", "text/plain", "application/octet-stream", ""),
  )
  .map(
    ([version, name, data, subject, type]) =>
      `{"specversion":${version},"id":"e","source":"/s","type":"t","subject":${subject},"datacontenttype":"${type}","${name}":${data}}`,
  );
const lines = fc.array(fc.oneof(document, lineText), { maxLength: 5 }).map((all) => all.join("\n"));
const table = fc
  .tuple(fc.constantFrom("text", "id,text", "body;text;id", 'text\t"id"', "a,b", ""), lineText)
  .map(([header, rows]) => `${header}\n${rows}`);
const packed = (text: fc.Arbitrary<string>) => text.map((given) => gzipSync(given));

const publications = fc.record({
  type: fc.oneof(
    fc.constantFrom(
      ...["application/json", "application/x-ndjson", "application/ndjson", "text/csv", "text/tab-separated-values"],
      ...["text/plain", "application/cloudevents+json", "application/json; charset=utf-8", "text/csv;charset=latin1"],
      ...["application/octet-stream", "multipart/form-data; boundary=x", ""],
    ),
    headerText,
  ),
  body: nearly(
    fc.oneof(
      ...[document, document.map((item) => `[${item},${item}]`), event, lines, table],
      ...[document, lines, table].map(packed),
      fc.nat(4_000).map((length) => `{"text":"${"x".repeat(length)}"}`),
    ),
  ),
  encoding: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(undefined, "gzip", "identity") }, headerText),
  query: fc.constantFrom("", "?text=a", "?text=body&id=id", "?text=", "?__proto__=x", "?text=a&text=b", "?id=%ff"),
  event: fc.dictionary(fc.constantFrom("ce-specversion", "ce-type", "ce-subject", "ce-time", "ce-x"), headerText),
  trace: fc.option(headerText, { nil: undefined }),
});

describe("POST /v1/documents", () => {
  const stage = createCheckStage({ maxBytes: MAX_BYTES, dimensions });
  const ends = () =>
    Promise.all([0, 1].map(async (partition) => (await streams.bounds(topics.documents, partition)).end));

  test(
    "any body of any kind",
    async () => {
      const met = new Set<number>();
      await fuzz(
        publications,
        async ({ type, body, encoding, query, event: attributes, trace }) => {
          const before = await ends();
          const answer = await ask({
            method: "POST",
            url: `/v1/documents${query}`,
            payload: body,
            headers: {
              ...attributes,
              ...(type !== "" && { "content-type": type }),
              ...(encoding !== undefined && { "content-encoding": encoding }),
              ...(trace !== undefined && { traceparent: trace }),
            },
          });
          met.add(answer.status);
          const told = answer.body as {
            accepted?: number;
            rejected?: readonly { code: string; message: string }[];
            rejected_total?: number;
          };
          for (const { code, message } of told.rejected ?? []) {
            expect(rejectCodes).toHaveProperty(code);
            expect(message).toMatch(/\S/);
          }
          expect(told.rejected?.length ?? 0).toBeLessThanOrEqual(told.rejected_total ?? 0);
          // Told as accepted, durable, and not refused by ingest.
          const after = await ends();
          expect(after[0]! - before[0]! + (after[1]! - before[1]!)).toBe(told.accepted ?? 0);
          for (const partition of [0, 1]) {
            const reader = streams.reader(topics.documents, partition, before[partition]!);
            const records = await reader.fetch({ maxRecords: 1e6, maxBytes: 1e9, waitMs: 0 });
            const inputs = records.map((record) => ({ partition, record }));
            const outcomes = await stage(inputs, { signal: new AbortController().signal });
            expect(outcomes.filter(({ kind }) => kind !== "ok")).toEqual([]);
          }
        },
        1_000,
      );
      expect([...met].sort()).toEqual([202, 400, 413, 415, 422]);
    },
    FUZZ_MS,
  );

  test("what is nested deeper than any stack", async () => {
    const nest = `${"[".repeat(300_000)}${"]".repeat(300_000)}`;
    const lone = await ask({
      method: "POST",
      url: "/v1/documents",
      payload: `[{"text":"x","more":${nest}},{"text":"fine"}]`,
      headers: { "content-type": "application/json" },
    });
    expect(lone.body).toMatchObject({ accepted: 1, rejected: [{ index: 0, code: "INVALID_DOCUMENT" }] });
    const bodies: [string, string, string][] = [
      ["POST", "/v1/classify", `{"text":${nest}}`],
      ["POST", "/v1/classify", "[".repeat(400_000)],
      ["PUT", "/v1/clusters/c1/name", `{"name":${nest}}`],
      ["POST", "/v1/dead-letters/replay", `{"letters":${nest}}`],
    ];
    for (const [method, url, payload] of bodies) {
      const headers = { "content-type": "application/json" };
      expect((await ask({ method: method as "POST", url, payload, headers })).status).toBe(400);
    }
  });
});

const anyId = fc.oneof(
  fc.constantFrom("c1", "1", "c0", "c999999999", "sport%2F0", "__proto__", "%00", "%ff", "..", "%2e%2e", "c1.5", "-1"),
  fc.string().map((text) => encodeURIComponent(text.toWellFormed())),
  fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString("hex").replace(/../g, "%$&")),
);
const anyQuery = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        ...["q", "by", "limit", "cluster", "source", "label", "from", "to", "text", "after", "since", "format"],
        ...["vectors", "bucket", "buckets", "__proto__", "constructor", "x"],
      ),
      fc.oneof(
        fc.constantFrom("1", "c1", "word", "meaning", "-1", "1e9", "NaN", "2026-11-20", "csv", "true", "day", ""),
        fc.string().map((text) => text.toWellFormed()),
      ),
    ),
    { maxLength: 4 },
  )
  .map((pairs) => pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&"));

describe("questions", () => {
  const paths = [
    ...["/v1/documents", "/v1/search", "/v1/clusters", "/v1/events", "/v1/status", "/v1/status/history", "/v1/trend"],
    ...["/v1/export", "/v1/evaluation", "/v1/dead-letters", "/v1/map", "/v1/clusters/ID", "/v1/documents/ID"],
    ...["/v1/documents/ID/history", "/v1/openapi.json", "/ID"],
  ];
  test(
    "with any parameters",
    () =>
      fuzz(
        fc.tuple(fc.constantFrom(...paths), anyId, anyQuery),
        async ([path, id, query]) => {
          await ask({ method: "GET", url: `${path.replace("ID", id)}${query === "" ? "" : `?${query}`}` });
        },
        600,
      ),
    FUZZ_MS,
  );
});

describe("what changes something", () => {
  const type = fc.constantFrom("application/json", "text/plain", "application/x-www-form-urlencoded", "x");
  const letters = fc
    .array(fc.tuple(jsonText, jsonText, fc.constantFrom("topic", "x")))
    .map(
      (places) =>
        `{"letters":[${places.map(([partition, offset, name]) => `{"partition":${partition},"offset":${offset},"${name}":"t"}`)}]}`,
    );
  const routes: readonly (readonly [Request["method"], string, fc.Arbitrary<string>])[] = [
    [
      "POST",
      "/v1/classify",
      fc.oneof(
        document,
        jsonText.map((title) => `{"text":"a","title":${title}}`),
        lineText,
      ),
    ],
    [
      "PUT",
      "/v1/clusters/ID/name",
      fc.oneof(
        jsonText,
        jsonText.map((name) => `{"name":${name}}`),
      ),
    ],
    [
      "POST",
      "/v1/dead-letters/replay",
      fc.oneof(
        jsonText,
        letters,
        jsonText.map((all) => `{"all":${all}}`),
      ),
    ],
    ["DELETE", "/v1/documents/ID", fc.constant("")],
  ];

  test.each(routes)(
    "%s %s with any body",
    (method, path, bodies) =>
      fuzz(
        fc.tuple(
          anyId,
          type,
          nearly(bodies),
          fc.option(fc.oneof(fc.constantFrom('"0:1"', '"a/0:1"', "*"), headerText)),
        ),
        async ([id, contentType, body, ifMatch]) => {
          const headers = { "content-type": contentType, ...(ifMatch !== null && { "if-match": ifMatch }) };
          await ask({ method, url: path.replace("ID", id), ...(method !== "DELETE" && { payload: body }), headers });
        },
        200,
      ),
    FUZZ_MS,
  );
});

describe("dead letters of any bytes and headers", () => {
  const inputs = [topics.documents, topics.texts, topics.embeddings];
  const letter = fc.record({
    topic: fc.constantFrom(...inputs),
    origin: fc.oneof(fc.constantFrom(...inputs), fc.string()),
    key: fc.option(fc.uint8Array({ maxLength: 8 })),
    value: fc.option(nearly(fc.oneof(document, event))),
    headers: recordHeaders,
    bare: fc.boolean(),
  });
  test(
    "are listed, and put back or passed over",
    () =>
      fuzz(
        fc.array(letter, { maxLength: 4 }),
        async (given) => {
          for (const { topic, origin, key, value, headers, bare } of given) {
            const record = { offset: 3, key, value, headers, timestampMs: 1_700_000_000_000 };
            const reject = { code: "NO_TEXT", message: "x" } as const;
            const made = toDeadLetter(record, reject, { topic: origin, partition: 0, stage: "ingest", task: "0" });
            await streams.append(deadLetterTopic(topic), 0, [bare ? { key, value, headers } : made]);
          }
          expect((await ask({ method: "GET", url: "/v1/dead-letters" })).status).toBe(200);
          const { status } = await ask({
            method: "POST",
            url: "/v1/dead-letters/replay",
            payload: '{"all":true}',
            headers: { "content-type": "application/json" },
          });
          expect(status).toBe(200);
        },
        100,
      ),
    FUZZ_MS,
  );
});
