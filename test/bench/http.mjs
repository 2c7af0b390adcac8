// POST /v1/documents as NDJSON into `eddy up` (workers and store in the same process), by a load generator in a process of its own:
// documents accepted a second, and the server's memory.
//   node test/bench/http.mjs [--documents 30000] [--rounds 6] [--connections 2] [--lines 500] [--quick] [--json]
// A round is a burst, below the intake's limit (EDDY_INTAKE_LIMIT), with every worker busy with what has come already; the next begins
// when all is clustered. Bodies are made before the clock starts. Accepted means durable in the log. Memory is RssAnon: files that LMDB
// maps are the system's cache. The store keeps living documents in memory, so rounds publish the same ids again.
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { demoDocument } from "@eddy/datasets/demo/demo-stream";
import { median, report, round } from "./figures.mjs";
import { loadFromTests } from "./load.mjs";

const SAMPLE_MS = 50;
const CATCH_UP_MS = 120_000;

if (process.argv[2] === "generate") await generate();
else await main();

/** In a process of its own: a round for each message, told back as {accepted, refused, seconds}. */
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
    let [accepted, refused] = [0, 0];
    const from = performance.now();
    await Promise.all(
      Array.from({ length: Number(connections) }, async () => {
        for (let body = waiting.pop(); body; body = waiting.pop()) {
          const { status, text } = await post(`${url}/v1/documents`, body, agent);
          if (status === 202) accepted += JSON.parse(text).accepted;
          else if (status === 429) refused += 1;
          else throw new Error(`${status} ${text}`);
        }
      }),
    );
    process.send({ accepted, refused, seconds: (performance.now() - from) / 1_000 });
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
      rounds: { type: "string", default: "6" },
      connections: { type: "string", default: "2" },
      lines: { type: "string", default: "500" },
      quick: { type: "boolean", default: false },
      json: { type: "boolean" },
    },
  });
  const documents = flags.quick ? "5000" : flags.documents;
  const rounds = flags.quick ? 2 : Number(flags.rounds);
  const loaded = await loadFromTests("support/eddy-process.ts", "support/member.ts");
  const [{ EDDY, temporaryFolder }, { startMember }] = loaded.modules;
  const home = temporaryFolder();
  const args = [
    "up",
    "--embedder",
    "hash",
    "--home",
    home.path,
    "--port",
    "0",
    "--qdrant-port",
    "0",
    "--metrics-port",
    "0",
  ];
  const up = startMember("up", [process.execPath, EDDY, ...args], {}, () => {});
  const [, url] = await up.said(/HTTP API +(http:\/\/[^\s/]+)/);
  const generator = fork(fileURLToPath(import.meta.url), ["generate", url, documents, flags.connections, flags.lines]);
  const [{ bytes }] = await once(generator, "message");

  const ownMiB = () => Number(/RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${up.pid}/status`, "utf8"))[1]) / 1024;
  const rates = [];
  const peaks = [];
  let refused = 0;
  try {
    // The first round warms up: the model is seeded, the store filled.
    for (let turn = 0; turn <= rounds; turn++) {
      let peak = 0;
      const sampler = setInterval(() => {
        peak = Math.max(peak, ownMiB());
      }, SAMPLE_MS);
      generator.send("round");
      const [told] = await once(generator, "message");
      await atRest(url);
      clearInterval(sampler);
      if (turn > 0) {
        rates.push(told.accepted / told.seconds);
        peaks.push(peak);
        refused += told.refused;
      }
      if (!flags.json)
        console.error(
          `round ${turn}: ${Math.round(told.accepted / told.seconds)} documents/s, peak ${Math.round(peak)} MiB`,
        );
    }
  } finally {
    generator.kill();
    await up.stop();
    home.remove();
    await loaded.close();
  }
  const half = Math.floor(peaks.length / 2);
  const [earlier, later] = [Math.max(...peaks.slice(0, half)), Math.max(...peaks.slice(half))];
  report(
    "http",
    {
      documentsARound: Number(documents),
      bytesADocument: Math.round(bytes),
      connections: Number(flags.connections),
      linesARequest: Number(flags.lines),
      acceptedPerSecond: round(median(rates), 0),
      rounds: rates.map((rate) => round(rate, 0)),
      requestsRefused: refused,
      peakMiB: { firstHalf: round(earlier, 0), secondHalf: round(later, 0) },
      load: loadavg().map((load) => round(load, 1)),
    },
    {
      accepted: ["≥ 10,000 documents/s accepted as NDJSON", median(rates) >= 10_000],
      memory: ["own memory's peak in the later rounds ≤ 1.1 × that in the earlier", later <= 1.1 * earlier],
    },
    flags,
  );
  process.exit(0);
}

/** Until nothing waits anywhere. */
async function atRest(url) {
  const end = performance.now() + CATCH_UP_MS;
  for (let empty = 0; empty < 4; ) {
    if (performance.now() > end) throw new Error(`the pipeline was not empty after ${CATCH_UP_MS / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { lag } = await (await fetch(`${url}/v1/status`)).json();
    empty = lag.documents + lag.texts + lag.embeddings === 0 ? empty + 1 : 0;
  }
}
