import { eddy } from "../metrics.ts";
import { createPromQl, ruleScope } from "../promql.ts";
import { slo } from "../slo.ts";
import { mustBeZeroExpression } from "./must-be-zero.ts";
import { recorded } from "./recording.ts";
import type { AlertRule } from "./rule.ts";

const q = createPromQl(ruleScope);
const m = eddy;
const budget = 1 - slo.target;

/** Share of documents that no longer come in time, over the range. */
const missed = (range: string) => `(1 - ${recorded.within(range)})`;
const came = q.rate(m.intake.accepted);
const passed = q.rate(m.worker.records, { where: { service: "ingest", outcome: "ok" } });
const lag = q.gauge("sum", m.lag.records);
const age = q.gauge("max", m.lag.seconds, { by: ["group", "topic"] });

export const alertRules: readonly AlertRule[] = [
  {
    alert: "EddyDown",
    expr: 'up{job=~"eddy.*"} == 0',
    for: "2m",
    severity: "critical",
    summary: "{{ $labels.instance }} does not answer",
    description: "Prometheus could not read /metrics for two minutes: the process is gone, hangs, or the network does.",
    runbook: "down",
    dashboard: "eddy-runtime",
  },
  {
    alert: "EddyStalled",
    // `unless`, not `== 0`: where all workers of a kind are gone, so are their series.
    expr: `((${lag} > 0) or (${came} > 0) or (${passed} > 0)) unless (${q.rate(m.cluster.counted)} > 0)`,
    for: "5m",
    severity: "critical",
    summary: "documents wait and none is clustered",
    description: "For five minutes records came or waited in the topics while the model counted no document.",
    runbook: "stalled",
    dashboard: "eddy-pipeline",
  },
  {
    alert: "EddyLagGrowing",
    expr: `(sum by (job, group, topic) (deriv(${m.lag.records.name}[15m])) > 0) and (${age} > 60)`,
    for: "15m",
    severity: "warning",
    summary: "{{ $labels.group }} falls behind on {{ $labels.topic }}",
    description:
      "What waits has grown for 15 minutes and the oldest record is over a minute old: more comes than is done.",
    runbook: "lag-growing",
    dashboard: "eddy-log-and-store",
  },
  {
    alert: "EddyDocumentAge",
    expr: `${age} > 300`,
    for: "5m",
    severity: "warning",
    summary: "the oldest record before {{ $labels.group }} is {{ $value | humanizeDuration }} old",
    description: "A document that is published now will be found in its cluster only so much later.",
    runbook: "document-age",
    dashboard: "eddy-overview",
  },
  {
    alert: "EddyLatencyBudget",
    expr: `(${missed("5m")} > ${burn()}) and (${missed("1h")} > ${burn()})`,
    for: "2m",
    severity: "critical",
    summary: `{{ $value | humanizePercentage }} of the documents take longer than ${slo.seconds} s`,
    description: `At this pace the month's budget of late documents (${percent(budget)}) is gone in two days: ${slo.fastBurn} times too many.`,
    runbook: "latency-budget",
    dashboard: "eddy-overview",
  },
  {
    alert: "EddyGpuNotUsed",
    expr: `${m.embedder.info.name}{asked!~"auto|cpu",device="cpu"} == 1`,
    for: "1m",
    severity: "critical",
    summary: "{{ $labels.instance }} was asked for {{ $labels.asked }} and embeds on the CPU",
    description:
      "Eddy stops where a device that was asked for is not there, so this is a fault of Eddy or of its runtime.",
    runbook: "gpu-not-used",
    dashboard: "eddy-pipeline",
  },
  {
    alert: "EddyDeadLetters",
    expr: `${recorded.rejected} > 0.05`,
    for: "10m",
    severity: "warning",
    summary: "{{ $value | humanizePercentage }} of what is published is refused",
    description: "More than 5 % of the records of `documents` have gone to the dead letters for ten minutes.",
    runbook: "dead-letters",
    dashboard: "eddy-pipeline",
  },
  {
    alert: "EddyMustBeZero",
    expr: `(${mustBeZeroExpression}) > 0`,
    for: "0m",
    severity: "critical",
    summary: "{{ $labels.what }}: {{ $value }}",
    description:
      "Something happened that never does in a healthy pipeline. The list is in packages/dashboards/src/rules/must-be-zero.ts.",
    runbook: "must-be-zero",
    dashboard: "eddy-overview",
  },
  {
    alert: "EddyChainGap",
    expr: `${q.gauge("sum", m.gap.gaps, { by: ["service"] })} > 0`,
    for: "1m",
    severity: "critical",
    summary: "records before {{ $labels.service }} are missing, and what follows them waits",
    description: "A gap in the chain has stood for over a minute. Nothing is lost by waiting, and nothing goes on.",
    runbook: "chain-gap",
    dashboard: "eddy-pipeline",
  },
  {
    alert: "EddyQualityDrop",
    expr: `(${recorded.silhouette} < 0.8 * avg_over_time(${recorded.silhouette}[1d] offset 1h)) and (${recorded.counted} > 0)`,
    for: "30m",
    severity: "warning",
    summary: "the clusters have become less distinct: simplified silhouette {{ $value | humanize }}",
    description:
      "For half an hour the simplified silhouette has been a fifth or more under its mean of the day before.",
    runbook: "quality-drop",
    dashboard: "eddy-clusters",
  },
  {
    alert: "EddySnapshotOld",
    expr: `(${q.gauge("max", m.model.version)} - ${q.gauge("max", m.model.snapshotVersion)}) > 3 * ${q.gauge("max", m.model.snapshotEvery)}`,
    for: "10m",
    severity: "warning",
    summary: "{{ $value }} events of the model log are in no snapshot",
    description: "A new process must fold all of them before it works, and the model log can't be cut meanwhile.",
    runbook: "snapshot-old",
    dashboard: "eddy-clusters",
  },
];

function burn(): string {
  return `${Number((slo.fastBurn * budget).toFixed(4))}`;
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(2))} %`;
}
