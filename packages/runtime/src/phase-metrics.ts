import { DURATION_BUCKETS, defineMetric } from "./metric.ts";
import type { Metrics } from "./metrics.ts";

/** Where the time of a worker goes. A batch, a window of texts or a call of the store is one observation, never a document. */
export const phaseMetrics = {
  phase: defineMetric({
    type: "histogram",
    name: "eddy_phase_seconds",
    help: "Time of a batch in each phase of its worker: fetch (waiting for records included), decode, tokenise, queue (for the model's session), infer, stage, assign, lookup, append, upsert, emit, commit; refit: the young model is seeded again, and its partition 0 waits.",
    labels: ["service", "phase"],
    buckets: [0.0005, 0.001, ...DURATION_BUCKETS, 30],
  }),
} as const;

export type Phase =
  | "fetch"
  | "decode"
  | "tokenise"
  | "queue"
  | "infer"
  | "stage"
  | "assign"
  | "lookup"
  | "append"
  | "upsert"
  | "emit"
  | "commit"
  | "refit";

export type PhaseMeter = (phase: Phase, seconds: number) => void;

export function createPhaseMeter(service: string, metrics: Metrics): PhaseMeter {
  const histogram = metrics.histogram(phaseMetrics.phase);
  return (phase, seconds) => histogram.observe(seconds, { service, phase });
}

/** Runs the work and meters it, whether it fails or not. */
export async function inPhase<T>(meter: PhaseMeter, phase: Phase, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    meter(phase, (performance.now() - start) / 1000);
  }
}
