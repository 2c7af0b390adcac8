import { defineMetric, SIZE_BUCKETS } from "@eddy/runtime/metric";
import type { Metrics } from "@eddy/runtime/metrics";
import { createPhaseMeter } from "@eddy/runtime/phase-metrics";
import type { EmbedderInfo } from "./port.ts";

export const embedderMetrics = {
  info: defineMetric({
    type: "gauge",
    name: "eddy_embedder_info",
    help: "1; the model, and the device that was asked for beside the one that is really used.",
    labels: ["model", "revision", "dtype", "asked", "device"],
  }),
  texts: defineMetric({
    type: "counter",
    name: "eddy_embedded_texts_total",
    help: "Texts embedded, queries included.",
  }),
  truncated: defineMetric({
    type: "counter",
    name: "eddy_embedded_texts_truncated_total",
    help: "Texts that were longer than what the model read of them.",
  }),
  tokens: defineMetric({
    type: "counter",
    name: "eddy_embedder_tokens_total",
    help: "Tokens that went through the model: read ones, and the padding beside them.",
    labels: ["kind"],
  }),
  budget: defineMetric({
    type: "gauge",
    name: "eddy_embedder_batch_budget_tokens",
    help: "Most tokens of a batch, padding included; 0: the embedder has no such limit.",
  }),
  lanes: defineMetric({
    type: "gauge",
    name: "eddy_embedder_lanes",
    help: "Batches that run at the same time: sessions of the model. Seconds of the phase infer are theirs together.",
  }),
  batch: defineMetric({
    type: "histogram",
    name: "eddy_embedder_batch_texts",
    help: "Texts of a batch that went through the model together.",
    buckets: SIZE_BUCKETS,
  }),
} as const;

/** What an embedder tells of its batches. */
export interface EmbedderObserver {
  tokenised(texts: number, truncated: number, seconds: number): void;
  inferred(batch: InferredBatch): void;
}

export interface InferredBatch {
  readonly rows: number;
  /** Tokens read. */
  readonly tokens: number;
  /** rows × the longest: with padding. */
  readonly padded: number;
  /** Seconds until its turn came. */
  readonly queue: number;
  /** Seconds that the model ran. */
  readonly infer: number;
}

export const silentEmbedderObserver: EmbedderObserver = { tokenised() {}, inferred() {} };

export function createEmbedderObserver(metrics: Metrics): EmbedderObserver {
  const texts = metrics.counter(embedderMetrics.texts);
  const truncatedTexts = metrics.counter(embedderMetrics.truncated);
  const tokens = metrics.counter(embedderMetrics.tokens);
  const batches = metrics.histogram(embedderMetrics.batch);
  const phase = createPhaseMeter("embedder", metrics);
  return {
    tokenised(count, truncated, seconds) {
      texts.inc(count);
      truncatedTexts.inc(truncated);
      phase("tokenise", seconds);
    },
    inferred(batch) {
      batches.observe(batch.rows);
      tokens.inc(batch.tokens, { kind: "read" });
      tokens.inc(batch.padded - batch.tokens, { kind: "padding" });
      phase("queue", batch.queue);
      phase("infer", batch.infer);
    },
  };
}

/** Says once what embeds here (G9). */
export function meterEmbedder(metrics: Metrics, info: EmbedderInfo, asked: string): void {
  const { model, revision, dtype, device } = info;
  metrics.gauge(embedderMetrics.info).set(1, { model, revision, dtype, asked, device });
  metrics.gauge(embedderMetrics.budget).set(info.batchMaxTokens ?? 0);
  metrics.gauge(embedderMetrics.lanes).set(info.lanes ?? 1);
}
