/** Kafka clients of other languages, as people use them: Java's own, and Python's confluent-kafka (librdkafka). */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { kafkaLibraries } from "./kafka-libraries.ts";
import { pythonEnvironment } from "./python-environment.ts";

const HERE = fileURLToPath(new URL("kafka-clients/", import.meta.url));

export interface ClientMessage {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Publishes with the client's own partitioner; resolves once all is acknowledged. */
export type KafkaClientOf = (brokers: string, topic: string, messages: readonly ClientMessage[]) => Promise<void>;

export const javaClient: KafkaClientOf = async (brokers, topic, messages) => {
  const classPath = join(await kafkaLibraries(), "*");
  await publish("java", ["-cp", classPath, join(HERE, "Publish.java"), brokers, topic], messages);
};

export const pythonClient: KafkaClientOf = async (brokers, topic, messages) => {
  const python = await pythonEnvironment("kafka-clients", join(HERE, "requirements.txt"));
  await publish(python, ["-B", join(HERE, "publish.py"), brokers, topic], messages);
};

async function publish(command: string, args: readonly string[], messages: readonly ClientMessage[]): Promise<void> {
  const child = spawn(command, args, { stdio: ["pipe", "ignore", "pipe"], timeout: 60_000 });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said = `${said}${chunk}`.slice(-4_000);
  });
  child.stdin.on("error", () => {});
  child.stdin.end(messages.map((message) => `${JSON.stringify(message)}\n`).join(""));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${said}`);
}
