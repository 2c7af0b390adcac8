import type { LogRecord, StoredRecord } from "../port.ts";

/**
 * A record's bytes: f64 timestamp, i32 key length (-1: null), key, u16 header count, then name and value each with a u32
 * length, u8 whether there is a value, value. Little-endian.
 */
export function encodeRecord(record: Required<LogRecord>): Buffer {
  const headers = Object.entries(record.headers).map(
    ([name, value]) => [Buffer.from(name), Buffer.from(value)] as const,
  );
  const headerBytes = headers.reduce((sum, [name, value]) => sum + 8 + name.length + value.length, 0);
  const keyLength = record.key?.byteLength ?? 0;
  const buffer = Buffer.allocUnsafe(8 + 4 + keyLength + 2 + headerBytes + 1 + (record.value?.byteLength ?? 0));
  let at = buffer.writeDoubleLE(record.timestampMs, 0);
  at = buffer.writeInt32LE(record.key ? keyLength : -1, at);
  if (record.key) {
    buffer.set(record.key, at);
    at += keyLength;
  }
  at = buffer.writeUInt16LE(headers.length, at);
  for (const pair of headers) {
    for (const part of pair) {
      at = buffer.writeUInt32LE(part.length, at);
      buffer.set(part, at);
      at += part.length;
    }
  }
  at = buffer.writeUInt8(record.value ? 1 : 0, at);
  if (record.value) buffer.set(record.value, at);
  return buffer;
}

/** The key and the value are views of `bytes`. */
export function decodeRecord(offset: number, bytes: Buffer): StoredRecord {
  const timestampMs = bytes.readDoubleLE(0);
  const keyLength = bytes.readInt32LE(8);
  let at = 12;
  const take = (length: number) => bytes.subarray(at, (at += length));
  const key = keyLength < 0 ? null : take(keyLength);
  let count = bytes.readUInt16LE(at);
  at += 2;
  const headers: [string, Uint8Array][] = [];
  const part = () => {
    const length = bytes.readUInt32LE(at);
    at += 4;
    return take(length);
  };
  for (; count > 0; count--) {
    const name = part().toString("utf8");
    headers.push([name, part()]);
  }
  const hasValue = bytes[at++] === 1;
  // fromEntries: also a header called __proto__ is but a header.
  return {
    offset,
    timestampMs,
    key,
    headers: Object.fromEntries(headers),
    value: hasValue ? bytes.subarray(at) : null,
  };
}
