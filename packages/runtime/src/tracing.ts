/** The one file that knows OpenTelemetry. It is loaded only where an endpoint for traces is set (open-tracing.ts). */
import {
  createTraceState,
  DiagLogLevel,
  diag,
  type Context as OtelContext,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  SpanKind as VendorKind,
} from "@opentelemetry/api";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { WarnRepeated } from "./repeated-warning.ts";
import { parseTraceparent } from "./trace-context.ts";
import type { Attributes, Span, SpanKind, SpanOptions, TraceContext, Tracer } from "./tracer.ts";

export interface OtelTracingOptions {
  /** `service.name`, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES has one. */
  readonly service: string;
  readonly version: string;
  readonly instance: string;
  readonly protocol: "http/protobuf" | "http/json";
  readonly warn: WarnRepeated;
}

export interface OtelTracing {
  readonly tracer: Tracer;
  /** Sends what is left. */
  close(): Promise<void>;
}

const KINDS = {
  internal: VendorKind.INTERNAL,
  server: VendorKind.SERVER,
  client: VendorKind.CLIENT,
  producer: VendorKind.PRODUCER,
  consumer: VendorKind.CONSUMER,
} as const satisfies Record<SpanKind, VendorKind>;

/** Endpoint, headers, sampler, limits and batches come from the standard OTEL_* variables, which the SDK reads itself. */
export function createOtelTracing({ service, version, instance, protocol, warn }: OtelTracingOptions): OtelTracing {
  const told = (message: string) => warn("tracing", `traces: ${message}`);
  const quiet = () => {};
  diag.setLogger(
    { error: told, warn: told, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const exporter = protocol === "http/json" ? new JsonExporter() : new ProtobufExporter();
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(
        resourceFromAttributes({
          "service.name": service,
          "service.version": version,
          "service.instance.id": instance,
        }),
      )
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(telling(exporter, warn))],
  });
  const vendor = provider.getTracer("eddy", version);
  return {
    tracer: {
      enabled: true,
      start(name, { kind = "internal", attributes = {}, parent, links = [] }: SpanOptions = {}) {
        const options = { kind: KINDS[kind], attributes, links: links.flatMap(toLink) };
        return new RecordedSpan(vendor.startSpan(name, options, parentOf(parent)));
      },
    },
    close: () => provider.shutdown(),
  };
}

class RecordedSpan implements Span {
  readonly span: OtelSpan;

  constructor(span: OtelSpan) {
    this.span = span;
  }

  get context(): TraceContext {
    const { traceId, spanId, traceFlags, traceState } = this.span.spanContext();
    const tracestate = traceState?.serialize();
    return {
      traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`,
      ...(tracestate && { tracestate }),
    };
  }

  set(attributes: Attributes): void {
    this.span.setAttributes(attributes);
  }

  event(name: string, attributes?: Attributes): void {
    this.span.addEvent(name, attributes);
  }

  fail(error: unknown): void {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const code = (error as { readonly code?: unknown } | undefined)?.code;
    this.span.recordException({ name, message });
    this.span.setAttribute("error.type", typeof code === "string" ? code : name);
    this.span.setStatus({ code: SpanStatusCode.ERROR, message });
  }

  end(): void {
    this.span.end();
  }
}

function parentOf(parent: Span | TraceContext | undefined): OtelContext {
  if (parent instanceof RecordedSpan) return trace.setSpan(ROOT_CONTEXT, parent.span);
  const remote = parent && "traceparent" in parent && spanContextOf(parent);
  return remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT;
}

function toLink(context: TraceContext) {
  const linked = spanContextOf(context);
  return linked ? [{ context: linked }] : [];
}

function spanContextOf({ traceparent, tracestate }: TraceContext) {
  const parsed = parseTraceparent(traceparent);
  if (!parsed) return undefined;
  return { ...parsed, isRemote: true, ...(tracestate && { traceState: createTraceState(tracestate) }) };
}

/** A collector that is away costs spans and a warning, nothing else: the SDK drops what it can't hold. */
function telling(exporter: SpanExporter, warn: WarnRepeated): SpanExporter {
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.code !== 0)
          warn("tracing", `${spans.length} spans were lost: the collector doesn't take them: ${result.error?.message}`);
        done({ code: 0 });
      });
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}
