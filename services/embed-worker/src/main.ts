import { found, whileFollowing } from "@eddy/model/foundation";
import { openModel } from "@eddy/model/open-model";
import { createModelProgress } from "@eddy/pipeline/model-progress";
import { openEmbedder } from "@eddy/pipeline/open-embedder";
import { runService } from "@eddy/pipeline/run-service";
import { createEmbedComponent, foundationOf } from "./component.ts";
import type { EmbedWorkerConfig } from "./config.ts";

/** `eddy run embed-worker`: ends the process. */
export const main = (config: EmbedWorkerConfig): Promise<number> =>
  runService("embed-worker", config, async (platform, { signal }) => {
    const { streams, topics, clock, logger, metrics } = platform;
    const embedder = await openEmbedder(config, metrics, signal, createModelProgress(logger));
    try {
      const { model, dtype, device, dimensions } = embedder.info;
      logger.info(`embedding with ${model}, ${dtype} on ${device}`, { dimensions });
      if (dtype === "int8" && device !== "cpu")
        logger.warn(`int8 is made for CPUs, and most of it does not run on ${device}: set EDDY_DTYPE=fp16 or fp32`);
      const { replica } = openModel({ streams, topics, clock });
      await whileFollowing(replica, () => found(replica, foundationOf(config, embedder.info)));
    } catch (error) {
      await embedder.close();
      throw error;
    }
    return [{ name: "embedder", stop: () => embedder.close() }, createEmbedComponent(platform, config, embedder)];
  });
