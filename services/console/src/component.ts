import { seedSize } from "@eddy/clustering/schedule";
import type { Embedder } from "@eddy/embedding/port";
import type { Replica } from "@eddy/model/replica";
import type { Platform } from "@eddy/pipeline/platform";
import type { HttpAccess } from "@eddy/runtime/http-access";
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
  readonly access: HttpAccess;
  /** Served beside the queries. */
  readonly routes: readonly RegisterRoutes[];
}

/** The HTTP API of a pipeline. */
export function createConsoleServer(
  { pipeline, streams, topics, groups, clock, logger, metrics }: Platform,
  { host, httpPort: port, clusters }: Pick<ConsoleConfig, "host" | "httpPort" | "clusters">,
  { store, replica, embedder, version, access, routes }: ConsoleParts,
): HttpServer {
  const ports = { streams, topics, store, replica, embedder, clock, logger };
  return createHttpServer({
    host,
    port,
    setting: "EDDY_HTTP_PORT",
    logger: logger.child({ service: "http" }),
    access,
    register: [
      meterHttp(metrics),
      registerOpenApi(version),
      ...routes,
      (app) => registerConsole(app, ports, { pipeline, version, groups, seedSize: seedSize(clusters) }),
    ],
  });
}
