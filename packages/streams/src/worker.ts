import { deadLetterTopic } from "@eddy/contracts/topics";
import { type Clock, systemClock } from "@eddy/runtime/clock";
import { silentTracer, type Tracer } from "@eddy/runtime/tracer";
import { createBackPressure } from "./back-pressure.ts";
import { runPartition } from "./partition-loop.ts";
import type { Consumer, Streams } from "./port.ts";
import type { Encoded, Stage } from "./stage.ts";
import { createTurns, type Turns } from "./turns.ts";
import { silentObserver, type WorkerObserver } from "./worker-observer.ts";

export interface WorkerOptions<O> {
  /** Also the consumer group's name: `<pipeline>.<name>`. */
  readonly name: string;
  readonly group: string;
  readonly streams: Streams;
  readonly input: string;
  readonly output: string;
  readonly chained: boolean;
  readonly stage: Stage<O>;
  readonly encode: (output: O) => Encoded;
  /** The group that reads the output: the worker pauses while it lags. */
  readonly reader: { readonly group: string; readonly lagLimit: number };
  readonly maxRecords?: number;
  readonly maxBytes?: number;
  readonly depth?: number;
  /** Test hook: as if it were a process of its own. */
  readonly alone?: Turns;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly observer?: WorkerObserver;
  readonly tracer?: Tracer;
}

export interface Worker {
  readonly name: string;
  start(fail: (error: unknown) => void): Promise<void>;
  stop(): Promise<void>;
  readonly consumer: Consumer;
}

/** What may kill the process is run alone in it, whichever worker does. */
const aloneInProcess = createTurns();

/** A worker: a stage, and the loop around it. */
export function createWorker<O>(options: WorkerOptions<O>): Worker {
  const {
    streams,
    clock = systemClock,
    random = Math.random,
    observer = silentObserver,
    tracer = silentTracer,
  } = options;
  const consumer = streams.consumer({ group: options.group, topic: options.input });
  const backPressure = createBackPressure({
    streams,
    group: options.reader.group,
    topic: options.output,
    limit: options.reader.lagLimit,
    clock,
    paused: (paused) => observer.paused(paused),
  });
  return {
    name: options.name,
    consumer,
    start: (fail) =>
      consumer.start(
        (cursor) =>
          runPartition(cursor, {
            ...options,
            deadLetters: deadLetterTopic(options.input),
            batch: { maxRecords: options.maxRecords ?? 512, maxBytes: options.maxBytes ?? 4 * 1024 * 1024 },
            depth: options.depth ?? 2,
            backPressure: (signal) => backPressure.wait(signal),
            alone: options.alone ?? aloneInProcess,
            clock,
            random,
            observer,
            tracer,
          }),
        fail,
      ),
    stop: () => consumer.stop(),
  };
}
