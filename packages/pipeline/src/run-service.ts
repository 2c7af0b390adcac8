import { topicsOf } from "@eddy/contracts/topics";
import { systemClock } from "@eddy/runtime/clock";
import type { ConfigDefinition, ConfigOf } from "@eddy/runtime/config";
import { createHealth } from "@eddy/runtime/health";
import { createHealthServer } from "@eddy/runtime/health-server";
import { type Component, madeAtStart, type RunContext, runComponents } from "@eddy/runtime/lifecycle";
import { createLogger } from "@eddy/runtime/logger";
import { createMetrics } from "@eddy/runtime/metrics";
import { openTracing } from "@eddy/runtime/open-tracing";
import { meterProcess } from "@eddy/runtime/process-metrics";
import type { processSettings } from "@eddy/runtime/process-settings";
import { groupsOf } from "./groups.ts";
import { type KafkaConfig, type LayoutConfig, openKafka, openTopics } from "./open-log.ts";
import type { Platform } from "./platform.ts";
import { checkRestored } from "./restore-mark.ts";

export type ServiceConfig = KafkaConfig & LayoutConfig & ConfigOf<ConfigDefinition<typeof processSettings>>;

/**
 * The shell of a service that is a process of its own: logger, metrics, health, the log and its topics, then what `wire`
 * makes of them, started in that order and stopped in reverse. Ends the process with a code of exit-code.ts.
 *
 * `/healthz` answers from the first moment, so that a long start (a model to fetch) is not taken for a death; `/readyz` says
 * `starting` until all is started.
 */
export function runService(
  service: string,
  config: ServiceConfig,
  wire: (platform: Platform, context: RunContext) => Promise<readonly Component[]>,
): Promise<number> {
  const { pipeline } = config;
  const logger = createLogger({ service, level: config.logLevel, format: config.logFormat });
  const metrics = createMetrics();
  meterProcess(metrics, { service, ...config });
  const health = createHealth(systemClock);
  const address = { host: config.metricsHost, port: config.metricsPort, setting: "EDDY_METRICS_PORT" };
  const healthServer = createHealthServer(address, metrics, health);
  let state: string | undefined = "starting";
  health.check("service", () => state);
  const started = new AbortController();

  const work = madeAtStart(service, async (context) => {
    logger.info(`${service} of pipeline "${pipeline}" starts; ${healthServer.url}/metrics, /healthz, /readyz`);
    const tracing = await openTracing(process.env, { service: `eddy-${service}`, logger });
    const streams = openKafka(config, `${pipeline}-${service}`, logger);
    const log: Component = { name: "log", stop: () => streams.close() };
    // Told to stop before all runs: whatever waits for the log gives up.
    context.signal.addEventListener("abort", () => void streams.close(), { once: true, signal: started.signal });
    try {
      const topics = topicsOf(pipeline);
      const layout = await openTopics(streams, topics, config);
      await checkRestored(streams, pipeline);
      const groups = groupsOf(pipeline);
      const { tracer } = tracing;
      const shell = { clock: systemClock, logger, metrics, health, tracer };
      const platform = { pipeline, topics, groups, layout, streams, ...shell };
      return [tracing, log, ...(await wire(platform, context))];
    } catch (error) {
      await streams.close();
      throw error;
    }
  });
  const ready: Component = {
    name: "ready",
    async start() {
      started.abort();
      state = undefined;
      logger.info(`${service} runs`);
    },
    async stop() {
      state = "stopping";
    },
  };
  return runComponents([healthServer, work, ready], { logger, drainTimeoutMs: config.drainTimeoutMs }).done;
}
