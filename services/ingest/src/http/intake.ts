/**
 * Documents by HTTP, into the topic `documents`.
 *
 * 1. What is told as accepted is durable. After an error, what was accepted until then stands beside it.
 * 2. A document is checked as ingest will check it, so what is refused is told here and not dead-lettered.
 * 3. Memory is bounded: a stream is read only as fast as the log takes it. Back-pressure refuses a request at its beginning
 *    (429) and slows one down that is under way, by not reading its socket.
 */
import {
  deletionSchema,
  type IntakeSummaryView,
  intakeSummarySchema,
  publishedSchema,
} from "@eddy/contracts/api/intake";
import { MAX_ID_BYTES } from "@eddy/contracts/document";
import type { Reject } from "@eddy/contracts/errors";
import type { Topics } from "@eddy/contracts/topics";
import type { FieldNames, Item } from "@eddy/datasets/item";
import type { Clock } from "@eddy/runtime/clock";
import { HttpFault, toHttpFault } from "@eddy/runtime/http-fault";
import { readParameters } from "@eddy/runtime/http-parameters";
import { describeRoute, json } from "@eddy/runtime/http-route";
import type { HttpApp, HttpReply, HttpRequest } from "@eddy/runtime/http-server";
import { silentTracer, type Tracer } from "@eddy/runtime/tracer";
import type { Streams } from "@eddy/streams/port";
import { z } from "zod";
import type { Limits } from "../accept-document.ts";
import type { Admission } from "./admission.ts";
import { type Appender, createAppender } from "./appender.ts";
import { type Body, openBody, readAll, stopping } from "./body.ts";
import { deletion, type Entry, entryOfBytes, entryOfItem, tooLarge } from "./entry.ts";
import { conditionHeaders, eventHeaders, type Format, formatOf, recordHeaders } from "./format.ts";
import { type IntakeObserver, silentIntake } from "./intake-metrics.ts";
import { createLineSplitter, type Line } from "./line-splitter.ts";
import { inServerSpan, type Served } from "./server-span.ts";
import { createSummary, type Summary } from "./summary.ts";
import { columnsQuery, readTable } from "./table.ts";

export interface IntakeOptions {
  readonly streams: Streams;
  readonly topics: Topics;
  readonly maxDocumentBytes: number;
  /** Width of vectors that come ready. */
  readonly dimensions: number;
  readonly admission: Admission;
  readonly clock: Clock;
  /** Longest time that a stream may bring nothing; five minutes by default. */
  readonly idleTimeoutMs?: number;
  readonly tracer?: Tracer;
  readonly observer?: IntakeObserver;
}

/** Of a JSON array; a longer list is sent as NDJSON. */
const MAX_ARRAY_BYTES = 32 * 1024 * 1024;
const OPEN_BRACKET = 0x5b;
const GATE_POLL_MS = 100;

const routes = {
  publish: describeRoute({
    scope: "publish",
    summary: "Publishes documents. What is told as accepted is durable.",
    description:
      "One document, an array of them, or a stream: NDJSON, or a table with a header, as long as you like. `content-encoding: gzip` is understood. Of CSV and TSV the parameters name the columns; other columns go to `metadata`. 422: none was accepted; 429: come again when Retry-After says.",
    query: columnsQuery,
    body: {
      "application/json": z.union([publishedSchema, z.array(publishedSchema)]),
      "application/x-ndjson": publishedSchema,
      "text/csv": z.string(),
      "text/tab-separated-values": z.string(),
      "text/plain": z.string().describe("The text of one document."),
      "application/cloudevents+json": z.looseObject({ specversion: z.string() }).describe("A CloudEvent."),
    },
    answer: json(intakeSummarySchema),
    status: 202,
  }),
  remove: describeRoute({
    scope: "publish",
    summary: "Deletes a document.",
    params: z.object({ id: z.string().describe("The document's, percent-encoded.") }),
    headers: z.object({ "if-match": z.string().optional().describe('`"0:17"`: only where it has this revision.') }),
    answer: json(deletionSchema),
    status: 202,
  }),
};

