import { createChanges } from "@eddy/cluster-worker/changes";
import { createClusterComponent } from "@eddy/cluster-worker/component";
import type { ClusterWorkerConfig } from "@eddy/cluster-worker/config";
import type { KChoice } from "@eddy/clustering/events";
import { createEmbedComponent, foundationOf } from "@eddy/embed-worker/component";
import type { EmbedWorkerConfig } from "@eddy/embed-worker/config";
import type { Embedder } from "@eddy/embedding/port";
import { createIngestComponent } from "@eddy/ingest/component";
import type { IngestConfig } from "@eddy/ingest/config";
import { found } from "@eddy/model/foundation";
import { openModel } from "@eddy/model/open-model";
import type { Replica } from "@eddy/model/replica";
import type { Platform } from "@eddy/pipeline/platform";
import type { Component } from "@eddy/runtime/lifecycle";
import type { VectorStore } from "@eddy/vectors/port";

export type RiverOptions = Pick<IngestConfig, "maxDocumentBytes" | "lagLimit"> &
  Pick<EmbedWorkerConfig, "metric" | "halfLifeDocuments" | "halfLifeMs"> &
  Pick<ClusterWorkerConfig, "clusters" | "snapshotEvery" | "pointRetentionMs"> & {
    /** Told of the first seed, and of a later one that changes the number of clusters. */
    readonly seeded?: (clusters: number, sample: number, choice: KChoice) => void;
  };

export interface RiverParts {
  readonly store: VectorStore;
  readonly embedder: Embedder;
}

export interface River {
  readonly replica: Replica;
  /** To be started in this order. */
  readonly components: readonly Component[];
}

/** All workers over one log and one store: what `eddy up` runs in one process. */
export async function createRiver(
  platform: Platform,
  options: RiverOptions,
  { store, embedder }: RiverParts,
): Promise<River> {
  const { streams, topics, clock } = platform;
  const { dimensions } = embedder.info;
  const changes = createChanges(streams, topics.clusterEvents);
  const startedAt = clock.now();
  let clustersTold = 0;
  const { replica, snapshots } = openModel({
    streams,
    topics,
    clock,
    folded(event, version, outcome, state) {
      changes.folded(event, version, outcome, state);
      if (!outcome.taken || (event.type !== "seeded" && event.type !== "refitted") || event.atMs < startedAt) return;
      const clusters = event.type === "seeded" ? event.centres.length : event.clusters.length;
      if (clusters !== clustersTold) options.seeded?.(clusters, event.sampleSize, event.choice);
      clustersTold = clusters;
    },
  });
  const model: Component = {
    name: "model",
    async start({ fail }) {
      await replica.start(fail);
      await found(replica, foundationOf(options, embedder.info));
    },
    stop: () => replica.stop(),
  };
  const { metric } = options;
  const parts = { store, replica, changes, snapshots, metric, dimensions };
  return {
    replica,
    components: [
      model,
      await createClusterComponent(platform, options, parts),
      createEmbedComponent(platform, options, embedder),
      createIngestComponent(platform, options, dimensions),
    ],
  };
}
