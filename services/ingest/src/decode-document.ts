import { type Document, documentSchema } from "@eddy/contracts/document";
import type { Reject, RejectCode } from "@eddy/contracts/errors";
import { headerText, type StoredRecord } from "@eddy/streams/port";
import type { z } from "zod";

/** What a record of `documents` asks for. */
export type Intent =
  | { readonly kind: "put"; readonly id: string | undefined; readonly document: Document }
  | { readonly kind: "delete"; readonly id: string }
  | { readonly kind: "reject"; readonly reject: Reject };

const utf8 = new TextDecoder("utf-8", { fatal: true });
const STRUCTURED = "application/cloudevents+json";

/**
 * Reads a record as people publish it: a JSON document, plain text, or a CloudEvent (binary: `ce_*` headers; structured:
 * content type application/cloudevents+json). A null value deletes the document named by the key. The id is the document's
 * own, else the CloudEvent's subject, else the record's key.
 */
export function decodeDocument(record: Pick<StoredRecord, "key" | "value" | "headers">): Intent {
  const key = decodeText(record.key);
  if (key === null) return rejected("INVALID_ID", "the key is not valid UTF-8");
  if (record.value === null)
    return key ? { kind: "delete", id: key } : rejected("INVALID_ID", "a deletion needs the document's id as its key");
  const text = decodeText(record.value);
  if (text === null) return rejected("INVALID_UTF8", "the value is not valid UTF-8");
  const subject = headerText(record.headers, "ce_subject");
  const type = (headerText(record.headers, "content-type") ?? "").toLowerCase();
  if (type.startsWith(STRUCTURED)) return fromCloudEvent(text ?? "", key);
  return fromText(text ?? "", type, subject || key);
}

function fromText(text: string, type: string, id: string | undefined): Intent {
  if (type.startsWith("text/plain") || !looksLikeJson(text, type)) return put({ text }, id);
  const parsed = parseJson(text);
  return "reject" in parsed ? { kind: "reject", reject: parsed.reject } : put(parsed.value, id);
}

/** Checks a parsed document; for HTTP, where the body is JSON already. */
export function checkDocument(value: unknown): { readonly document: Document } | { readonly reject: Reject } {
  const result = documentSchema.safeParse(value);
  return result.success ? { document: result.data } : { reject: explain(value, result.error.issues) };
}

function looksLikeJson(text: string, contentType: string): boolean {
  return contentType.startsWith("application/json") || /^\s*\{/.test(text);
}

function fromCloudEvent(text: string, key: string | undefined): Intent {
  const parsed = parseJson(text);
  if ("reject" in parsed) return { kind: "reject", reject: { code: "INVALID_EVENT", message: parsed.reject.message } };
  const event = parsed.value as Partial<
    Record<"specversion" | "subject" | "data" | "data_base64" | "datacontenttype", unknown>
  > | null;
  if (typeof event !== "object" || event === null || typeof event.specversion !== "string") {
    return rejected("INVALID_EVENT", "a CloudEvent has a specversion");
  }
  const id = typeof event.subject === "string" && event.subject !== "" ? event.subject : key;
  if (typeof event.data_base64 === "string") {
    const data = decodeText(Buffer.from(event.data_base64, "base64"));
    return data === null || data === undefined
      ? rejected("INVALID_UTF8", "data_base64 is not valid UTF-8")
      : fromText(data, String(event.datacontenttype ?? "").toLowerCase(), id);
  }
  if (event.data === undefined || event.data === null)
    return id
      ? { kind: "delete", id }
      : rejected("INVALID_EVENT", "a CloudEvent without data deletes the document of its subject, and it has none");
  return put(typeof event.data === "string" ? { text: event.data } : event.data, id);
}

function put(value: unknown, id: string | undefined): Intent {
  const checked = checkDocument(value);
  if ("reject" in checked) return { kind: "reject", reject: checked.reject };
  return { kind: "put", id: checked.document.id ?? (id || undefined), document: checked.document };
}

function parseJson(text: string): { readonly value: unknown } | { readonly reject: Reject } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { reject: { code: "INVALID_JSON", message: (error as Error).message } };
  }
}

const codes: Readonly<Record<string, RejectCode>> = {
  id: "INVALID_ID",
  vector: "INVALID_VECTOR",
  published_at: "INVALID_DATE",
};

function explain(value: unknown, issues: readonly z.core.$ZodIssue[]): Reject {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { code: "INVALID_DOCUMENT", message: "a document is a JSON object" };
  const first = issues[0];
  const field = String(first?.path[0] ?? "");
  const message = issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join(".") || "document"}: ${issue.message}`)
    .join("; ");
  if (field === "text" && (value as { text?: unknown }).text === undefined)
    return { code: "NO_TEXT", message: "text is missing" };
  return { code: codes[field] ?? "INVALID_DOCUMENT", message };
}

function decodeText(bytes: Uint8Array | null): string | undefined | null {
  if (bytes === null) return undefined;
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function rejected(code: RejectCode, message: string): Intent {
  return { kind: "reject", reject: { code, message } };
}
