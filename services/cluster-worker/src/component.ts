import type { Metric } from "@eddy/clustering/events";
import { seedSize } from "@eddy/clustering/schedule";
import { createAssigner } from "@eddy/compute/assigner";
import { REPLAY_WINDOW_MS } from "@eddy/contracts/topics";
import type { Replica } from "@eddy/model/replica";
import { createSeeder } from "@eddy/model/seeder";
import type { Snapshots } from "@eddy/model/snapshots";
import { upstreamLag } from "@eddy/pipeline/groups";
import type { clusterSettings } from "@eddy/pipeline/pipeline-settings";
import type { Platform } from "@eddy/pipeline/platform";
import { workerComponent } from "@eddy/pipeline/worker-component";
import type { Component } from "@eddy/runtime/lifecycle";
import type { VectorStore } from "@eddy/vectors/port";
import type { Changes } from "./changes.ts";
import type { ClusterWorkerConfig } from "./config.ts";
import { createClusterObserver } from "./metrics.ts";
import { meterModel } from "./model-metrics.ts";
import { createClusterWorker } from "./service.ts";

const SILENCE_MS = 120_000;

export interface ClusterParts {
  readonly store: VectorStore;
  /** Started and stopped by whoever made it. */
  readonly replica: Replica;
  readonly changes: Changes;
  readonly snapshots: Snapshots;
  readonly metric: Metric;
  readonly dimensions: number;
}

/** The cluster-worker of a pipeline. */
export async function createClusterComponent(
  platform: Platform,
  { clusters, snapshotEvery, pointRetentionMs }: Pick<ClusterWorkerConfig, keyof typeof clusterSettings>,
  { store, replica, changes, snapshots, metric, dimensions }: ClusterParts,
): Promise<Component> {
  const { streams, topics, groups, clock, logger, metrics, health, tracer } = platform;
  const own = logger.child({ service: "cluster-worker" });
  const seeder = createSeeder();
  const model = meterModel(replica, changes, snapshotEvery, metrics);
  const worker = createClusterWorker(
    {
      streams,
      topics,
      store,
      replica,
      changes,
      snapshots,
      assigner: await createAssigner({ metric, dimensions }),
      seeder,
      upstream: () => upstreamLag(streams, topics, groups),
      clock,
      random: Math.random,
      logger: own,
      observer: createClusterObserver(replica, model, metrics, own, health.loop("cluster-worker", SILENCE_MS)),
      tracer,
    },
    {
      group: groups.cluster,
      clusters,
      seedSize: seedSize(clusters),
      seedIdleMs: 2_000,
      maxBatch: 1_024,
      depth: 3,
      refitSample: 4_096,
      snapshotEvery,
      pointRetentionMs,
      replayWindowMs: REPLAY_WINDOW_MS,
    },
  );
  health.check("store", async () => void (await store.ping()));
  const component = workerComponent(platform, worker, { group: groups.cluster, topic: topics.embeddings });
  return {
    ...component,
    async stop(deadline) {
      await component.stop(deadline);
      await seeder.close();
    },
  };
}
