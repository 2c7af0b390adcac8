/** A real Kafka for tests: the one that KAFKA_BROKERS names, else a broker of its own from Maven artifacts (Java and Maven needed). */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKafkaNode, freePorts, USER } from "./kafka-node.ts";
import { type TlsListeners, tlsListeners } from "./kafka-tls.ts";

export interface KafkaBroker {
  readonly brokers: readonly string[];
  /** Absent where the broker is not this test's own: a listener where one must log in, by `plain` or `scram-sha-256`. */
  readonly login?: { readonly brokers: readonly string[]; readonly username: string; readonly password: string };
  /** Absent where the broker is not this test's own: listeners that speak TLS. */
  readonly tls?: TlsListeners;
  /** Absent where the broker is not this test's own: kill -9, and start again on the same data. */
  readonly restart?: { kill(): Promise<void>; start(): Promise<void> };
  stop(): Promise<void>;
}

export async function startKafka(): Promise<KafkaBroker> {
  const given = process.env.KAFKA_BROKERS;
  if (given) return { brokers: given.split(","), stop: async () => {} };
  const dir = await mkdtemp(join(tmpdir(), "eddy-kafka-"));
  const ports = await freePorts(1);
  const tls = await tlsListeners(dir);
  const node = await createKafkaNode(ports, [ports], dir, tls.more);
  await node.start();
  return {
    brokers: [node.address],
    login: { brokers: [`127.0.0.1:${node.loginPort}`], ...USER },
    tls: tls.listeners,
    restart: node,
    async stop() {
      await node.kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
