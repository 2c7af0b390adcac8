/** A real Kafka for tests: the one that KAFKA_BROKERS names, else a broker of its own from Maven artifacts (Java and Maven needed). */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import kafkajs from "kafkajs";

const KAFKA = "4.4.0";
const LOG4J = "2.25.5";
const USER = { username: "eddy", password: "of-the-tests" };
const READY_MS = 60_000;
const CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg";

export interface KafkaBroker {
  readonly brokers: readonly string[];
  /** Absent where the broker is not this test's own: a listener where one must log in, by `plain` or `scram-sha-256`. */
  readonly login?: { readonly brokers: readonly string[]; readonly username: string; readonly password: string };
  /** Absent where the broker is not this test's own: kill -9, and start again on the same data. */
  readonly restart?: { kill(): Promise<void>; start(): Promise<void> };
  stop(): Promise<void>;
}

const run = promisify(execFile);

/** Why no broker can be had here; undefined: one can. In CI that is an error. */
export async function kafkaMissing(): Promise<string | undefined> {
  if (process.env.KAFKA_BROKERS) return undefined;
  for (const [command, flag] of [
    ["java", "-version"],
    ["mvn", "-version"],
  ] as const) {
    const there = await run(command, [flag]).then(
      () => true,
      () => false,
    );
    if (there) continue;
    if (process.env.CI) throw new Error(`no ${command} for a Kafka broker: CI runs every test`);
    console.warn(`skipped: no KAFKA_BROKERS, and no ${command} to run a broker`);
    return `no ${command}`;
  }
  return undefined;
}

export async function startKafka(): Promise<KafkaBroker> {
  const given = process.env.KAFKA_BROKERS;
  if (given) return { brokers: given.split(","), stop: async () => {} };
  const lib = await libraries();
  const dir = await mkdtemp(join(tmpdir(), "eddy-kafka-"));
  const [port, controllerPort, loginPort] = [await freePort(), await freePort(), await freePort()];
  const properties = join(dir, "server.properties");
  await writeFile(properties, settings(dir, port, controllerPort, loginPort));
  const scram = `SCRAM-SHA-256=[name=${USER.username},password=${USER.password}]`;
  const classPath = ["-cp", join(lib, "*")];
  await run("java", [
    ...classPath,
    "kafka.tools.StorageTool",
    "format",
    "-t",
    CLUSTER_ID,
    "-c",
    properties,
    "--add-scram",
    scram,
  ]);
  const brokers = [`127.0.0.1:${port}`];
  let server: ChildProcess | undefined;

  async function kill(): Promise<void> {
    const running = server;
    server = undefined;
    if (!running || running.exitCode !== null) return;
    const ended = once(running, "exit");
    running.stdin?.end();
    await ended;
  }

  async function start(): Promise<void> {
    const java = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", ...classPath, "kafka.Kafka", properties];
    // The broker dies with its test, however that ends: its shell reads a pipe that breaks then.
    const guard = 'java "$@" >&2 & cat >/dev/null; kill -9 $!; wait $! 2>/dev/null; exit 0';
    const child = spawn("sh", ["-c", guard, "sh", ...java], { stdio: ["pipe", "ignore", "pipe"] });
    server = child;
    let said = "";
    child.stderr.on("data", (chunk) => {
      said = `${said}${chunk}`.slice(-4_000);
    });
    await ready(brokers, () => said).catch(async (error) => {
      await kill();
      throw error;
    });
  }

  await start();
  return {
    brokers,
    login: { brokers: [`127.0.0.1:${loginPort}`], ...USER },
    restart: { kill, start },
    async stop() {
      await kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The jars, in a folder of the user's cache; fetched once. */
async function libraries(): Promise<string> {
  const cache = process.env.EDDY_KAFKA_CACHE ?? join(homedir(), ".cache", "eddy", `kafka-${KAFKA}`);
  const lib = join(cache, "lib");
  if (existsSync(lib)) return lib;
  await mkdir(cache, { recursive: true });
  const dependency = (group: string, name: string, version: string) =>
    `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`;
  const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>eddy</groupId><artifactId>kafka-broker</artifactId><version>1</version><packaging>pom</packaging><dependencies>
${dependency("org.apache.kafka", "kafka_2.13", KAFKA)}
${dependency("org.apache.logging.log4j", "log4j-slf4j-impl", LOG4J)}
</dependencies></project>`;
  const scratch = await mkdtemp(join(cache, "fetching-"));
  await writeFile(join(scratch, "pom.xml"), pom);
  const goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
  const target = join(scratch, "lib");
  await run("mvn", ["-q", "-B", goal, "-DincludeScope=runtime", `-DoutputDirectory=${target}`], {
    cwd: scratch,
    timeout: 300_000,
  });
  // Whole or not at all; another test may have been faster.
  await rename(target, lib).catch((error) => {
    if (!existsSync(lib)) throw error;
  });
  await rm(scratch, { recursive: true, force: true });
  return lib;
}

function settings(dir: string, port: number, controllerPort: number, loginPort: number): string {
  return Object.entries({
    "process.roles": "broker,controller",
    "node.id": 1,
    listeners: `PLAINTEXT://127.0.0.1:${port},LOGIN://127.0.0.1:${loginPort},CONTROLLER://127.0.0.1:${controllerPort}`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${port},LOGIN://127.0.0.1:${loginPort}`,
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,LOGIN:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
    "controller.quorum.voters": `1@127.0.0.1:${controllerPort}`,
    "inter.broker.listener.name": "PLAINTEXT",
    "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256",
    "listener.name.login.plain.sasl.jaas.config": `org.apache.kafka.common.security.plain.PlainLoginModule required user_${USER.username}="${USER.password}";`,
    "listener.name.login.scram-sha-256.sasl.jaas.config":
      "org.apache.kafka.common.security.scram.ScramLoginModule required;",
    "log.dirs": join(dir, "data"),
    "auto.create.topics.enable": false,
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "transaction.state.log.num.partitions": 2,
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 500,
    // Retention is brought about by the tests themselves.
    "log.initial.task.delay.ms": 3_600_000,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

/** Asks until the broker tells its topics. */
async function ready(brokers: readonly string[], said: () => string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  const { Kafka, logLevel } = kafkajs;
  for (;;) {
    const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
    const admin = kafka.admin();
    try {
      await admin.connect();
      await admin.listTopics();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`the broker is not ready: ${said()}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 200));
    } finally {
      await admin.disconnect().catch(() => {});
    }
  }
}
