import { type CentreMatrix, centreMatrix } from "@eddy/clustering/centres";
import { centroidShift } from "@eddy/clustering/centroid-shift";
import { livingClusters } from "@eddy/clustering/state";
import { clusterName } from "@eddy/contracts/collection";
import type { Replica } from "@eddy/model/replica";
import { topN } from "@eddy/runtime/bounded-labels";
import { defineMetric } from "@eddy/runtime/metric";
import type { Metrics } from "@eddy/runtime/metrics";
import type { Changes } from "./changes.ts";

export const modelMetrics = {
  version: defineMetric({
    type: "gauge",
    name: "eddy_model_version",
    help: "Offset in the model log of the model in hand.",
  }),
  epoch: defineMetric({ type: "gauge", name: "eddy_model_epoch", help: "Structure epoch of the model in hand." }),
  changed: defineMetric({
    type: "gauge",
    name: "eddy_model_change_timestamp_seconds",
    help: "Time of the last change of structure that this process folded, by kind (seeded, refitted).",
    labels: ["kind"],
  }),
  refused: defineMetric({
    type: "gauge",
    name: "eddy_model_events_refused",
    help: "Events of the model log, from its beginning, that the fold did not take, by reason. invalid: someone writes what no worker would.",
    labels: ["reason"],
  }),
  skipped: defineMetric({
    type: "gauge",
    name: "eddy_model_skipped_offsets",
    help: "Offsets of texts that a person gave up with `eddy repair --skip`: at most so many documents are not in the model.",
  }),
  clusters: defineMetric({ type: "gauge", name: "eddy_clusters", help: "Living clusters." }),
  documents: defineMetric({
    type: "gauge",
    name: "eddy_model_documents",
    help: "Living documents that the model counts.",
  }),
  share: defineMetric({
    type: "gauge",
    name: "eddy_cluster_share_ratio",
    help: "Share of the documents counted in the ten largest clusters, and in all others.",
    labels: ["cluster"],
  }),
  shift: defineMetric({
    type: "gauge",
    name: "eddy_centroid_shift_mean",
    help: "Mean distance of the centres from where they were some 1,000 documents (of this process) before.",
  }),
  snapshotVersion: defineMetric({
    type: "gauge",
    name: "eddy_snapshot_version",
    help: "Version of the newest snapshot that this process found or wrote; -1: none. The owner of partition 0 writes them, so the greatest one counts.",
  }),
  snapshotAt: defineMetric({
    type: "gauge",
    name: "eddy_snapshot_timestamp_seconds",
    help: "When this process last wrote a snapshot; 0: not yet.",
  }),
  snapshotEvery: defineMetric({
    type: "gauge",
    name: "eddy_snapshot_interval_events",
    help: "EDDY_SNAPSHOT_EVERY: events between two snapshots.",
  }),
} as const;

const REFUSALS = ["invalid", "epoch", "range", "late"] as const;
const TOP = 10;
const SHIFT_EVERY = 1_000;

export interface ModelMeter {
  /** Documents were counted by this process. */
  counted(documents: number): void;
  /** The newest snapshot; `atMs`: it was written just now. */
  snapshot(version: number, atMs?: number): void;
}

/** Meters the model in hand; read at each scrape. */
export function meterModel(
  replica: Replica,
  changes: Pick<Changes, "last">,
  snapshotEvery: number,
  metrics: Metrics,
): ModelMeter {
  const living = () => livingClusters(replica.state);
  let shift = 0;
  let before: CentreMatrix | undefined;
  let counted = 0;
  let snapshot = -1;
  const snapshotAt = metrics.gauge(modelMetrics.snapshotAt);
  metrics.gauge(modelMetrics.version, () => replica.state.version);
  metrics.gauge(modelMetrics.changed, () => [...changes.last].map(([kind, atMs]) => [atMs / 1000, { kind }] as const));
  metrics.gauge(modelMetrics.refused, () =>
    REFUSALS.map((reason) => [replica.state.refused.get(reason) ?? 0, { reason }] as const),
  );
  metrics.gauge(modelMetrics.epoch, () => replica.state.epoch);
  metrics.gauge(modelMetrics.skipped, () => sum([...replica.state.partitions.values()].map(({ skipped }) => skipped)));
  metrics.gauge(modelMetrics.clusters, () => living().length);
  metrics.gauge(modelMetrics.documents, () => sum(living().map(({ count }) => count)));
  metrics.gauge(modelMetrics.share, () => {
    const counts = living().map(({ id, count }) => [clusterName(id), count] as const);
    const total = sum(counts.map(([, count]) => count));
    return total === 0 ? [] : topN(counts, TOP).map(([cluster, count]) => [count / total, { cluster }] as const);
  });
  metrics.gauge(modelMetrics.shift, () => shift);
  metrics.gauge(modelMetrics.snapshotVersion, () => snapshot);
  metrics.gauge(modelMetrics.snapshotEvery).set(snapshotEvery);

  return {
    counted(added) {
      counted += added;
      if (before && counted < SHIFT_EVERY) return;
      const now = centreMatrix(replica.state);
      const moved = before && replica.state.founded ? centroidShift(replica.state.founded.metric, before, now) : 0;
      if (Number.isFinite(moved)) shift = moved;
      before = now;
      counted = 0;
    },
    snapshot(version, atMs) {
      snapshot = version;
      if (atMs !== undefined) snapshotAt.set(atMs / 1000);
    },
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