/** `POST /v1/documents` and `DELETE /v1/documents/ID` (with `If-Match: "REVISION"`: of that revision only). */
export function registerIntake(app: HttpApp, options: IntakeOptions): void {
  const {
    streams,
    topics,
    admission,
    clock,
    idleTimeoutMs = 300_000,
    tracer = silentTracer,
    observer = silentIntake,
  } = options;
  const limits: Limits = { maxBytes: options.maxDocumentBytes, dimensions: options.dimensions };
  const closing = new AbortController();
  let partitionCount: number | undefined;

  app.addHook("preClose", async () => closing.abort());
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // The handler reads the body itself, as a stream.
    scope.addContentTypeParser("*", (_request, _payload, done) => done(null));
    scope.post("/v1/documents", routes.publish, (request, reply) =>
      inServerSpan(tracer, request, reply, (served) => publish(request, reply, served)),
    );
    scope.delete<{ Params: { id: string } }>("/v1/documents/:id", routes.remove, (request, reply) =>
      inServerSpan(tracer, request, reply, (served) => remove(request, reply, served)),
    );
  });

  async function publish(request: HttpRequest, reply: HttpReply, served: Served): Promise<HttpReply> {
    const summary = createSummary();
    let body: Body | undefined;
    try {
      body = openBody(request, { idleTimeoutMs, closing: closing.signal });
      const format = formatOf(request.headers);
      const columns = readColumns(format, request.query);
      await admit();
      await take(format, request, body, summary, served, columns);
    } catch (error) {
      body?.discard();
      throw withSummary(error, summary.value);
    }
    const { value } = summary;
    if (value.accepted === 0 && value.rejected_total > 0) throw refusal(value);
    return reply.code(202).send(value);
  }

  async function remove(
    { params: { id }, headers }: HttpRequest & { readonly params: { readonly id: string } },
    reply: HttpReply,
    served: Served,
  ): Promise<HttpReply> {
    if (id === "" || id.includes("\0") || Buffer.byteLength(id) > MAX_ID_BYTES)
      throw new HttpFault("INVALID_ID", `an id has 1 to ${MAX_ID_BYTES} bytes and no NUL`);
    const condition = conditionHeaders(headers["if-match"]);
    await admit();
    const appender = await createBatches(createSummary(), served);
    appender.add({ id, record: deletion(id, { ...served.trace, ...condition }) });
    await appender.finish();
    return reply.code(202).send({ id });
  }

  async function admit(): Promise<void> {
    const verdict = await admission();
    if (verdict.ok) return;
    const headers = { "retry-after": String(verdict.retryAfterSeconds) };
    throw new HttpFault("BUSY", `Eddy is catching up: come again in ${verdict.retryAfterSeconds} s`, { headers });
  }

  async function createBatches(summary: Summary, { span }: Served): Promise<Appender> {
    partitionCount ??= await streams.partitions(topics.documents);
    return createAppender({
      streams,
      topics,
      partitions: partitionCount,
      tracer,
      span,
      appended(entries) {
        summary.accept(entries);
        observer.accepted(entries.length);
      },
      async gate() {
        while (!(await admission()).ok) await clock.sleep(GATE_POLL_MS, closing.signal).catch(stop);
      },
    });
  }

  /** Reads the documents of a body, in whichever form they come, and appends those that pass. */
  async function take(
    format: Format,
    request: HttpRequest,
    body: Body,
    summary: Summary,
    served: Served,
    columns: FieldNames,
  ): Promise<void> {
    const batches = await createBatches(summary, served);
    const headers = recordHeaders(format, served.trace);
    let index = 0;
    const put = (entry: Entry, line?: number) => {
      if ("record" in entry) batches.add(entry);
      else {
        summary.reject({ index, ...(line !== undefined && { line }) }, entry.id, entry.reject);
        observer.rejected(entry.reject.code);
      }
      index += 1;
    };
    if (format === "ndjson") {
      await takeLines(body, limits.maxBytes, batches, (line) =>
        put(
          "tooLong" in line
            ? { reject: tooLarge(line.tooLong, limits.maxBytes) }
            : entryOfBytes(line.bytes, headers, limits),
          line.number,
        ),
      );
      return;
    }
    if (format === "csv" || format === "tsv") {
      await takeRows(readTable(body, { format, columns, maxBytes: limits.maxBytes }), batches, (row) =>
        put(row.ok ? entryOfItem(row.document, headers, limits) : unreadable(row.reason), row.line),
      );
      return;
    }
    const isArray = (first: number | undefined) => format === "json" && first === OPEN_BRACKET;
    const { bytes, first } = await readAll(body, (first) => (isArray(first) ? MAX_ARRAY_BYTES : limits.maxBytes));
    if (isArray(first)) {
      for (const item of parseArray(bytes)) {
        put(entryOfItem(item, headers, limits));
        await batches.turn();
      }
    } else {
      const entry = entryOfBytes(bytes, { ...headers, ...eventHeaders(request.headers) }, limits);
      put(entry);
      if ("reject" in entry) throw singleRefusal(entry.reject, entry.id);
    }
    await batches.finish();
  }
}

