import type { Topics } from "@eddy/contracts/topics";
import { inSpan, type Span, type Tracer } from "@eddy/runtime/tracer";
import { startSend } from "@eddy/streams/batch-span";
import { partitionOf } from "@eddy/streams/murmur2";
import type { LogRecord, Streams } from "@eddy/streams/port";

export interface Accepted {
  readonly id: string;
  readonly record: LogRecord;
}

/** Appends what comes in batches: one is on its way while the next one fills. */
export interface Appender {
  add(entry: Accepted): void;
  /** Sends what is there if nothing is on its way; waits only once the batch is full. Throws what an earlier send met. */
  turn(): Promise<void>;
  /** Sends the rest and waits for all. */
  finish(): Promise<void>;
}

export interface AppenderOptions {
  readonly streams: Streams;
  readonly topics: Topics;
  readonly partitions: number;
  readonly tracer: Tracer;
  /** Of the request. */
  readonly span: Span;
  /** Resolves once the pipeline takes more. */
  readonly gate: () => Promise<void>;
  /** Told once a batch is durable. */
  readonly appended: (batch: readonly Accepted[]) => void;
}

const MAX_RECORDS = 1_024;
const MAX_BYTES = 1024 * 1024;

export function createAppender(options: AppenderOptions): Appender {
  const { streams, topics, partitions, tracer, span, gate, appended } = options;
  let batch: Accepted[] = [];
  let bytes = 0;
  let sending: Promise<void> | undefined;

  async function send(entries: readonly Accepted[]): Promise<void> {
    await gate();
    const byPartition = new Map<number, LogRecord[]>();
    for (const { record } of entries) {
      const partition = partitionOf(record.key!, partitions);
      const list = byPartition.get(partition);
      if (list) list.push(record);
      else byPartition.set(partition, [record]);
    }
    await Promise.all(
      [...byPartition].map(([partition, records]) =>
        inSpan(startSend(tracer, span, topics.documents, partition, records.length), () =>
          streams.append(topics.documents, partition, records),
        ),
      ),
    );
    appended(entries);
  }

  function start(): void {
    const entries = batch;
    batch = [];
    bytes = 0;
    // A failure stays in `sending`: the next turn throws it and nothing more is sent.
    const sent = send(entries).then(() => {
      if (sending === sent) sending = undefined;
    });
    sent.catch(() => {});
    sending = sent;
  }

  return {
    add(entry) {
      batch.push(entry);
      bytes += entry.record.value?.byteLength ?? 0;
    },
    async turn() {
      if (sending && (batch.length >= MAX_RECORDS || bytes >= MAX_BYTES)) await sending;
      if (!sending && batch.length > 0) start();
    },
    async finish() {
      await sending;
      if (batch.length > 0) start();
      await sending;
    },
  };
}
