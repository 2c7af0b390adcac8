/**
 * Spans of messages, as OpenTelemetry's conventions for messaging and Kafka name them (semantic conventions 1.3x). Topics,
 * partitions and offsets are Kafka's, whichever log stands behind the port.
 */
import { traceContextOf } from "@eddy/runtime/trace-context";
import type { Attributes, Span, TraceContext, Tracer } from "@eddy/runtime/tracer";
import { type Headers, headerText, type StoredRecord } from "./port.ts";

/** The conventions' own default bound of links a span. */
const MAX_LINKS = 128;

/** What a span tells of a record. */
export type TracedRecord = Pick<StoredRecord, "headers" | "offset">;

export interface BatchPlace {
  readonly topic: string;
  readonly partition: number;
  readonly group: string;
}

/**
 * `process <topic>`: a batch, linked to the trace of each of its records. Where all come from one trace (a request that
 * published them, or a single record), the span is part of it, so that a trace goes from there to the assignment.
 */
export function startProcess(tracer: Tracer, place: BatchPlace, records: readonly TracedRecord[]): Span {
  if (!tracer.enabled) return tracer.start("");
  const links = contextsOf(records);
  const first = records[0]?.offset;
  return tracer.start(`process ${place.topic}`, {
    kind: "consumer",
    parent: links.length === 1 ? links[0] : undefined,
    links,
    attributes: {
      ...messaging("process", place.topic, place.partition, records.length),
      "messaging.consumer.group.name": place.group,
      ...(first !== undefined && { "messaging.kafka.offset": first }),
    },
  });
}

/** `send <topic>`: an append. */
export function startSend(tracer: Tracer, parent: Span, topic: string, partition: number, count: number): Span {
  if (!tracer.enabled) return tracer.start("");
  const attributes = messaging("send", topic, partition, count);
  return tracer.start(`send ${topic}`, { kind: "producer", parent, attributes });
}

/** `commit <topic>`: settles what was processed. */
export function startCommit(tracer: Tracer, parent: Span, place: BatchPlace, offset: number): Span {
  if (!tracer.enabled) return tracer.start("");
  return tracer.start(`commit ${place.topic}`, {
    kind: "client",
    parent,
    attributes: {
      ...messaging("commit", place.topic, place.partition),
      "messaging.consumer.group.name": place.group,
      "messaging.kafka.offset": offset,
    },
  });
}

/** Headers of what was made from a record: its own trace goes on; one without a trace goes on in the batch's. */
export function continued(headers: Headers, span: Span): Headers {
  return "traceparent" in headers || !span.context ? headers : { ...headers, ...span.context };
}

const TYPES = { process: "process", send: "send", commit: "settle" } as const;

function messaging(operation: keyof typeof TYPES, topic: string, partition: number, count?: number): Attributes {
  return {
    "messaging.system": "kafka",
    "messaging.operation.name": operation,
    "messaging.operation.type": TYPES[operation],
    "messaging.destination.name": topic,
    "messaging.destination.partition.id": String(partition),
    ...(count !== undefined && { "messaging.batch.message_count": count }),
  };
}

/** The trace contexts of the records, each once, the first MAX_LINKS. */
function contextsOf(records: readonly TracedRecord[]): readonly TraceContext[] {
  const found = new Map<string, TraceContext>();
  for (const { headers } of records) {
    const context = traceContextOf((name) => headerText(headers, name));
    if (context && !found.has(context.traceparent)) found.set(context.traceparent, context);
    if (found.size === MAX_LINKS) break;
  }
  return [...found.values()];
}
