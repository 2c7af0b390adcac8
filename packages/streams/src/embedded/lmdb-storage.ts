import { mkdirSync, statfsSync } from "node:fs";
import { FatalError, RetryableError } from "@eddy/contracts/errors";
import type { TopicSpec } from "@eddy/contracts/topics";
import { open } from "lmdb";
import type { Commit } from "../port.ts";
import { decodeRecord, encodeRecord } from "./record-codec.ts";
import type { LogStorage } from "./storage.ts";

/** Version of the layout below; another one is refused. */
const FORMAT = 1;

interface TopicEntry extends TopicSpec {
  readonly id: number;
}

/** First offset kept, and the end as it was at the last cut (later appends are found by their keys). */
interface Head {
  readonly start: number;
  readonly end: number;
}

/**
 * The log in LMDB: `records` by [topic id, partition, offset], `heads` by [topic id, partition], `commits` by [group, topic,
 * partition]. A write resolves once its transaction is committed: a killed process loses nothing that was acknowledged (a
 * power cut may lose what the disk had not yet taken; LMDB stays whole).
 */
export function createLmdbStorage(folder: string): LogStorage {
  mkdirSync(folder, { recursive: true });
  const root = open({ path: `${folder}/log.mdb`, maxDbs: 8 });
  const meta = root.openDB<number, string>({ name: "meta" });
  const topicEntries = root.openDB<TopicEntry, string>({ name: "topics" });
  const records = root.openDB<Buffer, [number, number, number]>({ name: "records", encoding: "binary" });
  const heads = root.openDB<Head, [number, number]>({ name: "heads" });
  const commits = root.openDB<Commit, [string, string, number]>({ name: "commits" });

  const format = meta.get("format");
  if (format === undefined) meta.putSync("format", FORMAT);
  else if (format !== FORMAT) {
    throw new FatalError(
      "FORMAT_UNKNOWN",
      `the log in ${folder} has format ${format}; this version of Eddy reads ${FORMAT}. Use the version that wrote it, or another folder (EDDY_HOME)`,
    );
  }

  const topics = new Map<string, TopicEntry>();
  for (const { key, value } of topicEntries.getRange({})) topics.set(String(key), value);

  function idOf(topic: string): number {
    const entry = topics.get(topic);
    if (!entry) throw new FatalError("TOPIC_SHAPE", `there is no topic ${topic}`);
    return entry.id;
  }

  /** All writes of one call are in one transaction: LMDB batches what is put in one turn of the event loop. */
  async function write(puts: () => readonly PromiseLike<unknown>[]): Promise<void> {
    try {
      await Promise.all(puts());
    } catch (error) {
      throw classify(error, folder);
    }
  }

  return {
    topics: () => topics,
    async putTopic(spec) {
      const entry = { ...spec, id: topics.get(spec.name)?.id ?? topics.size + 1 };
      topics.set(spec.name, entry);
      await write(() => [topicEntries.put(spec.name, entry)]);
    },
    bounds(topic, partition) {
      const id = idOf(topic);
      const head = heads.get([id, partition]) ?? { start: 0, end: 0 };
      const [last] = [
        ...records.getKeys({ start: [id, partition + 1, -1], end: [id, partition, -1], reverse: true, limit: 1 }),
      ];
      return { start: head.start, end: last ? Math.max(head.end, last[2] + 1) : head.end };
    },
    async append(topic, partition, offset, batch) {
      const id = idOf(topic);
      if (isNearlyFull(folder)) throw diskFull();
      return write(() =>
        batch.map((record, index) => records.put([id, partition, offset + index], encodeRecord(record))),
      );
    },
    read(topic, partition, offset, end, maxRecords, maxBytes) {
      const id = idOf(topic);
      const found = [];
      let bytes = 0;
      for (const { key, value } of records.getRange({
        start: [id, partition, offset],
        end: [id, partition, end],
        limit: maxRecords,
      })) {
        found.push(decodeRecord(key[2], value));
        bytes += value.byteLength;
        if (bytes >= maxBytes) break;
      }
      return found;
    },
    async cut(topic, partition, start, before) {
      const id = idOf(topic);
      const { end } = this.bounds(topic, partition);
      const CHUNK = 1000;
      for (let from = start; from < before; from += CHUNK) {
        const to = Math.min(before, from + CHUNK);
        const keys = [...records.getKeys({ start: [id, partition, from], end: [id, partition, to] })];
        await write(() => [
          heads.put([id, partition], { start: to, end: Math.max(end, to) }),
          ...keys.map((key) => records.remove(key)),
        ]);
      }
    },
    drop(topic, partition, offsets) {
      const id = idOf(topic);
      // The end is kept: the last records may be among those that go, and no offset is given twice.
      const head = this.bounds(topic, partition);
      return write(() => [
        heads.put([id, partition], head),
        ...offsets.map((offset) => records.remove([id, partition, offset])),
      ]);
    },
    commits(group, topic) {
      const found = new Map<number, Commit>();
      for (const { key, value } of commits.getRange({
        start: [group, topic, -1],
        end: [group, topic, Number.MAX_SAFE_INTEGER],
      })) {
        found.set(key[2], value);
      }
      return found;
    },
    groups(topic) {
      const found = new Set<string>();
      for (const key of commits.getKeys({})) if (key[1] === topic) found.add(key[0]);
      return [...found];
    },
    putCommit(group, topic, partition, commit) {
      return write(() => [commits.put([group, topic, partition], commit)]);
    },
    async close() {
      await root.close();
    },
  };
}

/** Left to commits and cuts when appends are refused already. */
const RESERVED_BYTES = 8 * 1024 * 1024;

function isNearlyFull(folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < RESERVED_BYTES;
}

function diskFull(cause?: unknown): RetryableError {
  return new RetryableError("DISK_FULL", "the disk is full: free some space; Eddy goes on by itself", { cause });
}

/** LMDB calls a write that was cut short, as on a full disk, an "Input/output error"; lmdb-js a "Commit failed". */
function classify(error: unknown, folder: string): unknown {
  const { message, commitError } = error as { message?: string; commitError?: Promise<unknown> };
  commitError?.catch(() => {}); // says no more than the code of LMDB, and later
  const text = message ?? String(error);
  if (/ENOSPC|No space left|quota exceeded|MDB_MAP_FULL|not enough space/i.test(text)) return diskFull(error);
  if (!/input\/output error|commit failed/i.test(text)) return error;
  if (isNearlyFull(folder)) return diskFull(error);
  return new RetryableError("STREAM_UNAVAILABLE", `the log in ${folder} can't be written: ${text}`, { cause: error });
}
