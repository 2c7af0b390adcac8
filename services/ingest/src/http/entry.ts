import { randomUUID } from "node:crypto";
import { type Document, MAX_ID_BYTES } from "@eddy/contracts/document";
import type { Reject } from "@eddy/contracts/errors";
import { travellingHeaders } from "@eddy/streams/dead-letter";
import type { Headers, LogRecord } from "@eddy/streams/port";
import { acceptDocument, type Limits } from "../accept-document.ts";
import { checkDocument, decodeDocument } from "../decode-document.ts";

export const JSON_TYPE = "application/json";

/** A document on its way into `documents`, or why it is not. */
export type Entry =
  | { readonly id: string; readonly record: LogRecord }
  | { readonly id?: string; readonly reject: Reject };

const OPEN_BRACE = 0x7b;
/** Of what the check makes nothing is kept but the verdict. */
const NOWHERE = { partition: 0, offset: 0, timestampMs: 0 };

/** The record of a document as it came (`headers` hold its content type), checked as ingest will check it. */
export function entryOfBytes(value: Buffer, headers: Headers, limits: Limits): Entry {
  const intent = decodeDocument({ key: null, value, headers });
  if (intent.kind === "reject")
    return refused(intent.reject, headers["content-type"] === JSON_TYPE ? parsed(value) : undefined);
  if (intent.kind === "delete") return { id: intent.id, record: deletion(intent.id, travellingHeaders(headers)) };
  const id = intent.id ?? randomUUID();
  const lacksId = intent.id === undefined && headers["content-type"] === JSON_TYPE;
  return entryOf(intent.document, id, lacksId ? withId(value, id) : value, headers, limits);
}

/** The same of an item of a JSON array. */
export function entryOfItem(item: unknown, headers: Headers, limits: Limits): Entry {
  const checked = checkDocument(item);
  if ("reject" in checked) return refused(checked.reject, item);
  const id = checked.document.id ?? randomUUID();
  const whole = checked.document.id === undefined ? { id, ...(item as object) } : item;
  const text = jsonOf(whole);
  if (text === undefined) return { id, reject: { code: "INVALID_DOCUMENT", message: "it is nested too deep" } };
  return entryOf(checked.document, id, Buffer.from(text), headers, limits);
}

/** undefined: nested deeper than the stack. (What is no field of a document may be, too: nobody looked at it.) */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

export function deletion(id: string, headers: Headers = {}): LogRecord {
  return { key: Buffer.from(id), value: null, headers };
}

export function tooLarge(bytes: number, limit: number): Reject {
  return { code: "TOO_LARGE", message: `${bytes} bytes; the limit is ${limit}` };
}

function entryOf(document: Document, id: string, value: Buffer, headers: Headers, limits: Limits): Entry {
  if (value.length > limits.maxBytes) return { id, reject: tooLarge(value.length, limits.maxBytes) };
  const verdict = acceptDocument(document, id, NOWHERE, limits);
  if ("reject" in verdict) return { id, reject: verdict.reject };
  return { id, record: { key: Buffer.from(id), value, headers } };
}

/** With the id that it says it has, by which its sender knows it. */
function refused(reject: Reject, item: unknown): Entry {
  const { id } = (item ?? {}) as { readonly id?: unknown };
  const isKnown = typeof id === "string" && reject.code !== "INVALID_ID" && Buffer.byteLength(id) <= MAX_ID_BYTES;
  return isKnown ? { id, reject } : { reject };
}

function parsed(value: Buffer): unknown {
  try {
    return JSON.parse(value.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}

/** Puts the id into a JSON object without parsing it again. It has another field, else it had been refused. */
function withId(value: Buffer, id: string): Buffer {
  const at = value.indexOf(OPEN_BRACE) + 1;
  return Buffer.concat([value.subarray(0, at), Buffer.from(`"id":"${id}",`), value.subarray(at)]);
}
