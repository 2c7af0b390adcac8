import { seedSize } from "@eddy/clustering/schedule";
import type { Embedder } from "@eddy/embedding/port";
import type { Replica } from "@eddy/model/replica";
import type { Platform } from "@eddy/pipeline/platform";
import { type AccessConfig, openHttpAccess } from "@eddy/runtime/http-access";
import { meterHttp } from "@eddy/runtime/http-metrics";
import { createHttpServer, type HttpServer, type RegisterRoutes } from "@eddy/runtime/http-server";
import { registerOpenApi } from "@eddy/runtime/openapi";
import type { VectorStore } from "@eddy/vectors/port";
import type { ConsoleConfig } from "./config.ts";
import { registerConsole } from "./console.ts";

export interface ConsoleParts {
  readonly store: VectorStore;
  /** Started and stopped by whoever made it. */
  readonly replica: Replica;
  readonly embedder: Embedder;
  /** Eddy's. */
  readonly version: string;
  /** Served beside the queries. */
  readonly routes: readonly RegisterRoutes[];
}

/** The HTTP API of a pipeline. Throws FatalError CONFIG_INVALID where its access is not as it should be. */
export function createConsoleServer(
  { pipeline, streams, topics, groups, clock, logger, metrics }: Platform,
  config: AccessConfig & Pick<ConsoleConfig, "httpPort" | "clusters">,
  { store, replica, embedder, version, routes }: ConsoleParts,
): HttpServer {
  const { host, httpPort: port, clusters } = config;
  const own = logger.child({ service: "http" });
  const ports = { streams, topics, store, replica, embedder, clock, logger };
  return createHttpServer({
    host,
    port,
    setting: "EDDY_HTTP_PORT",
    logger: own,
    access: openHttpAccess(config, own, metrics),
    register: [
      meterHttp(metrics),
      registerOpenApi(version),
      ...routes,
      (app) => registerConsole(app, ports, { pipeline, version, groups, seedSize: seedSize(clusters) }),
    ],
  });
}