async function takeLines(body: Body, maxBytes: number, batches: Appender, put: (line: Line) => void): Promise<void> {
  const splitter = createLineSplitter(maxBytes);
  try {
    for (let chunk = await body.next(); chunk; chunk = await body.next()) {
      for (const line of splitter.push(chunk)) put(line);
      await batches.turn();
    }
    for (const line of splitter.end()) put(line);
  } finally {
    // The lines before a break are whole: they are told as accepted.
    await batches.finish();
  }
}

async function takeRows(rows: AsyncIterable<Item>, batches: Appender, put: (row: Item) => void): Promise<void> {
  try {
    for await (const row of rows) {
      put(row);
      await batches.turn();
    }
  } finally {
    await batches.finish();
  }
}

function unreadable(message: string): Entry {
  return { reject: { code: "INVALID_DOCUMENT", message } };
}

/** Only of a table: nothing else has columns. */
function readColumns(format: Format, query: unknown): FieldNames {
  const allowed = format === "csv" || format === "tsv" ? columnsQuery : z.strictObject({});
  return readParameters(allowed, query);
}

function parseArray(bytes: Buffer): unknown[] {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown[];
  } catch (error) {
    const code = error instanceof SyntaxError ? "INVALID_JSON" : "INVALID_UTF8";
    throw new HttpFault(code, (error as Error).message, { status: 400 });
  }
}

const BROKEN: readonly Reject["code"][] = ["INVALID_JSON", "INVALID_UTF8", "INVALID_EVENT"];

function singleRefusal({ code, message }: Reject, id: string | undefined): HttpFault {
  const status = code === "TOO_LARGE" ? 413 : BROKEN.includes(code) ? 400 : 422;
  const rejected = [{ index: 0, ...(id !== undefined && { id }), code, message }];
  return new HttpFault(code, message, { status, details: { accepted: 0, ids: [], rejected, rejected_total: 1 } });
}

function refusal(summary: IntakeSummaryView): HttpFault {
  const { rejected, rejected_total } = summary;
  const first = rejected[0]!;
  const message = `none of the ${rejected_total} documents was accepted; the first: ${first.code}: ${first.message}`;
  return new HttpFault("REJECTED", message, { details: { ...summary } });
}

/** The fault, with what was accepted before it. */
function withSummary(error: unknown, summary: IntakeSummaryView): unknown {
  const fault = toHttpFault(error);
  if (!fault) return error;
  const { code, message, status, headers, details } = fault;
  return new HttpFault(code, message, { status, headers, details: { ...summary, ...details } });
}

function stop(): never {
  throw stopping();
}
