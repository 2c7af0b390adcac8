import { describe, expect, it } from "vitest";
import { parseTraceparent, traceContextOf } from "./trace-context.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

describe("a traceparent", () => {
  it.each([
    [`00-${TRACE}-${SPAN}-01`, { traceId: TRACE, spanId: SPAN, traceFlags: 1 }],
    [`00-${TRACE}-${SPAN}-00`, { traceId: TRACE, spanId: SPAN, traceFlags: 0 }],
    // Of a later version, what this one knows.
    [`01-${TRACE}-${SPAN}-01-more`, { traceId: TRACE, spanId: SPAN, traceFlags: 1 }],
  ])("%s is read", (text, parsed) => {
    expect(parseTraceparent(text)).toEqual(parsed);
  });

  it.each([
    "",
    "garbage",
    `ff-${TRACE}-${SPAN}-01`,
    `00-${"0".repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-1`,
  ])("%j is not", (text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });

  it("comes with its tracestate, but not without itself", () => {
    const traceparent = `00-${TRACE}-${SPAN}-01`;
    const read = (headers: Record<string, string>) => traceContextOf((name) => headers[name]);
    expect(read({ traceparent, tracestate: "a=b" })).toEqual({ traceparent, tracestate: "a=b" });
    expect(read({ traceparent })).toEqual({ traceparent });
    expect(read({ tracestate: "a=b" })).toBeUndefined();
    expect(read({ traceparent: "broken", tracestate: "a=b" })).toBeUndefined();
  });
});
