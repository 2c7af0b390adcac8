/**
 * Spans as loops and services see them. OpenTelemetry stands behind (tracing.ts) where an endpoint for traces is set; else
 * nothing does, and nothing of it is loaded.
 */
export interface Tracer {
  /** Nothing is recorded where it is false, so what would only describe a span need not be made. */
  readonly enabled: boolean;
  start(name: string, options?: SpanOptions): Span;
}

export interface SpanOptions {
  /** `internal` by default. */
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** Absent: the span begins a trace of its own. */
  readonly parent?: Span | TraceContext | undefined;
  readonly links?: readonly TraceContext[];
}

export type SpanKind = "internal" | "server" | "client" | "producer" | "consumer";
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface Span {
  /** For the headers of what is sent on; undefined: nothing is recorded. */
  readonly context: TraceContext | undefined;
  set(attributes: Attributes): void;
  event(name: string, attributes?: Attributes): void;
  fail(error: unknown): void;
  end(): void;
}

/** The headers of W3C Trace Context. */
export type TraceContext = {
  readonly traceparent: string;
  readonly tracestate?: string;
};

const silentSpan: Span = { context: undefined, set() {}, event() {}, fail() {}, end() {} };

export const silentTracer: Tracer = { enabled: false, start: () => silentSpan };

/** Runs `work` in the span: its failure is the span's, and its end. */
export async function inSpan<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}
