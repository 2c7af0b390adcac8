/** Marked secrets in every setting that is one, faults provoked, and all that came out searched for them. */

import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { commands } from "@eddy/cli/commands";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startKafka } from "../peers/kafka-broker.ts";
import { endAll, readyUp, runEddy, spawnEddy, spawnUp, temporaryFolder } from "../support/eddy-process.ts";
import { canRun, testThatNeeds } from "../support/needs.ts";
import { seenOf } from "../support/process-list.ts";
import { until } from "../support/until.ts";

const MARK = "s3cret-mark";
const settings = commands.flatMap(({ settings }) => Object.values(settings));
const secrets = [...new Set(settings.filter(({ secret }) => secret).map(({ env }) => env))];
const marked = Object.fromEntries(secrets.map((name) => [name, `${MARK}-${name.toLowerCase()}`]));
const debug = { LOG_LEVEL: "debug", LOG_FORMAT: "json" };
const dir = temporaryFolder();
afterAll(() => {
  endAll();
  dir.remove();
});

/** Of a collector of traces: all that it was sent. */
let sent = "";
const collector = createServer(async (request: IncomingMessage, response) => {
  for await (const part of request) sent += String(part);
  response.end("{}");
});
beforeAll(() => new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve)));
afterAll(() => void collector.close());

test("no secret has a flag, where others would see it in the list of processes", () => {
  expect(secrets).toEqual(
    expect.arrayContaining(["QDRANT_API_KEY", "KAFKA_SASL_PASSWORD", "KAFKA_SSL_KEY", "EDDY_API_KEY"]),
  );
  expect(settings.filter(({ secret, flag }) => secret && flag !== undefined)).toEqual([]);
});

