import { clusterMetrics } from "@eddy/cluster-worker/metrics";
import { modelMetrics } from "@eddy/cluster-worker/model-metrics";
import { cacheMetrics } from "@eddy/embedding/cache-metrics";
import { embedderMetrics } from "@eddy/embedding/embedder-metrics";
import { intakeMetrics } from "@eddy/ingest/http/intake-metrics";
import { accessMetrics } from "@eddy/runtime/access-metrics";
import { httpMetrics } from "@eddy/runtime/http-metrics";
import { phaseMetrics } from "@eddy/runtime/phase-metrics";
import { processMetrics } from "@eddy/runtime/process-metrics";
import { gapMetrics } from "@eddy/streams/gap-alarm";
import { lagMetrics } from "@eddy/streams/lag-watch";
import { workerMetrics } from "@eddy/streams/worker-metrics";

/** All metrics of Eddy, as the code defines them. */
export const eddy = {
  worker: workerMetrics,
  gap: gapMetrics,
  lag: lagMetrics,
  cluster: clusterMetrics,
  model: modelMetrics,
  embedder: embedderMetrics,
  embeddingCache: cacheMetrics,
  intake: intakeMetrics,
  http: httpMetrics,
  access: accessMetrics,
  phase: phaseMetrics.phase,
  process: processMetrics,
} as const;
