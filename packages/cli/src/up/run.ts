import type { KChoice } from "@eddy/clustering/events";
import { seedSize } from "@eddy/clustering/schedule";
import { createConsoleServer } from "@eddy/console/component";
import { topicsOf } from "@eddy/contracts/topics";
import { createIntake } from "@eddy/ingest/component";
import { groupsOf } from "@eddy/pipeline/groups";
import { openTopics } from "@eddy/pipeline/open-log";
import type { Platform } from "@eddy/pipeline/platform";
import { checkRestored } from "@eddy/pipeline/restore-mark";
import { systemClock } from "@eddy/runtime/clock";
import { createHealth } from "@eddy/runtime/health";
import { createHealthServer } from "@eddy/runtime/health-server";
import { openHttpAccess } from "@eddy/runtime/http-access";
import { type Component, runComponents } from "@eddy/runtime/lifecycle";
import { createLogger } from "@eddy/runtime/logger";
import { createMetrics } from "@eddy/runtime/metrics";
import { openTracing } from "@eddy/runtime/open-tracing";
import { meterProcess } from "@eddy/runtime/process-metrics";
import type { Terminal } from "../terminal.ts";
import { version } from "../version.ts";
import { createBackupRoute } from "./backup-route.ts";
import { banner, progressLine, seededMessage } from "./banner.ts";
import { createDemo } from "./demo.ts";
import { Disposers } from "./disposers.ts";
import { createHousekeeping } from "./housekeeping.ts";
import { openParts, type UpOptions } from "./parts.ts";
import { createRiver } from "./river.ts";
import { createScreen, type UpScreen } from "./screen.ts";
import { createStatusLine } from "./status-line.ts";

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
  const metrics = createMetrics();
  meterProcess(metrics, { service: "eddy", ...options });
  const access = openHttpAccess(options, logger.child({ service: "http" }), metrics);
  const parts = await openParts(
    options,
    disposers,
    logger,
    metrics,
    (progress) => screen.status(progressLine(progress)),
    opening,
  );
  const { streams, api, store, embedder, home } = parts;
  const { pipeline } = options;
  const topics = topicsOf(pipeline);
  const layout = await openTopics(streams, topics, options);
  await checkRestored(streams, pipeline);
  const groups = groupsOf(pipeline);
  const health = createHealth(systemClock);
  const tracing = await openTracing(process.env, { service: "eddy", logger });
  const platform: Platform = {
    pipeline,
    topics,
    groups,
    layout,
    streams,
    clock: systemClock,
    logger,
    metrics,
    health,
    tracer: tracing.tracer,
  };
  const seeded = (clusters: number, sample: number, choice: KChoice) =>
    screen.print(seededMessage(clusters, sample, choice));
  const river = await createRiver(platform, { ...options, seeded }, { store, embedder });
  const { admission, register } = createIntake(platform, options, embedder.info.dimensions);
  const http = createConsoleServer(platform, options, {
    store,
    replica: river.replica,
    embedder,
    version,
    access,
    routes: [register, createBackupRoute({ streams, api, pipeline, version, clock: systemClock, logger })],
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
          keyed: access.keys !== undefined,
          demoRate: options.demo ? options.demoRate : undefined,
        }),
      );
    },
  };
  const seedDocuments = seedSize(options.clusters);
  const components: Component[] = [
    tracing,
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
        partitions: layout.documentPartitions,
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
