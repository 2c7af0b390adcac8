import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { FatalError } from "@eddy/contracts/errors";
import { type Clock, systemClock } from "./clock.ts";
import type { Environment } from "./config.ts";
import type { Component } from "./lifecycle.ts";
import type { Logger } from "./logger.ts";
import { createRepeatedWarning } from "./repeated-warning.ts";
import { silentTracer, type Tracer } from "./tracer.ts";

export interface TracingOptions {
  /** `service.name`, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES has one. */
  readonly service: string;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/** A component to be started before, and so stopped after, all that make spans. */
export interface Tracing extends Component {
  readonly tracer: Tracer;
  stop(deadline: AbortSignal): Promise<void>;
}

/** Longest time that spans still to be sent hold up a stop, in milliseconds. */
const FLUSH_MS = 3_000;
const PROTOCOLS = ["http/protobuf", "http/json"] as const;

/**
 * Spans go to the collector that OTEL_EXPORTER_OTLP_ENDPOINT (or …_TRACES_ENDPOINT) names; without it, with OTEL_SDK_DISABLED or
 * OTEL_TRACES_EXPORTER=none there are none. Throws FatalError CONFIG_INVALID for a protocol that isn't spoken.
 */
export async function openTracing(env: Environment, options: TracingOptions): Promise<Tracing> {
  if (!isWanted(env)) return { name: "tracing", tracer: silentTracer, stop: async () => {} };
  const { service, logger, clock = systemClock } = options;
  const given = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL || "http/protobuf";
  const protocol = PROTOCOLS.find((name) => name === given);
  if (!protocol)
    throw new FatalError(
      "CONFIG_INVALID",
      `OTEL_EXPORTER_OTLP_PROTOCOL=${given}: Eddy speaks ${PROTOCOLS.join(" and ")}`,
    );
  const { createOtelTracing } = await import("./tracing.ts");
  const { tracer, close } = createOtelTracing({
    service,
    version: ownVersion(),
    instance: randomUUID(),
    protocol,
    warn: createRepeatedWarning(logger, clock),
  });
  return {
    name: "tracing",
    tracer,
    async stop(deadline) {
      const flushed = new AbortController();
      const late = clock.sleep(FLUSH_MS, AbortSignal.any([deadline, flushed.signal])).catch(() => {});
      await Promise.race([close().catch(() => {}), late]);
      flushed.abort();
    },
  };
}

/** Eddy's: all its packages have one. */
function ownVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}

function isWanted(env: Environment): boolean {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return Boolean(endpoint) && env.OTEL_SDK_DISABLED?.toLowerCase() !== "true" && env.OTEL_TRACES_EXPORTER !== "none";
}
