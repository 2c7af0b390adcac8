import { z } from "zod";
import { setting } from "./config.ts";
import { logFormats, logLevels } from "./logger.ts";
import { duration, port } from "./setting-values.ts";

/** What every process has; spread into its definition. */
export const processSettings = {
  logLevel: setting(z.enum(logLevels), {
    env: "LOG_LEVEL",
    flag: "--log-level",
    default: "info",
    description: `Least severe log lines to write: ${logLevels.join(", ")}.`,
    choose: "debug also shows the stack traces of faults.",
  }),
  logFormat: setting(z.enum(logFormats), {
    env: "LOG_FORMAT",
    default: "auto",
    description: "json (one object a line), pretty, or auto: pretty on a terminal, json elsewhere.",
  }),
  drainTimeoutMs: setting(duration(), {
    env: "EDDY_DRAIN_TIMEOUT",
    default: "20s",
    description: "Longest time to finish work in hand when asked to stop; then the process exits anyway.",
    choose: "Keep it below the orchestrator's own limit (Kubernetes: terminationGracePeriodSeconds, 30 s).",
  }),
  metricsHost: setting(z.string().min(1), {
    env: "EDDY_METRICS_HOST",
    default: "127.0.0.1",
    example: "0.0.0.0",
    description: "Address that /metrics, /healthz and /readyz listen on.",
  }),
  metricsPort: setting(port(), {
    env: "EDDY_METRICS_PORT",
    flag: "--metrics-port",
    default: "9464",
    description: "Port of /metrics, /healthz and /readyz; 0 = any free one.",
  }),
  costPerHour: setting(z.coerce.number().min(0), {
    env: "EDDY_COST_PER_HOUR",
    default: "0",
    example: "0.12",
    description:
      "What this process costs an hour, in a currency of your choice, for the cost of a million documents on the dashboards.",
  }),
  // Read, with the other OTEL_* variables, by OpenTelemetry's SDK itself (open-tracing.ts).
  otlpEndpoint: setting(z.url().optional(), {
    env: "OTEL_EXPORTER_OTLP_ENDPOINT",
    example: "http://otel-collector:4318",
    description:
      "Collector that spans are sent to (OTLP over HTTP); not set: none are made. The other OTEL_* variables are heeded too: OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS …",
  }),
} as const;
