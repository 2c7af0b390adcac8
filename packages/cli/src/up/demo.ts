import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Topics } from "@eddy/contracts/topics";
import { createDemoStream } from "@eddy/datasets/demo/demo-stream";
import type { Admission } from "@eddy/ingest/http/admission";
import type { Clock } from "@eddy/runtime/clock";
import type { Component } from "@eddy/runtime/lifecycle";
import { linkedAbort } from "@eddy/runtime/linked-abort";
import { retry } from "@eddy/runtime/retry";
import { partitionOf } from "@eddy/streams/murmur2";
import type { LogRecord, Streams } from "@eddy/streams/port";

export interface DemoOptions {
  readonly streams: Streams;
  readonly topics: Topics;
  readonly partitions: number;
  readonly home: string;
  readonly perSecond: number;
  /** Documents sent at once at the very beginning: enough for the first seed. */
  readonly burst: number;
  readonly admission: Admission;
  readonly clock: Clock;
}

const SEED = 7;
const TICK_MS = 250;
const RETRY = { baseMs: 200, maxMs: 5_000 };

/** Publishes the demo stream at a steady pace; a restart goes on where it was. */
export function createDemo(options: DemoOptions): Component {
  const { streams, topics, partitions, clock, perSecond } = options;
  const file = join(options.home, "demo.json");
  const stopped = new AbortController();
  let running: Promise<void> = Promise.resolve();

  async function run(signal: AbortSignal): Promise<void> {
    let place = readPlace(file);
    const documents = createDemoStream({ seed: SEED, startAt: place, now: clock.now });
    let due = Math.max(0, options.burst - place);
    while (!signal.aborted) {
      const count = Math.floor(due);
      if (count > 0 && (await retry(options.admission, { ...RETRY, clock, signal })).ok) {
        const batch = Array.from({ length: count }, () => documents.next().value);
        await publish(batch, signal);
        place += count;
        due -= count;
        writeFileSync(file, JSON.stringify({ seed: SEED, place }));
      }
      await clock.sleep(TICK_MS, signal).catch(() => {});
      due = Math.min(due + (perSecond * TICK_MS) / 1_000, perSecond * 2);
    }
  }

  async function publish(documents: readonly { readonly id: string }[], signal: AbortSignal): Promise<void> {
    const byPartition = new Map<number, LogRecord[]>();
    for (const document of documents) {
      const key = Buffer.from(document.id);
      const partition = partitionOf(key, partitions);
      const records = byPartition.get(partition) ?? [];
      byPartition.set(partition, records);
      records.push({
        key,
        value: Buffer.from(JSON.stringify(document)),
        headers: { "content-type": "application/json" },
      });
    }
    for (const [partition, records] of byPartition)
      await retry(() => streams.append(topics.documents, partition, records), { ...RETRY, clock, signal });
  }

  return {
    name: "demo",
    async start({ fail, signal }) {
      const stop = linkedAbort([signal, stopped.signal]);
      running = run(stop.signal)
        .catch((error) => {
          if (!stop.signal.aborted) fail(error);
        })
        .finally(() => stop.dispose());
    },
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

function readPlace(file: string): number {
  try {
    const { seed, place } = JSON.parse(readFileSync(file, "utf8")) as { seed: unknown; place: unknown };
    return seed === SEED && typeof place === "number" ? place : 0;
  } catch {
    return 0;
  }
}
