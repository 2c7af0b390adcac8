import type { Headers, LogRecord, StoredRecord } from "../port.ts";
import type { FetchedMessage, FetchedPartition, Message } from "./kafka-client.ts";

/** kafkajs writes any bytes but a Buffer as their text. */
function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function toMessage({ key, value, headers, timestampMs }: LogRecord, partition: number): Message {
  return {
    partition,
    key: key && buffer(key),
    value: value && buffer(value),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, held]) => [
        name,
        typeof held === "string" ? Buffer.from(held) : buffer(held),
      ]),
    ),
    ...(timestampMs !== undefined && { timestamp: String(timestampMs) }),
  };
}

/** About the bytes that a record takes in a batch. */
export function messageBytes({ key, value, headers }: Message): number {
  let bytes = 32 + byteLength(key) + byteLength(value);
  for (const name in headers) bytes += 4 + name.length * 3 + byteLength(headers[name] as Buffer);
  return bytes;
}

function byteLength(part: Buffer | string | null | undefined): number {
  return part == null ? 0 : Buffer.byteLength(part);
}

export interface FetchedRecords {
  readonly records: readonly StoredRecord[];
  /** Where to read on: also past what was left out at the end. */
  readonly next: number;
}

/**
 * The records of a fetch from `offset` on. A batch may begin before it; markers and records of aborted transactions (people's
 * producers may use them) are left out, as `read_committed` says: a producer's records count as aborted from the transaction's
 * first offset up to its marker.
 */
export function toRecords({ messages, abortedTransactions }: FetchedPartition, offset: number): FetchedRecords {
  const begins = [...(abortedTransactions ?? [])].sort((a, b) => Number(a.firstOffset) - Number(b.firstOffset));
  const aborted = new Set<string>();
  const records: StoredRecord[] = [];
  let next = offset;
  for (const message of messages) {
    const at = Number(message.offset);
    const batch = message.batchContext;
    next = Math.max(next, at + 1, batch ? Number(batch.firstOffset) + batch.lastOffsetDelta + 1 : 0);
    while (begins[0] && Number(begins[0].firstOffset) <= at) aborted.add(begins.shift()!.producerId);
    if (message.isControlRecord) aborted.delete(batch?.producerId ?? "");
    else if (at >= offset && !(batch?.inTransaction && aborted.has(batch.producerId)))
      records.push(toRecord(message, at));
  }
  return { records, next };
}

function toRecord({ key, value, headers, timestamp }: FetchedMessage, offset: number): StoredRecord {
  const held: [string, Uint8Array | string][] = [];
  for (const [name, value] of Object.entries(headers ?? {})) {
    // A name may come more than once; the last one counts, as in most clients.
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last != null) held.push([name, last]);
  }
  // fromEntries: also a header called __proto__ is but a header.
  return { offset, key, value, headers: Object.fromEntries(held) satisfies Headers, timestampMs: timeOf(timestamp) };
}

/** What a Date can hold (ECMA-262, 21.4.1.1): a producer may write any 64 bits. */
const LATEST_MS = 8.64e15;

function timeOf(timestamp: string): number {
  return Math.min(LATEST_MS, Math.max(0, Number(timestamp)));
}
