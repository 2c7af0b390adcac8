import type { Replica } from "@eddy/model/replica";
import { systemClock } from "@eddy/runtime/clock";
import type { Logger } from "@eddy/runtime/logger";
import { DURATION_BUCKETS, defineMetric } from "@eddy/runtime/metric";
import type { Metrics } from "@eddy/runtime/metrics";
import { createPhaseMeter } from "@eddy/runtime/phase-metrics";
import { createRepeatedWarning } from "@eddy/runtime/repeated-warning";
import { createGapAlarm } from "@eddy/streams/gap-alarm";
import { workerMetrics } from "@eddy/streams/worker-metrics";
import type { ModelMeter } from "./model-metrics.ts";
import type { ClusterObserver } from "./observer.ts";
import { createRunningMeans } from "./running-means.ts";

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
  distance: defineMetric({
    type: "gauge",
    name: "eddy_distance_mean",
    help: "Running mean (over about 1,000 documents) of the distance to the own centre.",
  }),
  inertia: defineMetric({
    type: "gauge",
    name: "eddy_inertia_mean",
    help: "Running mean (over about 1,000 documents) of the squared Euclidean distance to the own centre: inertia a document.",
  }),
  margin: defineMetric({
    type: "gauge",
    name: "eddy_margin_mean",
    help: "Running mean (over about 1,000 documents) of the distance to the second nearest centre less that to the own.",
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
  stale: defineMetric({
    type: "gauge",
    name: "eddy_stale_assignments",
    help: "Points whose cluster was chosen before the last change of structure, still to be swept by this process.",
  }),
  retries: defineMetric({
    type: "counter",
    name: "eddy_store_retries_total",
    help: "Calls of the store or the log that were tried again.",
  }),
} as const;

const SERVICE = { service: "cluster-worker" } as const;

/** Meters and logs the cluster-worker. */
export function createClusterObserver(
  replica: Replica,
  model: ModelMeter,
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
  const starts = metrics.counter(workerMetrics.starts);
  const refused = metrics.counter(clusterMetrics.refused);
  const chain = metrics.counter(clusterMetrics.chain);
  const latency = metrics.histogram(clusterMetrics.latency);
  const records = metrics.counter(workerMetrics.records);
  const batch = metrics.histogram(workerMetrics.batch);
  const stale = metrics.gauge(clusterMetrics.stale);
  const swept = metrics.counter(clusterMetrics.swept);
  const retries = metrics.counter(clusterMetrics.retries);
  const warning = createRepeatedWarning(logger, systemClock);
  // A series must be there at 0: Prometheus sees no increase in one that begins at 1.
  anew.inc(0, SERVICE);
  starts.inc(0, SERVICE);
  records.inc(0, { ...SERVICE, outcome: "ok" });
  for (const reason of ["epoch", "range"]) refused.inc(0, { reason });
  for (const verdict of ["duplicate", "ahead"]) chain.inc(0, { verdict });
  for (const moved of ["yes", "no"]) swept.inc(0, { moved });
  const means = createRunningMeans(() => replica.state.founded?.metric ?? "spherical");
  for (const name of ["distance", "inertia", "margin", "silhouette"] as const)
    metrics.gauge(clusterMetrics[name], () => means.now[name]);
  return {
    turned,
    chain(verdict, { origin, source, previous }) {
      if (verdict === "start") starts.inc(1, SERVICE);
      if (verdict === "start" && previous < 0) logger.debug("the chain starts", { origin, source });
      else if (verdict === "start")
        logger.warn(`the chain of origin ${origin} starts at ${source}: what was before it is not read`, { previous });
      if (verdict === "duplicate" || verdict === "ahead") chain.inc(1, { verdict });
      if (verdict === "ahead")
        warning("ahead", "embeddings are missing before the one in hand: see eddy_cluster_chain_skips_total");
    },
    gap: createGapAlarm("cluster-worker", metrics, logger),
    startedAnew(message) {
      anew.inc(1, SERVICE);
      logger.warn(message);
    },
    counted(documents) {
      counter.counted.inc(documents);
      records.inc(documents, { ...SERVICE, outcome: "ok" });
      batch.observe(documents, SERVICE);
      model.counted(documents);
    },
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
    stale: (points) => stale.set(points),
    phase: createPhaseMeter(SERVICE.service, metrics),
    quality: means.add,
    snapshot: model.snapshot,
  };
}
