import { readFileSync } from "node:fs";
import { seedSize } from "@eddy/clustering/schedule";
import { registerConsole } from "@eddy/console/console";
import { FatalError } from "@eddy/contracts/errors";
import { topicsOf } from "@eddy/contracts/topics";
import { createAdmission } from "@eddy/ingest/http/admission";
import { registerIntake } from "@eddy/ingest/http/intake";
import { systemClock } from "@eddy/runtime/clock";
import { createHealth } from "@eddy/runtime/health";
import { createHealthServer } from "@eddy/runtime/health-server";
import { createHttpServer } from "@eddy/runtime/http-server";
import { type Component, runComponents } from "@eddy/runtime/lifecycle";
import { createLogger } from "@eddy/runtime/logger";
import { createMetrics } from "@eddy/runtime/metrics";
import type { Streams } from "@eddy/streams/port";
import type { Terminal } from "../terminal.ts";
import { banner, progressLine, seededMessage } from "./banner.ts";
import { createDemo } from "./demo.ts";
import { Disposers } from "./disposers.ts";
import { createHousekeeping } from "./housekeeping.ts";
import { openParts, type UpOptions } from "./parts.ts";
import { createRiver, groupsOf } from "./river.ts";
import { createScreen, type UpScreen } from "./screen.ts";
import { createStatusLine } from "./status-line.ts";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Runs until it is stopped, and ends the process then. */
export async function runUp(options: UpOptions, terminal: Terminal): Promise<number> {
  const screen = createScreen(terminal);
  const disposers = new Disposers();
  try {
    return await runAll(options, screen, disposers, terminal);
  } finally {
    screen.clear();
    await disposers.dispose();
  }
}

async function runAll(options: UpOptions, screen: UpScreen, disposers: Disposers, terminal: Terminal): Promise<number> {
  const logger = createLogger({
    service: "eddy",
    level: options.logLevel,
    format: screen.live && options.logFormat === "auto" ? "pretty" : options.logFormat,
    write: screen.write,
  });
  const opening = terminal.interrupted();
  if (options.embedder === "onnx") screen.status(`Loading ${options.model} …`);
  const parts = await openParts(
    options,
    disposers,
    logger,
    (progress) => screen.status(progressLine(progress)),
    opening,
  );
  const { streams, store, embedder, home } = parts;
  const topics = topicsOf(options.pipeline);
  const groups = groupsOf(options.pipeline);
  const documentPartitions = await partitionsOfDocuments(streams, topics.documents, options.partitions);
  const metrics = createMetrics();
  const health = createHealth(systemClock);
  const river = await createRiver(
    { streams, store, embedder, metrics, health, logger },
    {
      ...options,
      topics,
      groups,
      documentPartitions,
      seeded: (clusters, sample, choice) => screen.print(seededMessage(clusters, sample, choice)),
    },
  );
  const admission = createAdmission({
    streams,
    topic: topics.documents,
    group: groups.ingest,
    limit: options.intakeLimit,
    clock: systemClock,
  });
  health.check("store", async () => void (await store.ping()));
  const ports = { streams, topics, store, replica: river.replica, embedder, clock: systemClock, logger };
  const http = createHttpServer({
    host: options.host,
    port: options.httpPort,
    setting: "EDDY_HTTP_PORT",
    logger: logger.child({ service: "http" }),
    register: [
      (app) =>
        registerIntake(app, {
          ...ports,
          maxDocumentBytes: options.maxDocumentBytes,
          dimensions: embedder.info.dimensions,
          admission,
        }),
      (app) =>
        registerConsole(app, ports, {
          pipeline: options.pipeline,
          version,
          groups,
          seedSize: seedSize(options.clusters),
        }),
    ],
  });
  const healthServer = createHealthServer(
    { host: options.metricsHost, port: options.metricsPort, setting: "EDDY_METRICS_PORT" },
    metrics,
    health,
  );
  const greeting: Component = {
    name: "greeting",
    async start() {
      screen.clear();
      screen.print(
        banner({
          version,
          apiUrl: http.url,
          qdrantUrl: parts.qdrantUrl,
          collection: options.pipeline,
          metricsUrl: healthServer.url,
          kafka: options.kafka,
          home,
          embedder: embedder.info,
          clusters: options.clusters,
          demoRate: options.demo ? options.demoRate : undefined,
        }),
      );
    },
  };
  const seedDocuments = seedSize(options.clusters);
  const components: Component[] = [
    healthServer,
    http,
    greeting,
    ...river.components,
    ...(parts.retention ? [createHousekeeping(parts.retention, systemClock, logger)] : []),
    createStatusLine({
      streams,
      topics,
      groups,
      replica: river.replica,
      seedSize: seedDocuments,
      clock: systemClock,
      screen,
    }),
  ];
  if (options.demo) {
    components.push(
      createDemo({
        streams,
        topics,
        partitions: documentPartitions,
        home,
        perSecond: options.demoRate,
        burst: seedDocuments + 100,
        admission,
        clock: systemClock,
      }),
    );
  }
  const run = runComponents(components, { logger, drainTimeoutMs: options.drainTimeoutMs, exit: () => {} });
  const code = await run.done;
  screen.clear();
  await disposers.dispose();
  if (code === 0) screen.print("Stopped. Start again to go on where it was.");
  process.exit(code);
}

/** `documents` belongs to people: where they have made it, its partitions are their choice. */
async function partitionsOfDocuments(streams: Streams, topic: string, otherwise: number): Promise<number> {
  try {
    return await streams.partitions(topic);
  } catch (error) {
    if (error instanceof FatalError && error.code === "TOPIC_SHAPE") return otherwise;
    throw error;
  }
}
