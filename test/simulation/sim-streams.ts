import type { EmbeddedConsumer } from "@eddy/streams/embedded/embedded-consumer";
import type { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import type { Cursor, Streams } from "@eddy/streams/port";
import type { Sabotage } from "./sabotage.ts";
import type { Scheduler, SimProcess } from "./scheduler.ts";

/** The shared log as one simulated process sees it: each call waits its turn. A fetch that finds nothing returns at once. */
export function simStreams(
  streams: EmbeddedStreams,
  scheduler: Scheduler,
  process: SimProcess,
  members: EmbeddedConsumer[],
  sabotage: Sabotage,
): Streams {
  const step = <T>(work: () => Promise<T>) => scheduler.step(process, work);
  const simCursor = (cursor: Cursor, group: string): Cursor => ({
    topic: cursor.topic,
    partition: cursor.partition,
    committed: cursor.committed,
    revoked: cursor.revoked,
    // Small fetches: batches end in odd places.
    fetch: (options) =>
      step(() =>
        cursor.fetch({ ...options, maxRecords: Math.min(options.maxRecords, 1 + scheduler.pick(6)), waitMs: 0 }),
      ),
    seek: (offset) => cursor.seek(offset),
    commit: (commit) =>
      step(() =>
        sabotage.zombieCommits ? streams.rewind(group, cursor.topic, cursor.partition, commit) : cursor.commit(commit),
      ),
  });
  return {
    createTopics: (specs) => streams.createTopics(specs),
    partitions: (topic) => streams.partitions(topic),
    bounds: (topic, partition) => streams.bounds(topic, partition),
    timestamp: (topic, partition, offset) => streams.timestamp(topic, partition, offset),
    append: (topic, partition, records) =>
      step(async () => {
        if (sabotage.noDeadLetters && topic.endsWith(".dlq")) return;
        await streams.append(topic, partition, records);
        // Acknowledgement lost: the caller tries again, and the records are there twice.
        if (scheduler.random() < 0.02) await streams.append(topic, partition, records);
      }),
    consumer: (options) => {
      const consumer = streams.consumer(options);
      members.push(consumer);
      return {
        // Who was replaced before it has joined doesn't join: nobody would know that it is a member.
        start: async (run, failed) => {
          if (!process.replaced) await consumer.start((cursor) => run(simCursor(cursor, options.group)), failed);
        },
        stop: () => consumer.stop(),
        assigned: () => consumer.assigned(),
      };
    },
    reader: (topic, partition, from) => {
      const reader = streams.reader(topic, partition, from);
      return {
        fetch: (options) => step(() => reader.fetch({ ...options, maxRecords: 1 + scheduler.pick(4), waitMs: 0 })),
        seek: (offset) => reader.seek(offset),
        get position() {
          return reader.position;
        },
        close: () => reader.close(),
      };
    },
    committed: (group, topic) => streams.committed(group, topic),
    lag: (group, topic) => streams.lag(group, topic),
    rewind: (group, topic, partition, commit) => streams.rewind(group, topic, partition, commit),
    truncate: (topic, partition, offset) => streams.truncate(topic, partition, offset),
    close: () => streams.close(),
  };
}
