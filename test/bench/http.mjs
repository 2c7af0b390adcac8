// POST /v1/documents as NDJSON by a load generator in a process of its own: documents accepted a second, and the server's memory.
//   node test/bench/http.mjs [--documents 30000] [--rounds 9] [--connections 2] [--lines 500] [--embedder onnx|hash] [--quick] [--json]
// Of the intake alone (HTTP, the checks and the durable log, in a process), which is what is held against the goal; and of `eddy up`
// while it embeds on the same cores what has come already, as a backfill does it: one that waits for nothing, with the intake's limit
// (EDDY_INTAKE_LIMIT) out of the way. Bodies are made before the clock starts. Memory is RssAnon: files that LMDB maps are the
// system's cache.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { topicSpecs, topicsOf } from "@eddy/contracts/topics";
import { demoDocument } from "@eddy/datasets/demo/demo-stream";
import { registerIntake } from "@eddy/ingest/http/intake";
import { systemClock } from "@eddy/runtime/clock";
import { createHttpServer } from "@eddy/runtime/http-server";
import { createLogger } from "@eddy/runtime/logger";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createLmdbStorage } from "@eddy/streams/embedded/lmdb-storage";
import { median, report, round } from "./figures.mjs";
import { loadFromTests } from "./load.mjs";

const SAMPLE_MS = 50;

const [what] = process.argv.slice(2);
if (what === "generate") await generate();
else if (what === "serve") await serve();
else await main();

/** The intake over a log of its own: no worker reads what comes. */
async function serve() {
  const streams = new EmbeddedStreams({ storage: createLmdbStorage(process.argv[3]), now: Date.now });
  const topics = topicsOf("bench");
  await streams.createTopics(topicSpecs(topics, { documentPartitions: 1, partitions: 1 }));
  const intake = { streams, topics, maxDocumentBytes: 2 ** 20, dimensions: 384, clock: systemClock };
  const server = createHttpServer({
    ...{ host: "127.0.0.1", port: 0, setting: "--port" },
    logger: createLogger({ service: "bench", level: "error", fd: 2 }),
    register: [(app) => registerIntake(app, { ...intake, admission: async () => ({ ok: true }) })],
  });
  await server.start();
  process.send(server.url);
}

/** In a process of its own: a round for each message, told back as {accepted, seconds}. */
async function generate() {
  const [, , , url, documents, connections, lines] = process.argv;
  const bodies = [];
  for (let at = 0; at < Number(documents); at += Number(lines)) {
    const own = Math.min(Number(lines), Number(documents) - at);
    const texts = Array.from({ length: own }, (_, n) => ({ ...demoDocument(1, at + n), id: `d${at + n}` }));
    bodies.push(Buffer.from(texts.map((document) => `${JSON.stringify(document)}\n`).join("")));
  }
  const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
  process.on("message", async () => {
    const waiting = [...bodies];
    let accepted = 0;
    const from = performance.now();
    await Promise.all(
      Array.from({ length: Number(connections) }, async () => {
        for (let body = waiting.pop(); body; body = waiting.pop()) {
          const { status, text } = await post(`${url}/v1/documents`, body, agent);
          if (status === 202) accepted += JSON.parse(text).accepted;
          else throw new Error(`${status} ${text}`);
        }
      }),
    );
    process.send({ accepted, seconds: (performance.now() - from) / 1_000 });
  });
  const bytes = bodies.reduce((sum, body) => sum + body.length, 0) / Number(documents);
  process.send({ bytes });
}

function post(url, body, agent) {
  const headers = { "content-type": "application/x-ndjson", "content-length": body.length };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: "POST", agent, headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

async function main() {
  const { values: flags } = parseArgs({
    options: {
      documents: { type: "string", default: "30000" },
      rounds: { type: "string", default: "9" },
      connections: { type: "string", default: "2" },
      lines: { type: "string", default: "500" },
      embedder: { type: "string", default: "onnx" },
      quick: { type: "boolean", default: false },
      json: { type: "boolean" },
    },
  });
  const documents = flags.quick ? "5000" : flags.documents;
  const rounds = flags.quick ? 3 : Number(flags.rounds);
  const loaded = await loadFromTests("support/eddy-process.ts", "support/member.ts");
  const [{ EDDY }, { startMember }] = loaded.modules;
  const folder = mkdtempSync(join(tmpdir(), "eddy-bench-"));

  async function openIntake() {
    const child = fork(fileURLToPath(import.meta.url), ["serve", join(folder, "intake")]);
    const [url] = await once(child, "message");
    return { url, pid: child.pid, stop: () => child.kill() };
  }

  async function openUp() {
    const ports = ["--port", "0", "--qdrant-port", "0", "--metrics-port", "0"];
    const args = ["up", "--embedder", flags.embedder, "--home", join(folder, "up"), ...ports];
    const member = startMember("up", [process.execPath, EDDY, ...args], { EDDY_INTAKE_LIMIT: "100000000" }, () => {});
    const [, url] = await member.said(/HTTP API +(http:\/\/[^\s/]+)/);
    // Its backlog is given up.
    return { url, pid: member.pid, stop: () => member.kill() };
  }

  async function measure(name, open) {
    const { url, pid, stop } = await open();
    const generator = fork(fileURLToPath(import.meta.url), [
      "generate",
      url,
      documents,
      flags.connections,
      flags.lines,
    ]);
    const ownMiB = () => Number(/RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
    const [rates, peaks] = [[], []];
    const [{ bytes }] = await once(generator, "message");
    try {
      // The first warms up.
      for (let turn = 0; turn <= rounds; turn++) {
        let peak = 0;
        const sampler = setInterval(() => {
          peak = Math.max(peak, ownMiB());
        }, SAMPLE_MS);
        generator.send("round");
        const [{ accepted, seconds }] = await once(generator, "message");
        clearInterval(sampler);
        if (accepted !== Number(documents)) throw new Error(`${name}: ${accepted} of ${documents} were accepted`);
        if (turn > 0) rates.push(accepted / seconds);
        if (turn > 0) peaks.push(peak);
      }
    } finally {
      generator.kill();
      await stop();
    }
    const third = Math.floor(peaks.length / 3);
    return {
      acceptedPerSecond: round(median(rates), 0),
      rounds: rates.map((rate) => round(rate, 0)),
      bytesADocument: Math.round(bytes),
      peakMiB: {
        middleThird: round(Math.max(...peaks.slice(third, 2 * third)), 0),
        lastThird: round(Math.max(...peaks.slice(2 * third)), 0),
      },
    };
  }

  const load = loadavg().map((load) => round(load, 1));
  const intake = await measure("intake", openIntake);
  const up = await measure("up", openUp);
  rmSync(folder, { recursive: true, force: true });
  await loaded.close();
  const flat = ({ peakMiB: { middleThird, lastThird } }) => lastThird <= 1.1 * middleThird;
  report(
    "http",
    {
      documentsARound: Number(documents),
      connections: Number(flags.connections),
      linesARequest: Number(flags.lines),
      load,
      intake,
      [`up, ${flags.embedder}`]: up,
    },
    {
      accepted: ["the intake: ≥ 10,000 documents/s accepted as NDJSON", intake.acceptedPerSecond >= 10_000],
      memory: [
        "own memory's peak in the last third of the rounds ≤ 1.1 × that in the middle third, both",
        flat(intake) && flat(up),
      ],
    },
    flags,
  );
  process.exit(0);
}
