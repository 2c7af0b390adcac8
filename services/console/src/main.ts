import { awaitFounded, checkModel } from "@eddy/model/foundation";
import { openModel } from "@eddy/model/open-model";
import { createModelProgress } from "@eddy/pipeline/model-progress";
import { openEmbedder } from "@eddy/pipeline/open-embedder";
import { openStore } from "@eddy/pipeline/open-store";
import type { Platform } from "@eddy/pipeline/platform";
import { runService } from "@eddy/pipeline/run-service";
import { openHttpAccess } from "@eddy/runtime/http-access";
import type { RegisterRoutes } from "@eddy/runtime/http-server";
import { createConsoleServer } from "./component.ts";
import type { ConsoleConfig } from "./config.ts";

/** Routes of another service, to be served beside the queries for a pipeline whose vectors are `dimensions` wide. */
export type RoutesBeside = (platform: Platform, config: ConsoleConfig, dimensions: number) => RegisterRoutes;

/** `eddy run console`: ends the process. */
export const main = (config: ConsoleConfig, version: string, beside: readonly RoutesBeside[]): Promise<number> =>
  runService("console", config, async (platform, { fail, signal }) => {
    const { streams, topics, clock, logger, health, metrics } = platform;
    const access = openHttpAccess(config, logger.child({ service: "http" }), metrics);
    const embedder = await openEmbedder(config, metrics, signal, createModelProgress(logger), { sessions: 1 });
    const { replica } = openModel({ streams, topics, clock });
    try {
      await replica.start(fail);
      if (!replica.state.founded) logger.info("waiting for an embed-worker to found the pipeline");
      const founded = await awaitFounded(replica, signal);
      const { model, revision: modelRevision, dimensions } = embedder.info;
      checkModel(founded, { model, modelRevision, dimensions });
      const store = openStore(config, platform.pipeline);
      health.check("store", async () => void (await store.ping()));
      const routes = beside.map((register) => register(platform, config, dimensions));
      const server = createConsoleServer(platform, config, { store, replica, embedder, version, access, routes });
      return [
        { name: "embedder", stop: () => embedder.close() },
        { name: "store", stop: () => store.close() },
        { name: "model", stop: () => replica.stop() },
        server,
        { name: "address", start: async () => logger.info(`HTTP API and console: ${server.url}`) },
      ];
    } catch (error) {
      await replica.stop();
      await embedder.close();
      throw error;
    }
  });
