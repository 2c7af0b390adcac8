/**
 * A record in the bytes of Kafka's batch format 2 (kafka.apache.org/protocol, "Record"): lengths first, then one buffer that
 * is written once. kafkajs makes a growing buffer for each record and each of its headers, and an array for each number, which
 * takes five to ten times as long.
 */
type Part = Buffer | string | null | undefined;

export interface RecordParts {
  readonly offsetDelta?: number;
  readonly timestampDelta?: number;
  readonly key?: Part;
  readonly value?: Part;
  readonly headers?: Readonly<Record<string, Part | readonly Part[]>>;
}

export function recordBytes({ offsetDelta = 0, timestampDelta = 0, key, value, headers = {} }: RecordParts): Buffer {
  const parts: (Buffer | null)[] = [bytesOf(key), bytesOf(value)];
  let count = 0;
  for (const name of Object.keys(headers)) {
    const held = headers[name];
    for (const one of Array.isArray(held) ? (held as readonly Part[]) : [held as Part]) {
      parts.push(Buffer.from(name), bytesOf(one));
      count += 1;
    }
  }
  let size = 1 + varIntSize(timestampDelta) + varIntSize(offsetDelta) + varIntSize(count);
  for (const part of parts) size += part === null ? 1 : varIntSize(part.length) + part.length;

  const bytes = Buffer.allocUnsafe(varIntSize(size) + size);
  let at = writeVarInt(bytes, 0, size);
  // Attributes: none are in use.
  bytes[at++] = 0;
  at = writeVarInt(bytes, at, timestampDelta);
  at = writeVarInt(bytes, at, offsetDelta);
  for (const [index, part] of parts.entries()) {
    if (index === 2) at = writeVarInt(bytes, at, count);
    at = writeVarInt(bytes, at, part === null ? -1 : part.length);
    if (part) at += part.copy(bytes, at);
  }
  if (count === 0) writeVarInt(bytes, at, 0);
  return bytes;
}

function bytesOf(part: Part): Buffer | null {
  if (part === null || part === undefined) return null;
  return Buffer.isBuffer(part) ? part : Buffer.from(String(part));
}

/** Signed numbers in turn (0, −1, 1, −2 …), seven bits a byte; safe integers of up to 52 bits. */
const zigZag = (value: number) => (value >= 0 ? value * 2 : -value * 2 - 1);

function varIntSize(value: number): number {
  let size = 1;
  for (let rest = zigZag(value); rest >= 128; rest = Math.floor(rest / 128)) size += 1;
  return size;
}

function writeVarInt(bytes: Buffer, from: number, value: number): number {
  let at = from;
  let rest = zigZag(value);
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) | 128;
  bytes[at++] = rest;
  return at;
}
