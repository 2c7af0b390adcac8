import { setting } from "@eddy/runtime/config";
import { bool, integer, list } from "@eddy/runtime/setting-values";
import { compressions, saslMechanisms } from "@eddy/streams/kafka/kafka-options";
import { z } from "zod";

const broker = z.string().regex(/^(\[[^\]]+\]|[^\s:]+):\d{1,5}$/, "expected host:port");

const brokers = { env: "KAFKA_BROKERS", flag: "--kafka <brokers>", example: "kafka-1:9092,kafka-2:9092" } as const;

const lowerCase = <S extends z.ZodType>(schema: S) =>
  z.preprocess((value) => (typeof value === "string" ? value.toLowerCase() : value), schema);

const pem = z.string().includes("-----BEGIN ", { error: "expected PEM: -----BEGIN …" });

/** How a Kafka is reached; without brokers: the embedded log. */
export const kafkaSettings = {
  kafka: setting(list(broker).optional(), {
    ...brokers,
    description: "Brokers of a Kafka to use instead of the embedded log: host:port, with commas.",
  }),
  kafkaSsl: setting(bool(), {
    env: "KAFKA_SSL",
    default: "false",
    description: "Speak TLS with the brokers; so does each of the following three, where it is set.",
  }),
  kafkaSslCa: setting(pem.optional(), {
    env: "KAFKA_SSL_CA",
    description:
      "Authorities to trust, as PEM; KAFKA_SSL_CA_FILE names a file of it. Not set: Node's own, and those of NODE_EXTRA_CA_CERTS.",
  }),
  kafkaSslCert: setting(pem.optional(), {
    env: "KAFKA_SSL_CERT",
    description: "Eddy's own certificate, as PEM (KAFKA_SSL_CERT_FILE: a file), where the brokers ask for one.",
  }),
  kafkaSslKey: setting(pem.optional(), {
    env: "KAFKA_SSL_KEY",
    secret: true,
    description: "Its key, as PEM (KAFKA_SSL_KEY_FILE: a file).",
  }),
  kafkaSslKeyPassphrase: setting(z.string().min(1).optional(), {
    env: "KAFKA_SSL_KEY_PASSPHRASE",
    secret: true,
    description: "What the key is encrypted with, if it is.",
  }),
  kafkaSaslMechanism: setting(lowerCase(z.enum(saslMechanisms)).optional(), {
    env: "KAFKA_SASL_MECHANISM",
    example: "scram-sha-512",
    description: `How to log in: ${saslMechanisms.join(", ")}; not set: without.`,
  }),
  kafkaSaslUsername: setting(z.string().min(1).optional(), {
    env: "KAFKA_SASL_USERNAME",
    description: "User that logs in.",
  }),
  kafkaSaslPassword: setting(z.string().min(1).optional(), {
    env: "KAFKA_SASL_PASSWORD",
    secret: true,
    description: "Its password.",
  }),
  kafkaReplication: setting(integer(-1, 100), {
    env: "KAFKA_REPLICATION_FACTOR",
    default: "-1",
    description: "Copies of each topic that Eddy makes; -1 = the broker's default.",
    choose: "3 on a real cluster: with 3 or more, an acknowledged record is on two brokers at least.",
  }),
  kafkaCompression: setting(z.enum(compressions), {
    env: "KAFKA_COMPRESSION",
    default: "none",
    description: `Of what Eddy writes: ${compressions.join(", ")}.`,
  }),
} as const;

/** The same for a process of a fleet, which has no embedded log. */
export const fleetKafkaSettings = {
  ...kafkaSettings,
  kafka: setting(list(broker), { ...brokers, description: "Brokers of the Kafka: host:port, with commas." }),
} as const;
