import type { IncomingHttpHeaders } from "node:http";
import { ONLY_REVISION_HEADER } from "@eddy/contracts/chain-headers";
import { HttpFault } from "@eddy/runtime/http-fault";
import type { TraceContext } from "@eddy/runtime/tracer";
import type { Headers } from "@eddy/streams/port";

/** How the documents of a request are written. */
export type Format = "json" | "ndjson" | "csv" | "tsv" | "text" | "event";

const FORMATS: Readonly<Record<string, Format>> = {
  "application/json": "json",
  "application/x-ndjson": "ndjson",
  "application/ndjson": "ndjson",
  "application/jsonl": "ndjson",
  "application/x-jsonlines": "ndjson",
  "text/csv": "csv",
  "text/tab-separated-values": "tsv",
  "text/plain": "text",
  "application/cloudevents+json": "event",
};
const NAMED =
  "application/json, application/x-ndjson, text/csv, text/tab-separated-values, text/plain or application/cloudevents+json";

/** Throws HttpFault UNSUPPORTED_MEDIA_TYPE. */
export function formatOf(headers: IncomingHttpHeaders): Format {
  const [type = "", ...parameters] = (headers["content-type"] ?? "").toLowerCase().split(";");
  const format = FORMATS[type.trim()];
  if (!format) {
    const given = type === "" ? "there is no content-type" : `content-type ${type.trim()} is not understood`;
    throw new HttpFault("UNSUPPORTED_MEDIA_TYPE", `${given}: send ${NAMED}`);
  }
  const charset = parameters.map((part) => /^\s*charset="?([^"]*)"?\s*$/.exec(part)?.[1]).find(Boolean) ?? "utf-8";
  if (!/^(utf-?8|us-ascii)$/.test(charset))
    throw new HttpFault("UNSUPPORTED_MEDIA_TYPE", `charset ${charset} is not understood: send UTF-8`);
  return format;
}

/** The headers of the records: content type and trace context. */
export function recordHeaders(format: Format, trace: TraceContext | undefined): Headers {
  return { "content-type": CONTENT_TYPES[format], ...trace };
}

/**
 * The CloudEvents attributes of a single document in binary mode: `ce-type` in HTTP, `ce_type` in Kafka; values are
 * percent-encoded in HTTP only (CloudEvents 1.0, HTTP binding 3.1.3).
 */
export function eventHeaders(headers: IncomingHttpHeaders): Headers {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (/^ce[-_]/.test(name) && typeof value === "string") found[`ce_${name.slice(3)}`] = decode(value);
  }
  return found;
}

const REVISION = /^"((?:[a-z0-9][a-z0-9-]{0,62}\/)?\d{1,10}:\d{1,16})"$/;

/** `If-Match: "0:17"`: a deletion that is meant for this revision only. Throws HttpFault INVALID_PARAMETER. */
export function conditionHeaders(ifMatch: string | undefined): Headers {
  if (ifMatch === undefined || ifMatch === "*") return {};
  const revision = REVISION.exec(ifMatch)?.[1];
  if (revision === undefined)
    throw new HttpFault("INVALID_PARAMETER", `If-Match takes one revision, as a document has it: "0:17"`);
  return { [ONLY_REVISION_HEADER]: revision };
}

const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  json: "application/json",
  ndjson: "application/json",
  csv: "application/json",
  tsv: "application/json",
  text: "text/plain",
  event: "application/cloudevents+json",
};

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
