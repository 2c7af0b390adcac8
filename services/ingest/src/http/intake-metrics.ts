import { rejectCodes } from "@eddy/contracts/errors";
import { defineMetric } from "@eddy/runtime/metric";
import type { Metrics } from "@eddy/runtime/metrics";

export const intakeMetrics = {
  accepted: defineMetric({
    type: "counter",
    name: "eddy_intake_documents_total",
    help: "Documents (deletions included) that came by HTTP and are durable in `documents`.",
  }),
  rejected: defineMetric({
    type: "counter",
    name: "eddy_intake_rejects_total",
    help: "Documents refused by HTTP, by reason; they are told to the sender and not dead-lettered.",
    labels: ["reason"],
  }),
} as const;

export interface IntakeObserver {
  accepted(documents: number): void;
  rejected(reason: string): void;
}

export const silentIntake: IntakeObserver = { accepted() {}, rejected() {} };

export function createIntakeObserver(metrics: Metrics): IntakeObserver {
  const accepted = metrics.counter(intakeMetrics.accepted);
  const rejected = metrics.counter(intakeMetrics.rejected);
  // A series must be there at 0: Prometheus sees no increase in one that begins at 1.
  for (const reason of Object.keys(rejectCodes)) rejected.inc(0, { reason });
  return { accepted: (documents) => accepted.inc(documents), rejected: (reason) => rejected.inc(1, { reason }) };
}
