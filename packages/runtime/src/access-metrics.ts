import { defineMetric } from "./metric.ts";

export const accessMetrics = {
  refusals: defineMetric({
    type: "counter",
    name: "eddy_http_refusals_total",
    help: "HTTP requests refused for who sent them: no key, an unknown one, one that may not do this, too many in a second or of unknown keys in a minute, a foreign origin or host.",
    labels: ["reason"],
  }),
} as const;

export const accessRefusals = ["no_key", "unknown_key", "scope", "rate", "foreign"] as const;

export type AccessRefusal = (typeof accessRefusals)[number];
