// @ts-check
/**
 * Gives one reader far more than it may hold, and prints by how many bytes this process grew at its greatest, and what came of it. A
 * process of its own, of the compiled sources, so that nothing else counts.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { topicSpecs, topicsOf } from "@eddy/contracts/topics";
import { openDocuments } from "@eddy/datasets/open";
import { registerIntake } from "@eddy/ingest/http/intake";
import { systemClock } from "@eddy/runtime/clock";
import { createHttpServer } from "@eddy/runtime/http-server";
import { createLogger } from "@eddy/runtime/logger";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import { createQdrantServer } from "@eddy/vectors/server/server";

const [name = "", given = ""] = process.argv.slice(2);
const SENT = Number(given);

/**
 * @param {string} head
 * @param {string} piece again and again
 * @param {number} [bytes]
 */
async function* endless(head, piece, bytes = SENT) {
  yield Buffer.from(head);
  const block = piece.repeat(Math.ceil(65_536 / piece.length));
  for (let sent = 0; sent < bytes; sent += block.length) yield Buffer.from(block);
}

/** @param {AsyncIterable<Buffer>} bytes */
const packed = (bytes) => Readable.from(bytes).pipe(createGzip({ level: 1 }));

/**
 * Sends a body; the server may answer, or hang up, before its end.
 *
 * @param {string} url
 * @param {Record<string, string>} headers
 * @param {AsyncIterable<Buffer>} body
 * @returns {Promise<string>}
 */
function post(url, headers, body) {
  return new Promise((resolve) => {
    const asked = request(url, { method: "POST", headers }, (response) => {
      let text = "";
      response.on("data", (data) => {
        text += data;
      });
      response.on("end", () => resolve(`${response.statusCode} ${text.slice(0, 200)}`));
      response.on("error", () => resolve(`${response.statusCode} cut`));
    });
    asked.on("error", () => setTimeout(() => resolve("cut"), 1_000).unref());
    pipeline(Readable.from(body), asked).catch(() => undefined);
  });
}

/** @param {AsyncIterable<Uint8Array>} stdin @param {"jsonl" | "csv" | "whole"} format */
async function read(stdin, format) {
  let count = 0;
  for await (const item of openDocuments("-", { format, stdin })) if (!item.ok) count += 1;
  return `${count} unreadable`;
}

/** @param {Record<string, string>} headers @param {AsyncIterable<Buffer>} body */
async function publish(headers, body) {
  const topics = topicsOf("t");
  const streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: Date.now });
  await streams.createTopics(topicSpecs(topics, { documentPartitions: 1, partitions: 1 }));
  const options = { streams, topics, maxDocumentBytes: 2 ** 20, dimensions: 2, clock: systemClock };
  const server = createHttpServer({
    ...{ host: "127.0.0.1", port: 0, setting: "P", logger: createLogger({ service: "t", level: "silent" }) },
    register: [(app) => registerIntake(app, { ...options, admission: async () => ({ ok: true }) })],
  });
  await server.start();
  const answer = await post(`${server.url}/v1/documents`, headers, body);
  await server.stop(AbortSignal.abort());
  return answer;
}

/** @param {string} path @param {Record<string, string>} headers @param {AsyncIterable<Buffer>} body */
async function toStore(path, headers, body) {
  const dir = mkdtempSync(join(tmpdir(), "eddy-memory-"));
  const server = await createQdrantServer({ dir, port: 0 });
  const answer = await post(server.url + path, headers, body);
  await server.close();
  rmSync(dir, { recursive: true, force: true });
  return answer;
}

const type = (/** @type {string} */ text) => ({ "content-type": text });
const gzip = { "content-encoding": "gzip" };
const openQuote = () => endless('text\n"', `${"a line, and another ".repeat(50)}\n`);
/** By itself it opens a quote; in an open one it closes it, and opens the next. */
const alternating = () => endless("text,b\n", 'a","b\n', SENT / 64);

/** @type {Record<string, () => Promise<string>>} */
const cases = {
  "a file: one line": () => read(endless('{"text":"', "x"), "jsonl"),
  "a file: a gzip bomb": () => read(packed(endless("", "\0")), "whole"),
  "a file: a quote that nobody closes": () => read(openQuote(), "csv"),
  "a file: quotes that open quotes": () => read(alternating(), "csv"),
  "HTTP: one line": () => publish(type("application/x-ndjson"), endless('{"text":"', "x")),
  "HTTP: one document": () => publish(type("application/json"), endless('{"text":"', "x")),
  "HTTP: an array": () => publish(type("application/json"), endless("[", "1,")),
  "HTTP: a text as a gzip bomb": () => publish({ ...type("text/plain"), ...gzip }, packed(endless("", "x"))),
  "HTTP: a quote that nobody closes": () => publish(type("text/csv"), openQuote()),
  "HTTP: quotes that open quotes, as a gzip bomb": () =>
    publish({ ...type("text/csv"), ...gzip }, packed(alternating())),
  "the store: a body": () => toStore("/collections/c/points/scroll", {}, endless('{"filter":"', "x")),
  "the store: a multipart without a head": () =>
    toStore("/collections/c/snapshots/upload", type("multipart/form-data; boundary=b"), endless("--b\r\n", "x")),
};

const work = cases[name];
if (!work) console.log(JSON.stringify(Object.keys(cases)));
else {
  const before = process.memoryUsage.rss();
  const outcome = await work();
  console.log(JSON.stringify({ grown: process.resourceUsage().maxRSS * 1024 - before, outcome }));
  process.exit();
}
