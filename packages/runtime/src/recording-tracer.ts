import { traceContextOf } from "./trace-context.ts";
import type { Attributes, Span, SpanOptions, TraceContext, Tracer } from "./tracer.ts";

/** A span as tests look at it. */
export interface TracedSpan extends Span {
  readonly name: string;
  readonly options: SpanOptions;
  readonly context: TraceContext;
  readonly attributes: Attributes;
  readonly events: readonly string[];
  readonly failure: unknown;
  readonly ended: boolean;
}

/** For tests: keeps all spans, in the order of their starts; ids count up. A child is in the trace of its parent. */
export function createRecordingTracer(): Tracer & { readonly spans: readonly TracedSpan[] } {
  const spans: TracedSpan[] = [];
  return {
    enabled: true,
    spans,
    start(name, options = {}) {
      const id = (spans.length + 1).toString(16);
      const { parent } = options;
      const above =
        parent && ("traceparent" in parent ? traceContextOf((n) => parent[n as "traceparent"]) : parent.context);
      const trace = above?.traceparent.slice(3, 35) ?? id.padStart(32, "0");
      const span = {
        name,
        options,
        context: { traceparent: `00-${trace}-${id.padStart(16, "0")}-01` },
        attributes: { ...options.attributes } as Attributes,
        events: [] as string[],
        failure: undefined as unknown,
        ended: false,
        set(attributes: Attributes) {
          span.attributes = { ...span.attributes, ...attributes };
        },
        event(name: string) {
          span.events.push(name);
        },
        fail(error: unknown) {
          span.failure = error;
        },
        end() {
          span.ended = true;
        },
      };
      spans.push(span);
      return span;
    },
  };
}
