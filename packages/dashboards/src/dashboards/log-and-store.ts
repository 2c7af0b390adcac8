import { qdrant } from "../external-metrics.ts";
import { eddy as m } from "../metrics.ts";
import { createPromQl, panelScope } from "../promql.ts";
import { type DashboardSpec, timeseries } from "../spec.ts";

const q = createPromQl(panelScope);
/** Qdrant has a job of its own. */
const store = createPromQl({ ...panelScope, matchers: ['job=~"$qdrant"'] });

const callsOf = (phases: string, title: string, description: string) =>
  timeseries({
    title,
    description,
    unit: "seconds",
    queries: [
      {
        expr: q.quantile(0.95, m.phase, { by: ["service", "phase"], where: { phase: `=~"${phases}"` } }),
        legend: "{{service}} {{phase}}",
      },
    ],
  });

export const logAndStore: DashboardSpec = {
  uid: "eddy-log-and-store",
  title: "Eddy / Kafka and Qdrant",
  description:
    "The log and the store as Eddy meets them, and Qdrant's own figures. Brokers' own metrics are their exporter's.",
  rows: [
    {
      title: "The log (Kafka, or the embedded one)",
      panels: [
        timeseries({
          title: "Lag in records",
          description: "Not yet committed, by group and topic.",
          unit: "count",
          queries: [
            { expr: q.gauge("sum", m.lag.records, { by: ["group", "topic"] }), legend: "{{group}} on {{topic}}" },
          ],
        }),
        timeseries({
          title: "Lag in seconds",
          description: "Age of the oldest record not yet committed.",
          unit: "seconds",
          queries: [
            { expr: q.gauge("max", m.lag.seconds, { by: ["group", "topic"] }), legend: "{{group}} on {{topic}}" },
          ],
        }),
        callsOf(
          "append|commit|emit",
          "Append and commit, p95",
          "What the log takes to make a batch durable. In the cluster-worker append is the way to the model log and back.",
        ),
        timeseries({
          title: "Appends and commits",
          description: "A second.",
          unit: "perSecond",
          queries: [
            {
              expr: q.observations(m.phase, { by: ["service", "phase"], where: { phase: '=~"append|commit|emit"' } }),
              legend: "{{service}} {{phase}}",
            },
          ],
        }),
      ],
    },
    {
      title: "The store, as the cluster-workers meet it",
      panels: [
        callsOf("upsert|lookup", "Upsert and lookup, p95", "Of a batch, durable (wait=true)."),
        timeseries({
          title: "Points",
          description: "Made durable, and calls that were tried again.",
          unit: "perSecond",
          queries: [
            { expr: q.rate(m.cluster.written), legend: "points" },
            { expr: q.rate(m.cluster.retries), legend: "tried again" },
          ],
        }),
      ],
    },
    {
      title: "Qdrant's own (also the embedded store's)",
      panels: [
        timeseries({
          title: "Points and vectors",
          description: "By collection. Marks of deleted documents are points without a vector.",
          unit: "count",
          queries: [
            { expr: store.external("sum", qdrant.points, ["id"]), legend: "points of {{id}}" },
            { expr: store.external("sum", qdrant.vectors, ["collection"]), legend: "vectors of {{collection}}" },
          ],
        }),
        timeseries({
          title: "REST answers",
          description: "By status. Workers of `eddy up` call the embedded store in process: those calls are not here.",
          unit: "perSecond",
          queries: [{ expr: store.externalRate(qdrant.responses, { by: ["status"] }), legend: "{{status}}" }],
        }),
        timeseries({
          title: "REST time, p95",
          description: "By endpoint.",
          unit: "seconds",
          queries: [
            {
              expr: `histogram_quantile(0.95, ${store.externalRate(`${qdrant.duration}_bucket`, { by: ["le", "endpoint"] })})`,
              legend: "{{endpoint}}",
            },
          ],
        }),
        timeseries({
          title: "Memory",
          description: "Resident.",
          unit: "bytes",
          queries: [{ expr: store.external("sum", qdrant.resident, ["instance"]), legend: "{{instance}}" }],
        }),
      ],
    },
  ],
};
