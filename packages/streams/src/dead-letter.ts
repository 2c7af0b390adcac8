import { chainHeaders, ONLY_REVISION_HEADER } from "@eddy/contracts/chain-headers";
import type { Reject } from "@eddy/contracts/errors";
import { REPLAYED_HEADER } from "@eddy/contracts/replayed";
import { type Headers, headerText, type LogRecord, type StoredRecord } from "./port.ts";

export interface DeadLetterOrigin {
  readonly topic: string;
  readonly partition: number;
  readonly stage: string;
  readonly task: string;
}

const PREFIX = "__connect.errors.";

/** The record as it came, with the ten headers of Kafka Connect's dead-letter queues. */
export function toDeadLetter(record: StoredRecord, reject: Reject, origin: DeadLetterOrigin): LogRecord {
  const added: Headers = {
    [`${PREFIX}topic`]: origin.topic,
    [`${PREFIX}partition`]: String(origin.partition),
    [`${PREFIX}offset`]: String(record.offset),
    [`${PREFIX}connector.name`]: "eddy",
    [`${PREFIX}task.id`]: origin.task,
    [`${PREFIX}stage`]: origin.stage,
    [`${PREFIX}class.name`]: `eddy.${origin.stage}`,
    [`${PREFIX}exception.class.name`]: reject.code,
    [`${PREFIX}exception.message`]: `${reject.code}: ${reject.message}`,
    [`${PREFIX}exception.stacktrace`]: "",
  };
  return {
    key: record.key,
    value: record.value,
    headers: { ...record.headers, ...added },
    timestampMs: record.timestampMs,
  };
}

export interface DeadLetterNote {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly stage: string;
  readonly code: string;
  readonly message: string;
}

/** Reads the headers back; undefined: not a dead letter. */
export function deadLetterNote(headers: Headers): DeadLetterNote | undefined {
  const read = (name: string) => headerText(headers, `${PREFIX}${name}`);
  const topic = read("topic");
  if (topic === undefined) return undefined;
  return {
    topic,
    partition: Number(read("partition")),
    offset: Number(read("offset")),
    stage: read("stage") ?? "",
    code: read("exception.class.name") ?? "",
    message: read("exception.message") ?? "",
  };
}

/** The headers that the record came with: what a replay sends. */
export function originalHeaders(headers: Headers): Headers {
  const chain: readonly string[] = Object.values(chainHeaders);
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith(PREFIX) && !chain.includes(name)),
  );
}

/** What travels beside `ce_*`. */
const TRAVELLING: readonly string[] = ["traceparent", "tracestate", ONLY_REVISION_HEADER, REPLAYED_HEADER];

/**
 * Headers that travel with a document from `documents` to `assignments`: CloudEvents attributes, the W3C trace context, the
 * condition of a deletion, where a replay took it from.
 */
export function travellingHeaders(headers: Headers): Headers {
  const found: Record<string, Uint8Array | string> = {};
  for (const name in headers) {
    if (name.startsWith("ce_") || TRAVELLING.includes(name)) found[name] = headers[name]!;
  }
  return found;
}
