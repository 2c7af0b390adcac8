import type { Logger } from "@eddy/runtime/logger";
import { defineMetric } from "@eddy/runtime/metric";
import type { Metrics } from "@eddy/runtime/metrics";
import type { GapReport } from "./gap-watch.ts";

export const gapMetrics = {
  gaps: defineMetric({
    type: "gauge",
    name: "eddy_chain_gaps",
    help: "Gaps in the chain that stand for a minute or more: records are missing, and what follows them waits. `eddy repair` closes them.",
    labels: ["service"],
  }),
} as const;

/** Says gaps aloud, and keeps the gauge that an alert watches. */
export function createGapAlarm(service: string, metrics: Metrics, logger: Logger): GapReport {
  const gauge = metrics.gauge(gapMetrics.gaps);
  const standing = new Set<string>();
  gauge.set(0, { service });
  return ({ topic, partition, origin, applied, previous }, change) => {
    const place = `${topic}/${partition}`;
    const key = `${place}:${origin}`;
    if (change === "open" || change === "standing") {
      standing.add(key);
      logger.error(
        `${place}: records of origin ${origin} after ${applied ?? "none"} up to ${previous} are missing, and what follows them waits: \`eddy repair\` says what can be done`,
        { topic, partition, origin, applied, previous },
      );
    } else {
      standing.delete(key);
      if (change === "healed") logger.info(`${place}: what was missing of origin ${origin} has come`);
    }
    gauge.set(standing.size, { service });
  };
}
