import { readFileSync } from "node:fs";
import { defineMetric } from "./metric.ts";
import type { Metrics } from "./metrics.ts";

export const processMetrics = {
  build: defineMetric({
    type: "gauge",
    name: "eddy_build_info",
    help: "1; what runs here: Eddy's version, the service, the pipeline, Node's version.",
    labels: ["version", "service", "pipeline", "node"],
  }),
  cost: defineMetric({
    type: "gauge",
    name: "eddy_cost_per_hour",
    help: "What this process costs an hour, in the currency of EDDY_COST_PER_HOUR; 0: not set.",
  }),
} as const;

export interface ProcessFacts {
  readonly service: string;
  readonly pipeline: string;
  readonly costPerHour: number;
}

/** Tells once what this process is. */
export function meterProcess(metrics: Metrics, { service, pipeline, costPerHour }: ProcessFacts): void {
  // All packages of Eddy have one version.
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    readonly version: string;
  };
  metrics.gauge(processMetrics.build).set(1, { version, service, pipeline, node: process.versions.node });
  metrics.gauge(processMetrics.cost).set(costPerHour);
}
