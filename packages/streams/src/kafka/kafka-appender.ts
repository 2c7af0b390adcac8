import { createDeferred, type Deferred } from "@eddy/runtime/deferred";
import type { LogRecord } from "../port.ts";
import type { Message } from "./kafka-client.ts";
import { messageBytes, toMessage } from "./kafka-records.ts";

/** A send is one batch, and a broker refuses a batch over its limit (1 MiB by default): bytes of one send, unless one record has more. */
const SEND_BYTES = 900_000;
const SEND_RECORDS = 10_000;

interface Append {
  readonly messages: readonly Message[];
  sent: number;
  readonly done: Deferred<void>;
}

export type Send = (topic: string, messages: Message[]) => Promise<void>;

/**
 * Appends, one send a partition at a time, of all that waits: the order of calls is the order in the log, small appends share a
 * round trip, and no send spans partitions (kafkajs loses acknowledged records then, when a leader changes).
 */
export class KafkaAppender {
  readonly #send: Send;
  readonly #waiting = new Map<string, Append[]>();

  constructor(send: Send) {
    this.#send = send;
  }

  append(topic: string, partition: number, records: readonly LogRecord[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    const append: Append = {
      messages: records.map((record) => toMessage(record, partition)),
      sent: 0,
      done: createDeferred(),
    };
    const name = `${topic}/${partition}`;
    const waiting = this.#waiting.get(name);
    if (waiting) waiting.push(append);
    else {
      const queue = [append];
      this.#waiting.set(name, queue);
      void this.#drain(topic, name, queue);
    }
    return append.done.promise;
  }

  async #drain(topic: string, name: string, queue: Append[]): Promise<void> {
    while (queue.length > 0) {
      const { messages, parts } = nextSend(queue);
      try {
        await this.#send(topic, messages);
        for (const [append, count] of parts) append.sent += count;
      } catch (error) {
        for (const [append] of parts) {
          append.done.reject(error);
          queue.splice(queue.indexOf(append), 1);
        }
        continue;
      }
      while (queue[0] && queue[0].sent === queue[0].messages.length) queue.shift()!.done.resolve();
    }
    // In the same turn as the last look at the queue: what comes later finds no queue, and begins one.
    this.#waiting.delete(name);
  }
}

/** What fits into one send from the head of the queue, and how many messages of each append that is. */
function nextSend(queue: readonly Append[]): { messages: Message[]; parts: [Append, number][] } {
  const messages: Message[] = [];
  const parts: [Append, number][] = [];
  let bytes = 0;
  for (const append of queue) {
    let count = 0;
    for (const message of append.messages.slice(append.sent)) {
      bytes += messageBytes(message);
      if (messages.length > 0 && (bytes > SEND_BYTES || messages.length >= SEND_RECORDS)) {
        if (count > 0) parts.push([append, count]);
        return { messages, parts };
      }
      messages.push(message);
      count += 1;
    }
    parts.push([append, count]);
  }
  return { messages, parts };
}
