import { gzipSync } from "node:zlib";
import type { IntakeSummaryView } from "@eddy/contracts/api/intake";
import type { DocumentInput } from "@eddy/contracts/document";
import { topicSpecs, topicsOf } from "@eddy/contracts/topics";
import { systemClock } from "@eddy/runtime/clock";
import { createHttpApp, type HttpApp } from "@eddy/runtime/http-server";
import { createLogger } from "@eddy/runtime/logger";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import { afterEach, beforeEach, expect, test } from "vitest";
import { registerIntake } from "./intake.ts";

const topics = topicsOf("test");
const MAX = 1_000;

let streams: EmbeddedStreams;
let app: HttpApp;

beforeEach(async () => {
  streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => 5_000 });
  await streams.createTopics(topicSpecs(topics, { documentPartitions: 1, partitions: 1 }));
  const admission = async () => ({ ok: true }) as const;
  const options = { streams, topics, maxDocumentBytes: MAX, dimensions: 3, admission, clock: systemClock };
  const logger = createLogger({ service: "test", level: "silent" });
  app = await createHttpApp({ logger, register: [(made) => registerIntake(made, options)] });
});

afterEach(() => app.close());

const post = (payload: string | Buffer, query = "", headers: Record<string, string> = {}) =>
  app.inject({
    method: "POST",
    url: `/v1/documents${query}`,
    payload,
    headers: { "content-type": "text/csv", ...headers },
  });

async function published(): Promise<DocumentInput[]> {
  const records = await streams.reader(topics.documents, 0, 0).fetch({ maxRecords: 1e6, maxBytes: 1e9, waitMs: 0 });
  return records.map(({ key, value, headers }) => {
    const document = JSON.parse(Buffer.from(value!).toString()) as DocumentInput;
    expect([Buffer.from(key!).toString(), headers["content-type"]]).toEqual([document.id, "application/json"]);
    return document;
  });
}

test("columns of the fields' own names, the rest as metadata, empty cells left out", async () => {
  const response = await post('Id,text,label,pages\r\n1,"Oil, and ""gas""\r\nrise",money,3\r\n2,A goal,,\r\n');
  expect([response.statusCode, response.json()]).toEqual([
    202,
    { accepted: 2, ids: ["1", "2"], rejected: [], rejected_total: 0 },
  ]);
  expect(await published()).toEqual([
    { id: "1", text: 'Oil, and "gas"\nrise', label: "money", metadata: { pages: "3" } },
    { id: "2", text: "A goal" },
  ]);
});

test("columns that are named, tabs, gzip, a byte-order mark; ids are made", async () => {
  const table = "\ufeffheadline\tbody\tday\nOil\trises\t2026-11-22\n";
  const response = await post(gzipSync(table), "?text=body&title=headline&published_at=day", {
    "content-type": "text/tab-separated-values; charset=utf-8",
    "content-encoding": "gzip",
  });
  const { ids } = response.json<IntakeSummaryView>();
  expect(await published()).toEqual([{ id: ids[0], text: "rises", title: "Oil", published_at: "2026-11-22" }]);
});

test("a column that no field is to have goes to metadata, whatever its name", async () => {
  await post("id,text,Label,source\na,fine,money,wire\n", "?label=&source=&id=id&title=");
  expect(await published()).toEqual([{ id: "a", text: "fine", metadata: { Label: "money", source: "wire" } }]);
});

test("each reject has its place among the rows and the line that it begins at", async () => {
  const rows = [
    "id,text,published_at",
    "a,fine,",
    "",
    'b,"over',
    'two lines",',
    "c,fine",
    'd,"not closed" here,',
    "e,,",
    "f,fine,yesterday",
    'f2,"over',
    'lines",yesterday',
    `g,${"x".repeat(MAX + 100)},`,
    `h,${"y".repeat(MAX - 8)},`,
    "i,fine,",
  ];
  const response = await post(`${rows.join("\n")}\n`);
  const { accepted, ids, rejected, rejected_total } = response.json<IntakeSummaryView>();
  expect([response.statusCode, accepted, ids, rejected_total]).toEqual([202, 3, ["a", "b", "i"], 7]);
  expect(rejected.map(({ index, line, id, code }) => [index, line, id, code])).toEqual([
    [2, 6, undefined, "INVALID_DOCUMENT"],
    [3, 7, undefined, "INVALID_DOCUMENT"],
    [4, 8, "e", "EMPTY_TEXT"],
    [5, 9, "f", "INVALID_DATE"],
    [6, 10, "f2", "INVALID_DATE"],
    [7, 12, undefined, "INVALID_DOCUMENT"],
    [8, 13, "h", "TOO_LARGE"],
  ]);
  expect(rejected[0]!.message).toContain("2 fields where the header has 3");
});

test("a text of many lines is one document, and one that is too large is refused as such", async () => {
  const lines = (count: number) => Array.from({ length: count }, (_, n) => n % 10).join("\n");
  const table = `id,text\na,"${lines(300)}"\nb,"${lines(1_500)}"\nc,fine\n`;
  const { accepted, ids, rejected } = (await post(table)).json<IntakeSummaryView>();
  expect([accepted, ids]).toEqual([2, ["a", "c"]]);
  expect(rejected.map(({ index, line, id, code }) => [index, line, id, code])).toEqual([[1, 302, "b", "TOO_LARGE"]]);
});

test("a quote that is never closed costs its row", async () => {
  const lines = Array.from({ length: 500 }, (_, n) => `${n},line number ${n}`);
  const { accepted, rejected } = (await post(`id,text\nx,"open\n${lines.join("\n")}\n`)).json<IntakeSummaryView>();
  expect([accepted, rejected.map(({ index, line }) => [index, line])]).toEqual([500, [[0, 2]]]);
});

test.each([
  ["a,b\n1,2\n", "", /no column "text".*a, b.*\?text=/],
  ["a,b\n1,2\n", "?text=c", /no column "c"/],
  ["text\nx\n", "?text=", /text: is empty/],
  ["text\nx\n", "?colour=red", /colour/],
])("%j%s is refused: nothing is published", async (table, query, message) => {
  const response = await post(table, query);
  const { error } = response.json<{ error: { code: string; message: string } }>();
  expect([response.statusCode, error.code]).toEqual([400, "INVALID_PARAMETER"]);
  expect(error.message).toMatch(message);
  expect(await published()).toEqual([]);
});

test("only tables have columns", async () => {
  const refused = await post('{"text":"x"}', "?text=x", { "content-type": "application/json" });
  expect([refused.statusCode, refused.json().error.code]).toEqual([400, "INVALID_PARAMETER"]);
});

test("what came whole before the body broke is told", async () => {
  const whole = gzipSync(Buffer.from(`text\n${"a line\n".repeat(200_000)}`));
  const response = await post(whole.subarray(0, whole.length >> 1), "", { "content-encoding": "gzip" });
  const { error } = response.json<{ error: { code: string; accepted: number } }>();
  expect([response.statusCode, error.code]).toEqual([400, "INVALID_BODY"]);
  expect(error.accepted).toBe((await published()).length);
  expect(error.accepted).toBeGreaterThan(10_000);
});
