import { eddy as m } from "../metrics.ts";
import { createPromQl, panelScope } from "../promql.ts";
import { mustBeZero, mustBeZeroOn } from "../rules/must-be-zero.ts";
import { slo } from "../slo.ts";
import { type DashboardSpec, stat, timeseries } from "../spec.ts";

const q = createPromQl(panelScope);
const hour = { range: "1h" } as const;
const inTime = (range?: string) => {
  const options = range === undefined ? {} : { range };
  return `${q.within(m.cluster.latency, slo.seconds, options)} / ${q.observations(m.cluster.latency, options)}`;
};

export const overview: DashboardSpec = {
  uid: "eddy-overview",
  title: "Eddy / Overview",
  description: "Is it well, how fast does it go, how soon does a document have its cluster?",
  rows: [
    {
      title: "Now",
      panels: [
        stat({
          title: "Clustered",
          description: "Documents counted by the model, edits and deletions included.",
          unit: "perSecond",
          queries: [{ expr: q.rate(m.cluster.counted), legend: "documents" }],
        }),
        stat({
          title: "Publish to point, p95",
          description: "From the record in `documents` to the durable point in the store.",
          unit: "seconds",
          limit: { value: slo.seconds, worse: "above" },
          queries: [{ expr: q.quantile(0.95, m.cluster.latency), legend: "p95" }],
        }),
        stat({
          title: `Within ${slo.seconds} s, last hour`,
          description: `The objective: ${slo.target * 100} % of the documents.`,
          unit: "ratio",
          limit: { value: slo.target, worse: "below" },
          queries: [{ expr: inTime(hour.range), legend: "in time" }],
        }),
        stat({
          title: "Waiting",
          description: "Records that some worker has still to read.",
          unit: "count",
          queries: [{ expr: q.gauge("sum", m.lag.records), legend: "records" }],
        }),
        stat({
          title: "Clusters",
          description: "Living clusters.",
          unit: "count",
          queries: [{ expr: q.gauge("max", m.model.clusters), legend: "clusters" }],
        }),
        stat({
          title: "Alerts",
          description: "Alerts of Eddy that fire now; each names its runbook.",
          unit: "count",
          limit: { value: 1, worse: "above" },
          queries: [{ expr: 'sum(ALERTS{alertname=~"Eddy.*",alertstate="firing"}) or vector(0)', legend: "firing" }],
        }),
      ],
    },
    {
      title: "Flow",
      panels: [
        timeseries({
          title: "Throughput by stage",
          description:
            "Records that came through each worker. Where a line is lower than the one before it for long, that worker is the bottleneck.",
          unit: "perSecond",
          queries: [
            { expr: q.rate(m.worker.records, { by: ["service"], where: { outcome: "ok" } }), legend: "{{service}}" },
          ],
        }),
        timeseries({
          title: "Publish to point",
          description: "Age of a document when its point is durable.",
          unit: "seconds",
          queries: [0.5, 0.95, 0.99].map((at) => ({
            expr: q.quantile(at, m.cluster.latency),
            legend: `p${at * 100}`,
          })),
        }),
        timeseries({
          title: "Waiting by worker",
          description: "Records before each consumer group.",
          unit: "count",
          stacked: true,
          queries: [{ expr: q.gauge("sum", m.lag.records, { by: ["group"] }), legend: "{{group}}" }],
        }),
        timeseries({
          title: `Documents within ${slo.seconds} s`,
          description: `The objective is ${slo.target * 100} % (slo.ts).`,
          unit: "ratio",
          max: 1,
          queries: [{ expr: inTime(), legend: "in time" }],
        }),
        timeseries({
          title: "Refused",
          description:
            "Records sent to the dead-letter topics, and documents refused by HTTP, by reason. `eddy dlq list` shows the former.",
          unit: "perSecond",
          queries: [
            { expr: q.rate(m.worker.rejects, { by: ["reason"] }), legend: "dead letter: {{reason}}" },
            { expr: q.rate(m.intake.rejected, { by: ["reason"] }), legend: "HTTP: {{reason}}" },
          ],
        }),
        timeseries({
          title: "Must be zero",
          description: mustBeZero.map(({ name, why }) => `${name}: ${why}.`).join(" "),
          unit: "count",
          min: 0,
          queries: [...mustBeZeroOn(panelScope).map(({ name, expr }) => ({ expr, legend: name }))],
        }),
      ],
    },
    {
      title: "Cost",
      panels: [
        stat({
          title: "A million documents",
          description: "At the present pace, from EDDY_COST_PER_HOUR of all processes.",
          unit: "money",
          width: 8,
          queries: [
            {
              expr: `${q.gauge("sum", m.process.cost)} / ${q.rate(m.cluster.counted)} / 3600 * 1e6`,
              legend: "cost",
            },
          ],
        }),
        stat({
          title: "An hour",
          description: "Sum of EDDY_COST_PER_HOUR.",
          unit: "money",
          width: 8,
          queries: [{ expr: q.gauge("sum", m.process.cost), legend: "cost" }],
        }),
        stat({
          title: "Documents in the model",
          description: "Living documents.",
          unit: "count",
          width: 8,
          queries: [{ expr: q.gauge("max", m.model.documents), legend: "documents" }],
        }),
      ],
    },
  ],
};