describe("nothing tells a secret", () => {
  test("eddy up that runs: its log at debug, metrics, answers, spans; what `ps` shows of it", async () => {
    const { KAFKA_SSL_KEY: _, KAFKA_SSL_KEY_PASSPHRASE: __, ...plain } = marked;
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const env = { ...plain, ...debug, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" };
    const child = spawnUp(join(dir.path, "home"), [], { env });
    const up = await readyUp(child);
    const headers = { authorization: `Bearer ${MARK}-bearer`, "api-key": `${MARK}-header` };
    const answers: string[] = [];
    for (const path of ["/v1/status", "/v1/clusters", "/v1/nothing", "/v1/documents?limit=x"])
      answers.push(await (await fetch(`${up.api}${path}`, { headers })).text());
    const body = '{"text":"the orbiter docks"}';
    const post = { method: "POST", body, headers: { ...headers, "content-type": "application/json" } };
    answers.push(await (await fetch(`${up.api}/v1/documents`, post)).text());
    answers.push(await (await fetch(`${up.qdrant}/collections`, { headers })).text());
    answers.push(await (await fetch(`${up.metrics}/metrics`)).text());
    const seen = seenOf(up.pid);
    expect(seen).toMatch(/eddy\S* up/);
    const lock = readFileSync(join(dir.path, "home", "eddy.lock"), "utf8");
    const { stdout, stderr } = await up.stop();
    expect(stdout + stderr).toContain('"level":"');
    expect(sent).toContain("resourceSpans");
    expect([...answers, seen, lock, stdout, stderr, sent].join("\n")).not.toContain(MARK);
  }, 90_000);

  test.each<[string, (key: string) => string]>([
    ["a Qdrant that refuses the key", () => '{"status":{"error":"forbidden"}}'],
    ["one that quotes it", (key) => `{"status":{"error":"the key ${key} is not known"}}`],
  ])(
    "%s",
    async (_, refusal) => {
      const server = createServer((request, response) => {
        request.resume();
        const type = { "content-type": "application/json" };
        response.writeHead(403, type).end(refusal(String(request.headers["api-key"])));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { QDRANT_API_KEY } = marked;
      const env = { QDRANT_API_KEY: QDRANT_API_KEY!, ...debug };
      const up = spawnUp(join(dir.path, "refused"), ["--qdrant", url], { env });
      const { stdout, stderr, code } = await up.ended(60_000);
      const asked = await runEddy(["switch", "eddy2", "--qdrant", url], { env });
      server.close();
      server.closeAllConnections();
      expect(stdout + stderr).toContain("STORE_REFUSED");
      expect([code, asked.code]).toEqual([3, 3]);
      expect([stdout, stderr, asked.stdout, asked.stderr].join("\n")).not.toContain(MARK);
    },
    90_000,
  );

  test("a Kafka that hangs up when it is told who comes", async () => {
    const received: Buffer[] = [];
    const broker = createTcpServer((socket) => {
      socket
        .on("error", () => {})
        .on("data", (data: Buffer) => {
          received.push(data);
          socket.destroy();
        });
    });
    await new Promise<void>((resolve) => broker.listen(0, "127.0.0.1", resolve));
    const env = {
      KAFKA_BROKERS: `127.0.0.1:${(broker.address() as AddressInfo).port}`,
      KAFKA_SASL_MECHANISM: "plain",
      KAFKA_SASL_USERNAME: "eddy",
      KAFKA_SASL_PASSWORD: MARK,
      ...debug,
    };
    const child = spawnEddy(["topics", "create"], { env });
    await until("a connection", 30_000, async () => received.length > 0);
    const seen = seenOf(child.pid);
    await child.match(/Kafka doesn't answer|KAFKA_/);
    child.kill("SIGKILL");
    await child.ended();
    broker.close();
    expect(child.output + seen).not.toContain(MARK);
  }, 60_000);

  test.each<[string, Record<string, string>, readonly string[]]>([
    ["a key that is no PEM", { KAFKA_BROKERS: "127.0.0.1:1", KAFKA_SSL_KEY: MARK }, ["topics", "create"]],
    ["both a secret and its file", { KAFKA_SASL_PASSWORD: MARK, KAFKA_SASL_PASSWORD_FILE: "x" }, ["topics", "create"]],
    ["an API key that can't be sent", { EDDY_API_KEY: `${MARK} x` }, ["status"]],
    ["a password in EDDY_URL", { EDDY_URL: `http://me:${MARK}@127.0.0.1:1` }, ["status"]],
    ["a password in QDRANT_URL", { QDRANT_URL: `http://me:${MARK}@127.0.0.1:1` }, ["up"]],
  ])("%s", async (_, env, args) => {
    const { code, stdout, stderr } = await runEddy(args, { env: { ...env, ...debug } });
    expect(code, stderr).toBe(2);
    expect(stdout + stderr).not.toContain(MARK);
  });

  test("a file of API keys with a key in it, and one of TLS that is none", async () => {
    const file = join(dir.path, "keys");
    writeFileSync(file, `me admin ${MARK}\n`);
    for (const env of [{ EDDY_API_KEYS_FILE: file }, { EDDY_TLS_CERT_FILE: file, EDDY_TLS_KEY_FILE: file }] as Record<
      string,
      string
    >[]) {
      const { code, stdout, stderr } = await runEddy(["up", "--embedder", "hash", "--home", join(dir.path, "none")], {
        env: { ...env, ...debug },
      });
      expect([code, (stdout + stderr).includes(MARK)], stderr).toEqual([2, false]);
    }
  });
});

const canKafka = canRun("java", "-version") && canRun("mvn", "--version");
testThatNeeds("Java and Maven for a Kafka", canKafka)(
  "a Kafka that refuses the password",
  async () => {
    const kafka = await startKafka();
    const { login } = kafka;
    try {
      if (login === undefined) throw new Error("the broker has no listener with a login");
      const env = {
        KAFKA_BROKERS: login.brokers.join(","),
        KAFKA_SASL_MECHANISM: "scram-sha-512",
        KAFKA_SASL_USERNAME: login.username,
        KAFKA_SASL_PASSWORD: MARK,
        ...debug,
      };
      const { code, stdout, stderr } = await runEddy(["topics", "create"], { env });
      expect([code, (stdout + stderr).includes(MARK)], stderr).toEqual([2, false]);
      expect(stderr).toContain("KAFKA_SASL");
    } finally {
      await kafka.stop();
    }
  },
  240_000,
);
