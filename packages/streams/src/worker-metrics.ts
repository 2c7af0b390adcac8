import { rejectCodes } from "@eddy/contracts/errors";
import { systemClock } from "@eddy/runtime/clock";
import type { Logger } from "@eddy/runtime/logger";
import { defineMetric, SIZE_BUCKETS } from "@eddy/runtime/metric";
import type { Metrics } from "@eddy/runtime/metrics";
import { createPhaseMeter } from "@eddy/runtime/phase-metrics";
import { createRepeatedWarning } from "@eddy/runtime/repeated-warning";
import { createGapAlarm } from "./gap-alarm.ts";
import type { WorkerObserver } from "./worker-observer.ts";

export const workerMetrics = {
  records: defineMetric({
    type: "counter",
    name: "eddy_records_total",
    help: "Records that a worker took, by what became of them.",
    labels: ["service", "outcome"],
  }),
  rejects: defineMetric({
    type: "counter",
    name: "eddy_rejects_total",
    help: "Records sent to the dead-letter topic, by reason.",
    labels: ["service", "reason"],
  }),
  chain: defineMetric({
    type: "counter",
    name: "eddy_chain_skips_total",
    help: "Records passed over by the chain: duplicates, and records of a replaced worker that ran ahead.",
    labels: ["service", "verdict"],
  }),
  starts: defineMetric({
    type: "counter",
    name: "eddy_chain_starts_total",
    help: "Chains that began at the first record met.",
    labels: ["service"],
  }),
  anew: defineMetric({
    type: "counter",
    name: "eddy_sessions_anew_total",
    help: "Sessions that began without the note of a commit though it was not the first start: offsets expired, or were set by a tool.",
    labels: ["service"],
  }),
  suspected: defineMetric({
    type: "counter",
    name: "eddy_suspected_records_total",
    help: "Records tried in small batches because a process died with them in hand; condemned: sent to the dead-letter topic.",
    labels: ["service", "condemned"],
  }),
  retries: defineMetric({
    type: "counter",
    name: "eddy_retries_total",
    help: "Failures that were tried again, by code.",
    labels: ["service", "code"],
  }),
  batch: defineMetric({
    type: "histogram",
    name: "eddy_batch_records",
    help: "Records of a batch that was emitted and committed.",
    labels: ["service"],
    buckets: SIZE_BUCKETS,
  }),
  paused: defineMetric({
    type: "gauge",
    name: "eddy_back_pressure_state",
    help: "1 while a worker waits for the reader of its output.",
    labels: ["service"],
  }),
} as const;

/** Meters and logs a worker's loop. */
export function createWorkerObserver(
  service: string,
  metrics: Metrics,
  logger: Logger,
  turned: () => void,
): WorkerObserver {
  const records = metrics.counter(workerMetrics.records);
  const rejects = metrics.counter(workerMetrics.rejects);
  const chain = metrics.counter(workerMetrics.chain);
  const starts = metrics.counter(workerMetrics.starts);
  const anew = metrics.counter(workerMetrics.anew);
  const suspected = metrics.counter(workerMetrics.suspected);
  const retries = metrics.counter(workerMetrics.retries);
  const batch = metrics.histogram(workerMetrics.batch);
  const paused = metrics.gauge(workerMetrics.paused);
  const warning = createRepeatedWarning(logger, systemClock);
  paused.set(0, { service });
  // A series must be there at 0: Prometheus sees no increase in one that begins at 1.
  for (const reason of Object.keys(rejectCodes)) rejects.inc(0, { service, reason });
  for (const outcome of ["ok", "drop", "deadLetter"]) records.inc(0, { service, outcome });
  for (const verdict of ["duplicate", "ahead"]) chain.inc(0, { service, verdict });
  for (const condemned of ["yes", "no"]) suspected.inc(0, { service, condemned });
  for (const counter of [starts, anew]) counter.inc(0, { service });
  return {
    turned,
    outcome(outcome) {
      records.inc(1, { service, outcome: outcome.kind });
      if (outcome.kind === "deadLetter") rejects.inc(1, { service, reason: outcome.reject.code });
    },
    chain(verdict, link) {
      if (verdict === "take") return;
      if (verdict === "start") {
        starts.inc(1, { service });
        const { origin, source, previous } = link;
        if (previous < 0) logger.debug("the chain starts", { origin, source });
        else
          logger.warn(`the chain of origin ${origin} starts at ${source}: what was before it is not read`, {
            previous,
          });
        return;
      }
      chain.inc(1, { service, verdict });
      if (verdict === "ahead")
        warning("ahead", `a record of origin ${link.origin} follows ${link.previous}, which has not come yet`);
    },
    gap: createGapAlarm(service, metrics, logger),
    startedAnew(message) {
      anew.inc(1, { service });
      logger.warn(message);
    },
    suspected(count, condemned) {
      suspected.inc(count, { service, condemned: condemned ? "yes" : "no" });
      if (condemned) logger.error("a record that kills the process goes to the dead letters");
      else warning("suspected", "a process died with what comes next in hand: it is tried in small batches");
    },
    retried({ error, delayMs }) {
      retries.inc(1, { service, code: error.code });
      warning(error.code, `${error.message}; trying again`, { delayMs: Math.round(delayMs) });
    },
    committed: (count) => batch.observe(count, { service }),
    phase: createPhaseMeter(service, metrics),
    paused(value) {
      paused.set(value ? 1 : 0, { service });
    },
  };
}
