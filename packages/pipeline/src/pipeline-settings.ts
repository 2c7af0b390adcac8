import { accessSettings } from "@eddy/runtime/access-settings";
import { setting } from "@eddy/runtime/config";
import { byteSize, duration, integer, port } from "@eddy/runtime/setting-values";
import { z } from "zod";

const clusters = z.union([z.literal(0), z.literal("auto").transform(() => 0), integer(1, 2_000)], {
  error: 'expected "auto" or a whole number from 1 to 2000',
});

/** Which pipeline, and how its topics are made. */
export const layoutSettings = {
  pipeline: setting(z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "expected lower-case letters, digits and -"), {
    env: "EDDY_PIPELINE",
    flag: "--pipeline <name>",
    default: "eddy",
    description: "Name of the pipeline: the prefix of its topics and groups, and the name of its Qdrant collection.",
    choose: "Another embedding model, metric or partition count needs another name.",
  }),
  partitions: setting(integer(1, 1_000).optional(), {
    env: "EDDY_PARTITIONS",
    flag: "--partitions <n>",
    example: "4",
    description:
      "Partitions of the topics, fixed for the life of a pipeline; not set: as they are, or 1 when they are made.",
  }),
  retentionBytes: setting(byteSize(), {
    env: "EDDY_RETENTION_BYTES",
    default: "256MiB",
    unit: "bytes",
    description:
      "Kept of each partition of the topics. In the embedded log what is not yet read is always kept; in a Kafka `documents` goes by time alone.",
  }),
} as const;

/** How far one worker may run ahead of the next. */
export const flowSettings = {
  lagLimit: setting(integer(100), {
    env: "EDDY_LAG_LIMIT",
    default: "20000",
    unit: "records",
    description: "Records waiting between two workers at which the first one pauses.",
  }),
} as const;

/** What a pipeline is founded with, for ever. */
export const foundationSettings = {
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
} as const;

export const clusterSettings = {
  clusters: setting(clusters, {
    env: "EDDY_CLUSTERS",
    flag: "--clusters <k>",
    default: "auto",
    description: "Number of clusters, or auto: chosen by simplified silhouette on the first documents, over 2 to 50.",
  }),
  snapshotEvery: setting(integer(10), {
    env: "EDDY_SNAPSHOT_EVERY",
    default: "2000",
    unit: "events",
    description:
      "Events of the model log between two snapshots of the model; what the oldest kept one covers is forgotten.",
  }),
  pointRetentionMs: setting(z.union([z.literal("0").transform(() => 0), duration()]), {
    env: "EDDY_POINT_RETENTION",
    flag: "--point-retention <duration>",
    default: "0",
    example: "90d",
    description:
      "Age at which a document is deleted, from the store and the model, by when it came (received_at); 0 = kept for ever.",
  }),
} as const;

export const documentSettings = {
  maxDocumentBytes: setting(byteSize(), {
    env: "EDDY_MAX_DOCUMENT_BYTES",
    default: "1MiB",
    unit: "bytes",
    description: "Largest document.",
  }),
} as const;

/** The HTTP API. */
export const httpSettings = {
  host: setting(z.string().min(1), {
    env: "EDDY_HTTP_HOST",
    flag: "--host <address>",
    default: "127.0.0.1",
    example: "0.0.0.0",
    description: "Address that the HTTP API and the console listen on.",
  }),
  httpPort: setting(port(), {
    env: "EDDY_HTTP_PORT",
    flag: "--port <n>",
    default: "7400",
    description: "Port of the HTTP API and the console; 0 = any free one.",
  }),
  intakeLimit: setting(integer(100), {
    env: "EDDY_INTAKE_LIMIT",
    default: "50000",
    unit: "documents",
    description: "Documents waiting at which HTTP answers 429.",
  }),
  ...accessSettings,
} as const;
