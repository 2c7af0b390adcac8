/** Metrics of others that the dashboards show. A test holds them against what prom-client and the embedded store answer. */
export const node = {
  cpu: "process_cpu_seconds_total",
  resident: "process_resident_memory_bytes",
  started: "process_start_time_seconds",
  openFiles: "process_open_fds",
  heapUsed: "nodejs_heap_size_used_bytes",
  external: "nodejs_external_memory_bytes",
  loopLag: "nodejs_eventloop_lag_p99_seconds",
  collection: "nodejs_gc_duration_seconds",
} as const;

/** Qdrant's own, as 1.1x names them; the embedded store answers the same. */
export const qdrant = {
  points: "collection_points",
  vectors: "collection_vectors",
  responses: "rest_responses_total",
  duration: "rest_responses_duration_seconds",
  resident: "memory_resident_bytes",
} as const;
