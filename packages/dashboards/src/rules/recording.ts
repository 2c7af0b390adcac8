import { eddy } from "../metrics.ts";
import { createPromQl, ruleScope } from "../promql.ts";
import { slo } from "../slo.ts";
import type { RecordingRule } from "./rule.ts";

const q = createPromQl(ruleScope);
const m = eddy;

const record = {
  counted: "job:eddy_documents_counted:rate5m",
  within: (range: string) => `job:eddy_end_to_end_within_slo:ratio_rate${range}`,
  latency: "job:eddy_end_to_end_latency_seconds:p95_5m",
  rejected: "job:eddy_rejects:ratio_rate5m",
  cost: "job:eddy_cost_per_million_documents:5m",
  silhouette: "job:eddy_simplified_silhouette_ratio:avg",
} as const;

export { record as recorded };

const withinSlo = (range: string): RecordingRule => ({
  record: record.within(range),
  expr: `${q.within(m.cluster.latency, slo.seconds, { range })} / (${q.observations(m.cluster.latency, { range })} > 0)`,
});

export const recordingRules: readonly RecordingRule[] = [
  { record: record.counted, expr: q.rate(m.cluster.counted) },
  { record: record.latency, expr: q.quantile(0.95, m.cluster.latency) },
  withinSlo("5m"),
  withinSlo("1h"),
  {
    record: record.rejected,
    expr: `${q.rate(m.worker.rejects, { where: { service: "ingest" } })} / (${q.rate(m.worker.records, { where: { service: "ingest" } })} > 0)`,
  },
  { record: record.silhouette, expr: q.gauge("avg", m.cluster.silhouette) },
  {
    record: record.cost,
    expr: `${q.gauge("sum", m.process.cost)} / (${q.rate(m.cluster.counted)} > 0) / 3600 * 1e6`,
  },
];
