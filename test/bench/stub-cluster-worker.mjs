// `eddy run cluster-worker` with a store that takes everything at once: what is left is Eddy and Kafka.
import { createChanges } from "@eddy/cluster-worker/changes";
import { createClusterComponent } from "@eddy/cluster-worker/component";
import { clusterWorkerSettings } from "@eddy/cluster-worker/config";
import { awaitFounded } from "@eddy/model/foundation";
import { openModel } from "@eddy/model/open-model";
import { runService } from "@eddy/pipeline/run-service";
import { defineConfig, loadConfig } from "@eddy/runtime/config";

/** Takes every write; has the last points for the re-seedings of the young model. */
const KEPT = 8_192;
function createStubStore() {
  let kept = [];
  const nothing = async () => {};
  return {
    open: nothing,
    async write(points) {
      kept.push(...points);
      if (kept.length > 2 * KEPT) kept = kept.slice(-KEPT);
    },
    reassign: nothing,
    lookup: async () => new Map(),
    sample: async (limit) => kept.slice(-limit),
    page: async () => ({ points: [] }),
    nearest: async () => [],
    count: async () => 0,
    facet: async () => [],
    purge: async () => 0,
    ping: nothing,
    close: nothing,
  };
}

// Of the environment, what is a cluster-worker's: `eddy run` knows the settings of all services.
const names = new Set(Object.values(clusterWorkerSettings).map(({ env }) => env));
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => names.has(name)));
const config = loadConfig(defineConfig({ name: "cluster-worker", settings: clusterWorkerSettings }), env);
await runService("cluster-worker", config, async (platform, { fail, signal }) => {
  const { streams, topics, clock } = platform;
  const changes = createChanges(streams, topics.clusterEvents);
  const { replica, snapshots } = openModel({ streams, topics, clock });
  await replica.start(fail);
  const { metric, dimensions } = await awaitFounded(replica, signal);
  const store = createStubStore();
  const parts = { store, replica, changes, snapshots, metric, dimensions };
  const worker = await createClusterComponent(platform, config, parts);
  return [{ name: "model", stop: () => replica.stop() }, worker];
});
