import { eddy as m } from "../metrics.ts";
import { createPromQl, panelScope } from "../promql.ts";
import { type DashboardSpec, table, timeseries } from "../spec.ts";

const q = createPromQl(panelScope);

const phasesOf = (service: string, title: string, description: string) =>
  timeseries({
    title,
    description,
    unit: "ratio",
    stacked: true,
    min: 0,
    queries: [{ expr: q.observed(m.phase, { by: ["phase"], where: { service } }), legend: "{{phase}}" }],
  });

const each = createPromQl({ ...panelScope, by: [...panelScope.by, "instance"] });
const embedderSeconds = (phase: string) => each.observed(m.phase, { where: { service: "embedder", phase } });
const busy = `${embedderSeconds("infer")} / ${each.gauge("max", m.embedder.lanes)}`;
const perBatch = `${q.rate(m.embedder.tokens)} / ${q.observations(m.embedder.batch)}`;

export const pipeline: DashboardSpec = {
  uid: "eddy-pipeline",
  title: "Eddy / Pipeline by stage",
  description:
    "Where the time of each worker goes, what it does with its records, and how well the model's batches are filled.",
  rows: [
    {
      title: "Intake",
      panels: [
        timeseries({
          title: "Documents by HTTP",
          description: "Accepted are durable in `documents`; refused are told to the sender.",
          unit: "perSecond",
          queries: [
            { expr: q.rate(m.intake.accepted), legend: "accepted" },
            { expr: q.rate(m.intake.rejected), legend: "refused" },
          ],
        }),
        timeseries({
          title: "HTTP answers",
          description: "By status. 429: the pipeline is catching up, and senders should wait as Retry-After says.",
          unit: "perSecond",
          queries: [{ expr: q.observations(m.http.requests, { by: ["status"] }), legend: "{{status}}" }],
        }),
        timeseries({
          title: "Callers refused",
          description:
            "By reason: no API key, an unknown one, one that may not do this (scope), too many requests, a foreign page.",
          unit: "perSecond",
          queries: [{ expr: q.rate(m.access.refusals, { by: ["reason"] }), legend: "{{reason}}" }],
        }),
        timeseries({
          title: "HTTP time, p95",
          description: "By route. A stream of documents takes as long as its sender.",
          unit: "seconds",
          queries: [{ expr: q.quantile(0.95, m.http.requests, { by: ["route"] }), legend: "{{route}}" }],
        }),
        timeseries({
          title: "Back-pressure",
          description: "1: the worker waits because the reader of its output is too far behind (EDDY_LAG_LIMIT).",
          unit: "count",
          min: 0,
          queries: [{ expr: q.gauge("max", m.worker.paused, { by: ["service"] }), legend: "{{service}}" }],
        }),
      ],
    },
    {
      title: "Workers",
      panels: [
        timeseries({
          title: "Records by outcome",
          description: "ok: emitted; deadLetter: refused; drop: nothing to emit.",
          unit: "perSecond",
          queries: [
            { expr: q.rate(m.worker.records, { by: ["service", "outcome"] }), legend: "{{service}} {{outcome}}" },
          ],
        }),
        timeseries({
          title: "Records a batch",
          description: "Small batches under load mean that the worker waits for its input.",
          unit: "count",
          queries: [
            {
              expr: `${q.observed(m.worker.batch, { by: ["service"] })} / ${q.observations(m.worker.batch, { by: ["service"] })}`,
              legend: "{{service}}",
            },
          ],
        }),
        phasesOf(
          "ingest",
          "Time of ingest",
          "Seconds a second, over all processes. fetch is the wait for records: idle time.",
        ),
        phasesOf("embed-worker", "Time of embed-worker", "stage is tokenising and the model; fetch is idle time."),
        phasesOf(
          "cluster-worker",
          "Time of cluster-worker",
          "append: the Delta into the model log and back; upsert: the points; lookup: old shares of edited documents; refit: the young model is seeded again, and partition 0 waits; fetch: idle.",
        ),
        timeseries({
          title: "Slowest phases, p95",
          description: "Of a batch. A slow append or commit is the log's, a slow upsert or lookup the store's.",
          unit: "seconds",
          queries: [
            {
              expr: q.quantile(0.95, m.phase, { by: ["service", "phase"], where: { phase: '!="fetch"' } }),
              legend: "{{service}} {{phase}}",
            },
          ],
        }),
      ],
    },
    {
      title: "Embedding model",
      panels: [
        table({
          title: "What embeds",
          description: "The device asked for and the one really used.",
          unit: "count",
          queries: [
            {
              expr: q.gauge("max", m.embedder.info, { by: ["model", "dtype", "asked", "device", "revision"] }),
              legend: "{{model}} {{dtype}} on {{device}} (asked: {{asked}})",
            },
          ],
        }),
        timeseries({
          title: "Texts",
          description: "Embedded, queries included; truncated ones were longer than the model reads.",
          unit: "perSecond",
          queries: [
            { expr: q.rate(m.embedder.texts), legend: "embedded" },
            { expr: q.rate(m.embedder.truncated), legend: "truncated" },
          ],
        }),
        timeseries({
          title: "Tokens",
          description: "Read ones, and the padding beside them, which costs as much.",
          unit: "perSecond",
          stacked: true,
          queries: [{ expr: q.rate(m.embedder.tokens, { by: ["kind"] }), legend: "{{kind}}" }],
        }),
        timeseries({
          title: "Fill of a batch",
          description:
            "Mean texts, and mean tokens against the budget where there is one. A batch of one text alone was not waited for.",
          unit: "count",
          queries: [
            { expr: `${q.observed(m.embedder.batch)} / ${q.observations(m.embedder.batch)}`, legend: "texts" },
            { expr: perBatch, legend: "tokens, padding included" },
            { expr: q.gauge("max", m.embedder.budget), legend: "budget of tokens" },
          ],
        }),
        timeseries({
          title: "Busy",
          description:
            "Share of the time that the model's sessions run. Near 1: another process or a GPU helps. Idle with texts waiting is a starved GPU: the tokeniser near 1 holds it up, or batches are small (Fill of a batch).",
          unit: "ratio",
          min: 0,
          queries: [
            { expr: busy, legend: "inference, {{instance}}" },
            { expr: `1 - ${busy}`, legend: "idle, {{instance}}" },
            { expr: embedderSeconds("tokenise"), legend: "tokeniser, {{instance}}" },
          ],
        }),
        timeseries({
          title: "Cache of embeddings",
          description:
            "Where EDDY_EMBED_CACHE_BYTES is set. Hits cost nothing; a failed write costs the saving alone. All misses in a backfill: the cache is too small for it.",
          unit: "perSecond",
          queries: [
            { expr: q.rate(m.embeddingCache.texts, { by: ["outcome"] }), legend: "{{outcome}}" },
            { expr: q.rate(m.embeddingCache.failures), legend: "failed writes" },
          ],
        }),
        timeseries({
          title: "Size of the cache of embeddings",
          description: "Of each process; those of one machine share a file.",
          unit: "bytes",
          queries: [{ expr: each.gauge("max", m.embeddingCache.bytes), legend: "{{instance}}" }],
        }),
        timeseries({
          title: "Wait and run of a batch, p95",
          description: "queue: until the model is free; infer: the run.",
          unit: "seconds",
          queries: [
            {
              expr: q.quantile(0.95, m.phase, { by: ["phase"], where: { service: "embedder" } }),
              legend: "{{phase}}",
            },
          ],
        }),
      ],
    },
    {
      title: "The chain",
      panels: [
        timeseries({
          title: "Passed over",
          description: "Duplicates and records that ran ahead, after a crash or a rebalance. They do no harm.",
          unit: "perSecond",
          queries: [
            { expr: q.rate(m.worker.chain, { by: ["service", "verdict"] }), legend: "{{service}} {{verdict}}" },
            { expr: q.rate(m.cluster.chain, { by: ["verdict"] }), legend: "cluster-worker {{verdict}}" },
          ],
        }),
        timeseries({
          title: "Gaps and starts",
          description:
            "A gap that stands is an alert. A chain starts once a partition, when it is new. Given up: offsets that a person skipped with eddy repair.",
          unit: "count",
          min: 0,
          queries: [
            { expr: q.gauge("sum", m.gap.gaps, { by: ["service"] }), legend: "gaps: {{service}}" },
            { expr: q.increase(m.worker.starts, { by: ["service"] }), legend: "starts: {{service}}" },
            { expr: q.increase(m.worker.anew, { by: ["service"] }), legend: "anew: {{service}}" },
            { expr: q.gauge("max", m.model.skipped), legend: "given up" },
          ],
        }),
        timeseries({
          title: "Tried again",
          description: "Calls of the log or the store, and the model, by code (docs/reference/errors.md).",
          unit: "perSecond",
          queries: [
            { expr: q.rate(m.worker.retries, { by: ["service", "code"] }), legend: "{{service}} {{code}}" },
            { expr: q.rate(m.cluster.retries), legend: "cluster-worker" },
          ],
        }),
        timeseries({
          title: "Records under suspicion",
          description:
            "Tried in small batches because a process died with them in hand; condemned ones are in the dead letters.",
          unit: "count",
          min: 0,
          queries: [
            {
              expr: q.increase(m.worker.suspected, { by: ["service", "condemned"] }),
              legend: "{{service}}, condemned: {{condemned}}",
            },
          ],
        }),
      ],
    },
  ],
};
