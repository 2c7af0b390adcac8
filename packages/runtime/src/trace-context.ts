import type { TraceContext } from "./tracer.ts";

/** Version 00; of a later one, what 00 knows is read (W3C Trace Context, 3.2.4 and 4.3). */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

export interface ParsedTraceparent {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}

/** undefined: not a valid traceparent. */
export function parseTraceparent(text: string): ParsedTraceparent | undefined {
  const match = TRACEPARENT.exec(text);
  return match ? { traceId: match[1]!, spanId: match[2]!, traceFlags: Number.parseInt(match[3]!, 16) } : undefined;
}

/** The trace context among some headers, where it is valid. */
export function traceContextOf(read: (name: string) => string | undefined): TraceContext | undefined {
  const traceparent = read("traceparent");
  if (traceparent === undefined || !parseTraceparent(traceparent)) return undefined;
  const tracestate = read("tracestate");
  return { traceparent, ...(tracestate !== undefined && { tracestate }) };
}
