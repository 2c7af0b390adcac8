import { clusterEventRecord, clusterEventsOf } from "@eddy/cluster-worker/cluster-events";
import { createClusterObserver } from "@eddy/cluster-worker/metrics";
import { createClusterWorker } from "@eddy/cluster-worker/service";
import type { KChoice, Metric } from "@eddy/clustering/events";
import { seedSize } from "@eddy/clustering/schedule";
import { createAssigner } from "@eddy/compute/assigner";
import { REPLAY_WINDOW_MS, type Topics, topicSpecs } from "@eddy/contracts/topics";
import { createEmbedWorker } from "@eddy/embed-worker/service";
import type { Embedder } from "@eddy/embedding/port";
import { createIngest } from "@eddy/ingest/service";
import { createReplica, type Replica } from "@eddy/model/replica";
import { createSeeder } from "@eddy/model/seeder";
import { createSnapshots } from "@eddy/model/snapshots";
import { systemClock } from "@eddy/runtime/clock";
import type { Health } from "@eddy/runtime/health";
import type { Component } from "@eddy/runtime/lifecycle";
import type { Logger } from "@eddy/runtime/logger";
import type { Metrics } from "@eddy/runtime/metrics";
import type { Streams } from "@eddy/streams/port";
import { createWorkerObserver } from "@eddy/streams/worker-metrics";
import type { VectorStore } from "@eddy/vectors/port";

export interface RiverOptions {
  readonly topics: Topics;
  readonly groups: Groups;
  readonly partitions: number;
  readonly documentPartitions: number;
  /** 0: automatic. */
  readonly clusters: number;
  readonly metric: Metric;
  readonly halfLifeDocuments: number;
  readonly halfLifeMs: number;
  readonly maxDocumentBytes: number;
  readonly lagLimit: number;
  readonly retentionBytes?: number;
  /** Events of the model log between two snapshots. */
  readonly snapshotEvery: number;
  /** Told of the first seed, and of a later one that changes the number of clusters. */
  readonly seeded?: (clusters: number, sample: number, choice: KChoice) => void;
}

export interface Groups {
  readonly ingest: string;
  readonly embed: string;
  readonly cluster: string;
}

export function groupsOf(pipeline: string): Groups {
  return { ingest: `${pipeline}.ingest`, embed: `${pipeline}.embed-worker`, cluster: `${pipeline}.cluster-worker` };
}

export interface RiverParts {
  readonly streams: Streams;
  readonly store: VectorStore;
  readonly embedder: Embedder;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly logger: Logger;
}

export interface River {
  readonly replica: Replica;
  /** To be started in this order. */
  readonly components: readonly Component[];
}

/** All workers over one log and one store: what `eddy up` runs in one process. */
export async function createRiver(
  { streams, store, embedder, metrics, health, logger }: RiverParts,
  options: RiverOptions,
): Promise<River> {
  const { topics, groups, lagLimit } = options;
  await streams.createTopics(topicSpecs(topics, options));
  const snapshots = createSnapshots(streams, topics.models);
  const { dimensions, model, revision } = embedder.info;
  const observer = (service: string) =>
    createWorkerObserver(service, metrics, logger.child({ service }), health.loop(service, 60_000));

  const ingest = createIngest({
    streams,
    topics,
    group: groups.ingest,
    reader: { group: groups.embed, lagLimit },
    textPartitions: options.partitions,
    maxBytes: options.maxDocumentBytes,
    dimensions,
    observer: observer("ingest"),
  });
  const embedWorker = createEmbedWorker({
    streams,
    topics,
    group: groups.embed,
    embedder,
    metric: options.metric,
    reader: { group: groups.cluster, lagLimit },
    observer: observer("embed-worker"),
  });

  const lagOf = async (group: string, topic: string) =>
    [...(await streams.lag(group, topic)).values()].reduce((sum, lag) => sum + lag, 0);
  const clusterLogger = logger.child({ service: "cluster-worker" });
  const replica: Replica = createReplica({
    streams,
    topic: topics.modelLog,
    snapshots,
    clock: systemClock,
    folded(event, version, outcome) {
      if (!outcome.taken || (event.type !== "seeded" && event.type !== "refitted") || event.atMs < startedAt) return;
      const clusters = event.type === "seeded" ? event.centres.length : event.clusters.length;
      if (clusters !== clustersTold) options.seeded?.(clusters, event.sampleSize, event.choice);
      clustersTold = clusters;
      const records = clusterEventsOf(event, version, replica.state).map(clusterEventRecord);
      streams
        .append(topics.clusterEvents, 0, records)
        .catch((error) => clusterLogger.warn(`the event of version ${version} was not written`, { error }));
    },
  });
  const startedAt = Date.now();
  let clustersTold = 0;
  const seeder = createSeeder();
  const assigner = await createAssigner({ metric: options.metric, dimensions });
  const clusterWorker = createClusterWorker(
    {
      streams,
      topics,
      store,
      replica,
      assigner,
      seeder,
      upstream: async () => (await lagOf(groups.ingest, topics.documents)) + (await lagOf(groups.embed, topics.texts)),
      clock: systemClock,
      random: Math.random,
      logger: clusterLogger,
      observer: createClusterObserver(replica, metrics, clusterLogger, health.loop("cluster-worker", 120_000)),
    },
    snapshots,
    {
      group: groups.cluster,
      clusters: options.clusters,
      seedSize: seedSize(options.clusters),
      seedIdleMs: 2_000,
      maxBatch: 1_024,
      depth: 3,
      refitSample: 4_096,
      snapshotEvery: options.snapshotEvery,
      replayWindowMs: REPLAY_WINDOW_MS,
      foundation: {
        metric: options.metric,
        dimensions,
        model,
        modelRevision: revision,
        halfLifeDocuments: options.halfLifeDocuments,
        halfLifeMs: options.halfLifeMs,
      },
    },
  );

  return {
    replica,
    components: [
      { name: "model", start: ({ fail }) => replica.start(fail), stop: () => replica.stop() },
      {
        name: "cluster-worker",
        start: ({ fail }) => clusterWorker.start(fail),
        stop: async () => {
          await clusterWorker.stop();
          await seeder.close();
        },
      },
      { name: "embed-worker", start: ({ fail }) => embedWorker.start(fail), stop: () => embedWorker.stop() },
      { name: "ingest", start: ({ fail }) => ingest.start(fail), stop: () => ingest.stop() },
    ],
  };
}
