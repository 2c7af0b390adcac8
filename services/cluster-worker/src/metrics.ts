import { livingClusters } from "@eddy/clustering/state";
import { clusterName } from "@eddy/contracts/collection";
import type { Replica } from "@eddy/model/replica";
import { topN } from "@eddy/runtime/bounded-labels";
import { systemClock } from "@eddy/runtime/clock";
import type { Logger } from "@eddy/runtime/logger";
import { DURATION_BUCKETS, defineMetric } from "@eddy/runtime/metric";
import type { Metrics } from "@eddy/runtime/metrics";
import { createRepeatedWarning } from "@eddy/runtime/repeated-warning";
import { createGapAlarm } from "@eddy/streams/gap-alarm";
import { workerMetrics } from "@eddy/streams/worker-metrics";
import type { ClusterObserver } from "./observer.ts";

export const clusterMetrics = {
  counted: defineMetric({
    type: "counter",
    name: "eddy_documents_counted_total",
    help: "Documents that the model has counted (edits and deletions included).",
  }),
  written: defineMetric({ type: "counter", name: "eddy_points_written_total", help: "Points made durable." }),
  rewritten: defineMetric({
    type: "counter",
    name: "eddy_points_rewritten_total",
    help: "Points written again after a crash, not counted again.",
  }),
  refused: defineMetric({
    type: "counter",
    name: "eddy_deltas_refused_total",
    help: "Deltas that the fold did not take, by reason: epoch (assigned again) or range (the partition was lost).",
    labels: ["reason"],
  }),
  chain: defineMetric({
    type: "counter",
    name: "eddy_cluster_chain_skips_total",
    help: "Embeddings passed over by the chain.",
    labels: ["verdict"],
  }),
  latency: defineMetric({
    type: "histogram",
    name: "eddy_end_to_end_latency_seconds",
    help: "From the record in documents to the durable point.",
    buckets: [...DURATION_BUCKETS, 30, 60, 300],
  }),
  phase: defineMetric({
    type: "histogram",
    name: "eddy_cluster_phase_seconds",
    help: "Time of a batch, by phase.",
    labels: ["phase"],
    buckets: [0.0005, 0.001, ...DURATION_BUCKETS],
  }),
  distance: defineMetric({
    type: "gauge",
    name: "eddy_distance_mean",
    help: "Running mean (over about 1,000 documents) of the distance to the own centre.",
  }),
  silhouette: defineMetric({
    type: "gauge",
    name: "eddy_simplified_silhouette_ratio",
    help: "Running mean (over about 1,000 documents) of margin / distance to the second nearest centre.",
  }),
  swept: defineMetric({
    type: "counter",
    name: "eddy_points_swept_total",
    help: "Points assigned again after a change of structure, by whether their cluster changed.",
    labels: ["moved"],
  }),
  clusters: defineMetric({ type: "gauge", name: "eddy_clusters", help: "Living clusters." }),
  share: defineMetric({
    type: "gauge",
    name: "eddy_cluster_share_ratio",
    help: "Share of the documents counted in the ten largest clusters, and in all others.",
    labels: ["cluster"],
  }),
  version: defineMetric({
    type: "gauge",
    name: "eddy_model_version",
    help: "Offset in the model log of the model in hand.",
  }),
  epoch: defineMetric({ type: "gauge", name: "eddy_model_epoch", help: "Structure epoch of the model in hand." }),
  retries: defineMetric({
    type: "counter",
    name: "eddy_store_retries_total",
    help: "Calls of the store or the log that were tried again.",
  }),
} as const;

const MEMORY = 1 / 1000;

/** Meters and logs the cluster-worker. */
export function createClusterObserver(
  replica: Replica,
  metrics: Metrics,
  logger: Logger,
  turned: () => void,
): ClusterObserver {
  const counter = {
    counted: metrics.counter(clusterMetrics.counted),
    written: metrics.counter(clusterMetrics.written),
    rewritten: metrics.counter(clusterMetrics.rewritten),
  };
  const anew = metrics.counter(workerMetrics.anew);
  const refused = metrics.counter(clusterMetrics.refused);
  const chain = metrics.counter(clusterMetrics.chain);
  const latency = metrics.histogram(clusterMetrics.latency);
  const phases = metrics.histogram(clusterMetrics.phase);
  const swept = metrics.counter(clusterMetrics.swept);
  const retries = metrics.counter(clusterMetrics.retries);
  const warning = createRepeatedWarning(logger, systemClock);
  const mean = { distance: 0, silhouette: 0, seen: 0 };
  metrics.gauge(clusterMetrics.version, () => replica.state.version);
  metrics.gauge(clusterMetrics.epoch, () => replica.state.epoch);
  metrics.gauge(clusterMetrics.distance, () => mean.distance);
  metrics.gauge(clusterMetrics.silhouette, () => mean.silhouette);
  const share = metrics.gauge(clusterMetrics.share);
  metrics.gauge(clusterMetrics.clusters, () => {
    const living = livingClusters(replica.state);
    const total = living.reduce((sum, { count }) => sum + count, 0);
    if (total > 0)
      share.replace(
        topN(
          living.map(({ id, count }) => [clusterName(id), count / total] as const),
          10,
        ).map(([cluster, value]) => [value, { cluster }] as const),
      );
    return living.length;
  });
  return {
    turned,
    chain(verdict) {
      if (verdict === "start") logger.debug("the chain starts");
      if (verdict === "duplicate" || verdict === "ahead") chain.inc(1, { verdict });
      if (verdict === "ahead")
        warning("ahead", "embeddings are missing before the one in hand: see eddy_cluster_chain_skips_total");
    },
    gap: createGapAlarm("cluster-worker", metrics, logger),
    startedAnew(message) {
      anew.inc(1, { service: "cluster-worker" });
      logger.warn(message);
    },
    counted: (documents) => counter.counted.inc(documents),
    deltaRefused: (reason) => refused.inc(1, { reason }),
    written(documents) {
      counter.written.inc(documents.length);
      const now = Date.now();
      for (const { receivedAt } of documents) latency.observe(Math.max(0, now - Date.parse(receivedAt)) / 1000);
    },
    rewritten: (points) => counter.rewritten.inc(points),
    swept(looked, moved) {
      swept.inc(moved, { moved: "yes" });
      swept.inc(looked - moved, { moved: "no" });
    },
    retried(message) {
      retries.inc(1);
      warning("retry", `${message}; trying again`);
    },
    phase: (phase, seconds) => phases.observe(seconds, { phase }),
    quality(distance, margin) {
      const rate = Math.max(MEMORY, 1 / ++mean.seen);
      const second = distance + margin;
      mean.distance += rate * (distance - mean.distance);
      mean.silhouette += rate * ((second > 0 ? margin / second : 0) - mean.silhouette);
    },
  };
}
