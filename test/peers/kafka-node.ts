/** One Kafka server (broker and controller in one, KRaft): formatted once, then started and killed at will on the same data. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import kafkajs from "kafkajs";
import { freePort } from "./free-port.ts";
import { kafkaLibraries } from "./kafka-libraries.ts";

export const USER = { username: "eddy", password: "of-the-tests" };
const READY_MS = 60_000;
const CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg";

const SCRAM = ["SCRAM-SHA-256", "SCRAM-SHA-512"];
const run = promisify(execFile);

export interface NodePorts {
  readonly id: number;
  /** Without login. */
  readonly port: number;
  readonly loginPort: number;
  readonly controllerPort: number;
}

export interface KafkaNode extends NodePorts {
  /** `host:port`, without login. */
  readonly address: string;
  /** Resolves once it answers. */
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}

/** Listeners beside those without login and with one. */
export interface MoreListeners {
  readonly ports: Readonly<Record<string, number>>;
  readonly protocols: Readonly<Record<string, "SSL" | "SASL_SSL">>;
  readonly settings: Readonly<Record<string, string>>;
}

const NO_MORE: MoreListeners = { ports: {}, protocols: {}, settings: {} };

export async function freePorts(id: number): Promise<NodePorts> {
  return { id, port: await freePort(), loginPort: await freePort(), controllerPort: await freePort() };
}

/** `voters` are all nodes of the cluster, this one among them. `dir` is this node's alone. */
export async function createKafkaNode(
  own: NodePorts,
  voters: readonly NodePorts[],
  dir: string,
  more: MoreListeners = NO_MORE,
): Promise<KafkaNode> {
  const properties = join(dir, "server.properties");
  await writeFile(properties, settings(own, voters, dir, more));
  const classPath = ["-cp", join(await kafkaLibraries(), "*")];
  const scram = SCRAM.flatMap((mechanism) => [
    "--add-scram",
    `${mechanism}=[name=${USER.username},password=${USER.password}]`,
  ]);
  const format = ["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", properties, ...scram];
  await run("java", [...classPath, ...format]);
  const address = `127.0.0.1:${own.port}`;
  let server: ChildProcess | undefined;

  async function kill(): Promise<void> {
    const running = server;
    server = undefined;
    if (!running || running.exitCode !== null) return;
    const ended = once(running, "exit");
    running.stdin?.end();
    await ended;
  }

  return {
    ...own,
    address,
    kill,
    async start() {
      const java = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", ...classPath, "kafka.Kafka", properties];
      // The broker dies with its test, however that ends: its shell reads a pipe that breaks then.
      const guard = 'java "$@" >&2 & cat >/dev/null; kill -9 $!; wait $! 2>/dev/null; exit 0';
      const child = spawn("sh", ["-c", guard, "sh", ...java], { stdio: ["pipe", "ignore", "pipe"] });
      server = child;
      let said = "";
      child.stderr.on("data", (chunk) => {
        said = `${said}${chunk}`.slice(-4_000);
      });
      await ready(address, () => said).catch(async (error) => {
        await kill();
        throw error;
      });
    },
  };
}

/** What a listener asks a user for. */
export function loginSettings(listener: string): Record<string, string> {
  const prefix = `listener.name.${listener.toLowerCase()}`;
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${USER.username}="${USER.password}";`;
  const scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
  return Object.fromEntries([
    [`${prefix}.plain.sasl.jaas.config`, plain],
    ...SCRAM.map((mechanism) => [`${prefix}.${mechanism.toLowerCase()}.sasl.jaas.config`, scram]),
  ]);
}

function settings(own: NodePorts, voters: readonly NodePorts[], dir: string, more: MoreListeners): string {
  const listeners = Object.entries({ PLAINTEXT: own.port, LOGIN: own.loginPort, ...more.ports })
    .map(([name, port]) => `${name}://127.0.0.1:${port}`)
    .join(",");
  const protocols = { PLAINTEXT: "PLAINTEXT", LOGIN: "SASL_PLAINTEXT", CONTROLLER: "PLAINTEXT", ...more.protocols };
  const copies = voters.length;
  const enough = copies > 1 ? copies - 1 : 1;
  return Object.entries({
    "process.roles": "broker,controller",
    "node.id": own.id,
    listeners: `${listeners},CONTROLLER://127.0.0.1:${own.controllerPort}`,
    "advertised.listeners": listeners,
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": Object.entries(protocols)
      .map(([name, protocol]) => `${name}:${protocol}`)
      .join(","),
    "controller.quorum.voters": voters.map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`).join(","),
    "inter.broker.listener.name": "PLAINTEXT",
    "sasl.enabled.mechanisms": ["PLAIN", ...SCRAM].join(","),
    ...loginSettings("LOGIN"),
    ...more.settings,
    "log.dirs": join(dir, "data"),
    "auto.create.topics.enable": false,
    "default.replication.factor": copies,
    "min.insync.replicas": enough,
    "offsets.topic.replication.factor": copies,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.replication.factor": copies,
    "transaction.state.log.min.isr": enough,
    "transaction.state.log.num.partitions": 2,
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 500,
    // A killed broker is noticed soon.
    "broker.session.timeout.ms": 3_000,
    "broker.heartbeat.interval.ms": 500,
    // Retention is brought about by the tests themselves.
    "log.initial.task.delay.ms": 3_600_000,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

/** Asks until the broker tells its topics. */
async function ready(address: string, said: () => string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  const { Kafka, logLevel } = kafkajs;
  for (;;) {
    const kafka = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
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
