import { createHash } from "node:crypto";
import type { ModelState } from "@eddy/clustering/state";
import { headerText, type LogRecord, type StoredRecord, type Streams } from "@eddy/streams/port";
import { decodeState, encodeState } from "./state-codec.ts";

/** Under Kafka's default limit of 1 MiB a record. */
const CHUNK_BYTES = 512 * 1024;

/** Snapshots that are kept. */
const KEPT = 3;

/**
 * Snapshots of the model in the `models` topic: chunks keyed `model:<version>:<chunk>`, each with the number of chunks and the
 * SHA-256 of the whole, so that half a snapshot (its writer died) is passed over. Two writers of one version do no harm.
 */
export interface Snapshots {
  save(state: ModelState): Promise<void>;
  /** The newest whole one, and the version of the oldest whole one that is kept (-1: none). */
  load(): Promise<{ newest: ModelState | undefined; oldestVersion: number }>;
}

export function createSnapshots(streams: Streams, topic: string): Snapshots {
  return {
    async save(state) {
      await streams.append(topic, 0, chunksOf(state));
      const [oldestKept = -1] = [...(await read()).keys()].sort((a, b) => a - b).slice(-KEPT);
      // Also the halves of older ones whose writers died.
      const tombstones: LogRecord[] = [];
      for (const record of await all()) {
        const key = parseKey(record);
        if (key && record.value && key.version < oldestKept)
          tombstones.push({ key: record.key, value: null, headers: {} });
      }
      if (tombstones.length > 0) await streams.append(topic, 0, tombstones);
    },
    async load() {
      const whole = await read();
      const versions = [...whole.keys()].sort((a, b) => a - b);
      const newest = versions.at(-1);
      return {
        newest: newest === undefined ? undefined : decodeState(whole.get(newest)!),
        oldestVersion: versions[0] ?? -1,
      };
    },
  };

  async function all(): Promise<StoredRecord[]> {
    const { start, end } = await streams.bounds(topic, 0);
    const reader = streams.reader(topic, 0, start);
    const records: StoredRecord[] = [];
    while (reader.position < end) {
      const batch = await reader.fetch({ maxRecords: 100, waitMs: 0 });
      if (batch.length === 0) break;
      records.push(...batch);
    }
    await reader.close();
    return records;
  }

  async function read(): Promise<Map<number, Uint8Array>> {
    const parts = new Map<number, Map<number, StoredRecord>>();
    for (const record of await all()) {
      const key = parseKey(record);
      if (!key) continue;
      const chunks = parts.get(key.version) ?? new Map<number, StoredRecord>();
      parts.set(key.version, chunks);
      if (record.value) chunks.set(key.chunk, record);
      else chunks.delete(key.chunk);
    }
    const whole = new Map<number, Uint8Array>();
    for (const [version, chunks] of parts) {
      const bytes = joined(chunks);
      if (bytes) whole.set(version, bytes);
    }
    return whole;
  }
}

function chunksOf(state: ModelState): LogRecord[] {
  const bytes = encodeState(state);
  const count = Math.ceil(bytes.byteLength / CHUNK_BYTES);
  const headers = { "eddy-chunks": String(count), "eddy-sha256": sha256(bytes) };
  return Array.from({ length: count }, (_, chunk) => ({
    key: Buffer.from(`model:${state.version}:${chunk}`),
    value: bytes.subarray(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES),
    headers,
  }));
}

function parseKey(record: StoredRecord): { version: number; chunk: number } | undefined {
  const match = /^model:(\d+):(\d+)$/.exec(record.key ? Buffer.from(record.key).toString() : "");
  return match ? { version: Number(match[1]), chunk: Number(match[2]) } : undefined;
}

function joined(chunks: ReadonlyMap<number, StoredRecord>): Uint8Array | undefined {
  const first = chunks.get(0);
  if (!first) return undefined;
  const count = Number(headerText(first.headers, "eddy-chunks"));
  // Also where the header is no number.
  if (!(count <= chunks.size)) return undefined;
  const parts = Array.from({ length: count }, (_, chunk) => chunks.get(chunk)?.value);
  if (parts.some((part) => !part)) return undefined;
  const bytes = Buffer.concat(parts as Uint8Array[]);
  return sha256(bytes) === headerText(first.headers, "eddy-sha256") ? bytes : undefined;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
