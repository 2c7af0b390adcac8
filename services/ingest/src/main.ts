import { awaitFounded, whileFollowing } from "@eddy/model/foundation";
import { openModel } from "@eddy/model/open-model";
import { runService } from "@eddy/pipeline/run-service";
import { createIngestComponent } from "./component.ts";
import type { IngestConfig } from "./config.ts";

/** `eddy run ingest`: ends the process. */
export const main = (config: IngestConfig): Promise<number> =>
  runService("ingest", config, async (platform, { signal }) => {
    const { streams, topics, clock, logger } = platform;
    const { replica } = openModel({ streams, topics, clock });
    const { dimensions } = await whileFollowing(replica, async () => {
      if (!replica.state.founded) logger.info("waiting for an embed-worker to found the pipeline");
      return awaitFounded(replica, signal);
    });
    return [createIngestComponent(platform, config, dimensions)];
  });
