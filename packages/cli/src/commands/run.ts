import { clusterWorkerSettings } from "@eddy/cluster-worker/config";
import { consoleSettings } from "@eddy/console/config";
import { embedWorkerSettings } from "@eddy/embed-worker/config";
import { ingestSettings } from "@eddy/ingest/config";
import { defineCommand } from "../command.ts";
import { version } from "../version.ts";

const shared = { group: "Run:", checksEnvironment: true } as const;

const fleet =
  "Any number of them share the partitions; one may come or go at any time. It is a process of a fleet: KAFKA_BROKERS is a real Kafka, and everything else is best set by the environment too, the same for all services.";

// A service is loaded when it is run: no other command should wait for it.

export const runIngest = defineCommand({
  ...shared,
  name: "run ingest",
  summary: "documents → texts: check, clean, route",
  description: `Runs an ingest worker. ${fleet}`,
  settings: ingestSettings,
  examples: ["KAFKA_BROKERS=kafka:9092 eddy run ingest"],
  run: async ({ options }) => (await import("@eddy/ingest/main")).main(options),
});

export const runEmbedWorker = defineCommand({
  ...shared,
  name: "run embed-worker",
  summary: "texts → embeddings",
  description: `Runs an embed-worker. ${fleet} The first one founds the pipeline with its model; another model needs another pipeline.`,
  settings: embedWorkerSettings,
  examples: ["KAFKA_BROKERS=kafka:9092 eddy run embed-worker"],
  run: async ({ options }) => (await import("@eddy/embed-worker/main")).main(options),
});

export const runClusterWorker = defineCommand({
  ...shared,
  name: "run cluster-worker",
  summary: "embeddings → clusters and points",
  description: `Runs a cluster-worker. ${fleet}`,
  settings: clusterWorkerSettings,
  examples: ["KAFKA_BROKERS=kafka:9092 QDRANT_URL=http://qdrant:6333 eddy run cluster-worker"],
  run: async ({ options }) => (await import("@eddy/cluster-worker/main")).main(options),
});

export const runConsole = defineCommand({
  ...shared,
  name: "run console",
  summary: "the HTTP API: publish, query, the console in a browser",
  description: `Runs the HTTP API: documents in, queries, the console in a browser. ${fleet}`,
  settings: consoleSettings,
  examples: ["KAFKA_BROKERS=kafka:9092 QDRANT_URL=http://qdrant:6333 EDDY_HTTP_HOST=0.0.0.0 eddy run console"],
  async run({ options }) {
    const [{ main }, { createIntake }] = await Promise.all([
      import("@eddy/console/main"),
      import("@eddy/ingest/component"),
    ]);
    return main(options, version, [(platform, config, width) => createIntake(platform, config, width).register]);
  },
});
