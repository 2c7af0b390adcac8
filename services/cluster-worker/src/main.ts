import { createHash } from "node:crypto";
import { awaitFounded } from "@eddy/model/foundation";
import { openModel } from "@eddy/model/open-model";
import type { Replica } from "@eddy/model/replica";
import { encodeState } from "@eddy/model/state-codec";
import { openStore } from "@eddy/pipeline/open-store";
import { runService } from "@eddy/pipeline/run-service";
import type { Logger } from "@eddy/runtime/logger";
import { createChanges } from "./changes.ts";
import { createClusterComponent } from "./component.ts";
import type { ClusterWorkerConfig } from "./config.ts";

/** `eddy run cluster-worker`: ends the process. */
export const main = (config: ClusterWorkerConfig): Promise<number> =>
  runService("cluster-worker", config, async (platform, { fail, signal }) => {
    const { streams, topics, clock, logger } = platform;
    const changes = createChanges(streams, topics.clusterEvents);
    const { replica, snapshots } = openModel({ streams, topics, clock, folded: changes.folded });
    await replica.start(fail);
    try {
      if (!replica.state.founded) logger.info("waiting for an embed-worker to found the pipeline");
      const { metric, dimensions } = await awaitFounded(replica, signal);
      const store = openStore(config, platform.pipeline);
      const worker = await createClusterComponent(platform, config, {
        store,
        replica,
        changes,
        snapshots,
        metric,
        dimensions,
      });
      const model = { name: "model", stop: () => stopped(replica, logger) };
      return [{ name: "store", stop: () => store.close() }, model, worker];
    } catch (error) {
      await replica.stop();
      throw error;
    }
  });

/** Replicas that stop at the same version say the same here (G7). */
async function stopped(replica: Replica, logger: Logger): Promise<void> {
  await replica.stop();
  const sha256 = createHash("sha256").update(encodeState(replica.state)).digest("hex");
  logger.info("the model as this replica leaves it", { version: replica.state.version, sha256 });
}
