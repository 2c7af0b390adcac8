import type { TopicSpec } from "@eddy/contracts/topics";
import type { Commit, StoredRecord } from "../port.ts";
import type { LogStorage } from "./storage.ts";

/** Keeps the log in memory: for tests and simulations. */
export function createMemoryStorage(): LogStorage {
  const topics = new Map<string, TopicSpec>();
  const logs = new Map<string, { start: number; end: number; records: Map<number, StoredRecord> }>();
  const commits = new Map<string, Map<number, Commit>>();

  function log(topic: string, partition: number) {
    const name = `${topic}/${partition}`;
    let found = logs.get(name);
    if (!found) logs.set(name, (found = { start: 0, end: 0, records: new Map() }));
    return found;
  }

  return {
    topics: () => topics,
    async putTopic(spec) {
      topics.set(spec.name, spec);
    },
    bounds(topic, partition) {
      const { start, end } = log(topic, partition);
      return { start, end };
    },
    async append(topic, partition, offset, records) {
      const target = log(topic, partition);
      for (const [index, record] of records.entries())
        target.records.set(offset + index, { ...record, offset: offset + index });
      target.end = offset + records.length;
    },
    read(topic, partition, offset, end, maxRecords, maxBytes) {
      const { records } = log(topic, partition);
      const found: StoredRecord[] = [];
      let bytes = 0;
      for (let at = offset; at < end && found.length < maxRecords && bytes < maxBytes; at++) {
        const record = records.get(at);
        if (!record) continue;
        found.push(record);
        bytes += record.value?.byteLength ?? 0;
      }
      return found;
    },
    async cut(topic, partition, start, before) {
      const target = log(topic, partition);
      for (let at = start; at < before; at++) target.records.delete(at);
      target.start = before;
    },
    async drop(topic, partition, offsets) {
      for (const offset of offsets) log(topic, partition).records.delete(offset);
    },
    commits: (group, topic) => new Map(commits.get(`${group} ${topic}`)),
    groups: (topic) =>
      [...commits.keys()].filter((name) => name.endsWith(` ${topic}`)).map((name) => name.split(" ")[0]!),
    async putCommit(group, topic, partition, commit) {
      const name = `${group} ${topic}`;
      let found = commits.get(name);
      if (!found) commits.set(name, (found = new Map()));
      found.set(partition, commit);
    },
    async close() {},
  };
}
