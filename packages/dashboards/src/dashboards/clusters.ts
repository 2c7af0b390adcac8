import { eddy as m } from "../metrics.ts";
import { createPromQl, panelScope } from "../promql.ts";
import { type DashboardSpec, timeseries } from "../spec.ts";

const q = createPromQl(panelScope);

export const clusters: DashboardSpec = {
  uid: "eddy-clusters",
  title: "Eddy / Clusters and quality",
  description:
    "How many clusters, how large, how distinct, how fast they move; the model and its log. Seedings are marked.",
  rows: [
    {
      title: "Clusters",
      panels: [
        timeseries({
          title: "Clusters",
          description: "Living ones, and the structure epoch: it rises with each seeding.",
          unit: "count",
          queries: [
            { expr: q.gauge("max", m.model.clusters), legend: "clusters" },
            { expr: q.gauge("max", m.model.epoch), legend: "epoch" },
          ],
        }),
        timeseries({
          title: "Share of the largest",
          description: "Of the documents; the ten largest clusters and all others.",
          unit: "ratio",
          stacked: true,
          max: 1,
          queries: [{ expr: q.gauge("max", m.model.share, { by: ["cluster"] }), legend: "{{cluster}}" }],
        }),
        timeseries({
          title: "Documents in the model",
          description: "Living ones.",
          unit: "count",
          queries: [{ expr: q.gauge("max", m.model.documents), legend: "documents" }],
        }),
        timeseries({
          title: "Documents counted",
          description: "By the model; points made durable, and written again after a crash.",
          unit: "perSecond",
          queries: [
            { expr: q.rate(m.cluster.counted), legend: "counted" },
            { expr: q.rate(m.cluster.written), legend: "points" },
            { expr: q.rate(m.cluster.rewritten), legend: "written again" },
          ],
        }),
      ],
    },
    {
      title: "Quality (running means over about 1,000 documents)",
      panels: [
        timeseries({
          title: "Simplified silhouette",
          description:
            "margin / distance to the second nearest centre: 1 = far from all others, 0 = between two. A fall says that documents no longer fit.",
          unit: "ratio",
          min: 0,
          queries: [{ expr: q.gauge("avg", m.cluster.silhouette), legend: "silhouette" }],
        }),
        timeseries({
          title: "Inertia, distance, margin",
          description: "Squared distance to the own centre, distance to it, and how much farther the next one is.",
          unit: "distance",
          min: 0,
          queries: [
            { expr: q.gauge("avg", m.cluster.inertia), legend: "inertia" },
            { expr: q.gauge("avg", m.cluster.distance), legend: "distance" },
            { expr: q.gauge("avg", m.cluster.margin), legend: "margin" },
          ],
        }),
        timeseries({
          title: "Centroid shift",
          description: "Mean way of the centres in 1,000 documents. It falls as a model settles; a rise is drift.",
          unit: "distance",
          min: 0,
          queries: [{ expr: q.gauge("avg", m.model.shift), legend: "shift" }],
        }),
        timeseries({
          title: "Stale assignments and the sweep",
          description: "After a change of structure every point is assigned anew: what is left, and the pace.",
          unit: "count",
          min: 0,
          queries: [
            { expr: q.gauge("sum", m.cluster.stale), legend: "left" },
            { expr: q.rate(m.cluster.swept, { by: ["moved"] }), legend: "swept a second, moved: {{moved}}" },
          ],
        }),
      ],
    },
    {
      title: "The model and its log",
      panels: [
        timeseries({
          title: "Events of the model log",
          description: "A second: batches of the fleet and changes of structure.",
          unit: "perSecond",
          queries: [{ expr: `max(deriv(${q.select(m.model.version.name)}[5m]))`, legend: "events" }],
        }),
        timeseries({
          title: "Refused events",
          description:
            "Deltas that this fleet's workers had refused, by reason, and all that the fold ever refused. epoch and range are everyday things, invalid is not.",
          unit: "count",
          min: 0,
          queries: [
            { expr: q.increase(m.cluster.refused, { by: ["reason"] }), legend: "deltas: {{reason}}" },
            { expr: q.gauge("max", m.model.refused, { by: ["reason"] }), legend: "ever: {{reason}}" },
          ],
        }),
        timeseries({
          title: "Events in no snapshot",
          description: "What a new process folds before it works; EDDY_SNAPSHOT_EVERY beside it.",
          unit: "count",
          min: 0,
          queries: [
            {
              expr: `${q.gauge("max", m.model.version)} - ${q.gauge("max", m.model.snapshotVersion)}`,
              legend: "events",
            },
            { expr: q.gauge("max", m.model.snapshotEvery), legend: "interval" },
          ],
        }),
        timeseries({
          title: "Age of the newest snapshot",
          description: "Since this fleet's processes wrote one. Without new documents none is due.",
          unit: "seconds",
          min: 0,
          queries: [{ expr: `time() - (${q.gauge("max", m.model.snapshotAt)} > 0)`, legend: "age" }],
        }),
      ],
    },
  ],
};
