import { defineMetric } from "@eddy/runtime/metric";
import type { Metrics } from "@eddy/runtime/metrics";

export const cacheMetrics = {
  texts: defineMetric({
    type: "counter",
    name: "eddy_embedding_cache_texts_total",
    help: "Texts looked up in the cache of embeddings: hit, or miss (which the model then embeds).",
    labels: ["outcome"],
  }),
  bytes: defineMetric({
    type: "gauge",
    name: "eddy_embedding_cache_bytes",
    help: "Embeddings held in the cache, in pages of its file; at most EDDY_EMBED_CACHE_BYTES.",
  }),
  failures: defineMetric({
    type: "counter",
    name: "eddy_embedding_cache_failures_total",
    help: "Writes to the cache of embeddings that failed: it is of no use, and does no harm.",
  }),
} as const;

/** What the cache tells. */
export interface CacheObserver {
  looked(hits: number, misses: number): void;
  held(bytes: number): void;
  failed(error: unknown): void;
}

export function createCacheObserver(metrics: Metrics): CacheObserver {
  const texts = metrics.counter(cacheMetrics.texts);
  const bytes = metrics.gauge(cacheMetrics.bytes);
  const failures = metrics.counter(cacheMetrics.failures);
  return {
    looked(hits, misses) {
      texts.inc(hits, { outcome: "hit" });
      texts.inc(misses, { outcome: "miss" });
    },
    held: (held) => bytes.set(held),
    failed: () => failures.inc(1),
  };
}
