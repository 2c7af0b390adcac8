/**
 * One partition of a worker: fetch → chain → stage → append → commit.
 *
 * 1. Batches are staged up to `depth` at a time and emitted in their order.
 * 2. A dead letter is in the dead-letter topic before its successor is emitted.
 * 3. A commit follows the appends of all before it, and carries the chain as it was after them.
 * 4. Retryable failures wait where they are; nothing is dropped. A stage that fails otherwise is bisected to the record.
 */
import { FatalError, RetryableError } from "@eddy/contracts/errors";
import type { Clock } from "@eddy/runtime/clock";
import { linkedAbort } from "@eddy/runtime/linked-abort";
import { type Retry, retry } from "@eddy/runtime/retry";
import { inSpan, type Span, type Tracer } from "@eddy/runtime/tracer";
import { continued, startCommit, startProcess, startSend } from "./batch-span.ts";
import { ChainReader, ChainStamper, chainLink, formatNote, parseNote } from "./chain.ts";
import { toDeadLetter, travellingHeaders } from "./dead-letter.ts";
import type { Cursor, LogRecord, StoredRecord, Streams } from "./port.ts";
import { Revoked } from "./port.ts";
import { deadLetter, type Encoded, type Outcome, type Stage } from "./stage.ts";
import type { WorkerObserver } from "./worker-observer.ts";

export interface PartitionLoopOptions<O> {
  readonly name: string;
  readonly group: string;
  readonly streams: Streams;
  readonly output: string;
  readonly deadLetters: string;
  /** The input's records carry a chain. */
  readonly chained: boolean;
  readonly stage: Stage<O>;
  readonly encode: (output: O) => Encoded;
  readonly batch: { readonly maxRecords: number; readonly maxBytes: number };
  readonly depth: number;
  /** Resolves once the reader of the output has caught up enough. */
  readonly backPressure: (signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer: WorkerObserver;
  readonly tracer: Tracer;
}

interface Job<O> {
  readonly taken: readonly StoredRecord[];
  readonly outcomes: Promise<readonly Outcome<O>[]>;
  readonly nextOffset: number;
  readonly applied: ReadonlyMap<number, number>;
  readonly span: Span;
}

const RETRY = { baseMs: 100, maxMs: 5_000 };
const IDLE_MS = 1_000;

export async function runPartition<O>(cursor: Cursor, options: PartitionLoopOptions<O>): Promise<void> {
  const { streams, observer, stage, clock, random, tracer } = options;
  const place = { topic: cursor.topic, partition: cursor.partition, group: options.group };
  const note = cursor.committed && parseNote(cursor.committed.metadata);
  const chain = new ChainReader(note?.applied);
  const stamper = new ChainStamper(cursor.partition, note?.previous);
  const failed = new AbortController();
  const { signal, dispose } = linkedAbort([cursor.revoked, failed.signal]);
  const onRetry = (attempt: Retry) => observer.retried(attempt);
  const withRetry = <T>(work: () => Promise<T>) => retry(work, { ...RETRY, clock, random, signal, onRetry });

  const emits: Promise<void>[] = [];
  let last: Promise<void> = Promise.resolve();

  try {
    await run();
    await last;
  } catch (error) {
    if (!cursor.revoked.aborted) throw error;
  } finally {
    dispose();
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      if (emits.length >= options.depth) await emits.shift();
      await withRetry(() => options.backPressure(signal));
      const fetched = await cursor.fetch({ ...options.batch, waitMs: IDLE_MS });
      observer.turned();
      if (fetched.length === 0 || signal.aborted) continue;
      const taken = options.chained ? chained(fetched) : fetched;
      const inputs = taken.map((record) => ({ partition: cursor.partition, record }));
      const span = startProcess(tracer, place, taken);
      const outcomes = inputs.length === 0 ? Promise.resolve([]) : staged(inputs, span);
      outcomes.catch(() => {});
      const job = { taken, outcomes, nextOffset: fetched.at(-1)!.offset + 1, applied: chain.snapshot(), span };
      const before = last;
      last = inSpan(span, () => before.then(() => emit(job)));
      last.catch((error) => failed.abort(error));
      emits.push(last);
    }
  }

  function chained(records: readonly StoredRecord[]): StoredRecord[] {
    return records.filter((record) => {
      const link = chainLink(record.headers);
      if (!link)
        throw new FatalError(
          "LOG_GAP",
          `${cursor.topic}/${cursor.partition}@${record.offset} has no chain headers: only Eddy may write to this topic`,
        );
      const verdict = chain.accept(link);
      observer.chain(verdict, link);
      return verdict === "take" || verdict === "start";
    });
  }

  function staged(inputs: Parameters<Stage<O>>[0], parent: Span): Promise<readonly Outcome<O>[]> {
    return inSpan(tracer.start(options.name, { parent }), () => withRetry(() => bisect(inputs)));
  }

  /** Runs the stage; where it fails for no named reason, on halves, down to the record that makes it fail. */
  async function bisect(batch: Parameters<Stage<O>>[0]): Promise<readonly Outcome<O>[]> {
    try {
      const outcomes = await stage(batch, { signal });
      if (outcomes.length !== batch.length)
        throw new FatalError(
          "INTERNAL",
          `${options.name}: ${batch.length} records in, ${outcomes.length} outcomes out`,
        );
      return outcomes;
    } catch (error) {
      if (error instanceof RetryableError || error instanceof FatalError || error instanceof Revoked || signal.aborted)
        throw error;
      if (batch.length === 1) return [deadLetter({ code: "CRASHED", message: String(error) })];
      const middle = batch.length >> 1;
      return [...(await bisect(batch.slice(0, middle))), ...(await bisect(batch.slice(middle)))];
    }
  }

  function append(topic: string, partition: number, records: readonly LogRecord[], span: Span): Promise<void> {
    return inSpan(startSend(tracer, span, topic, partition, records.length), () =>
      withRetry(() => streams.append(topic, partition, records)),
    );
  }

  async function emit(job: Job<O>): Promise<void> {
    const { span } = job;
    const outcomes = await job.outcomes;
    signal.throwIfAborted();
    const letters: LogRecord[] = [];
    const outputs = new Map<number, LogRecord[]>();
    for (const [index, outcome] of outcomes.entries()) {
      const record = job.taken[index]!;
      if (outcome.kind === "deadLetter") {
        letters.push(
          toDeadLetter(record, outcome.reject, {
            topic: cursor.topic,
            partition: cursor.partition,
            stage: options.name,
            task: String(cursor.partition),
          }),
        );
      } else if (outcome.kind === "ok") {
        const { key, value, partition = cursor.partition } = options.encode(outcome.output);
        const travelling = continued(travellingHeaders(record.headers), span);
        const headers = { ...travelling, ...stamper.stamp(partition, record.offset) };
        const list = outputs.get(partition);
        const made = { key, value, headers };
        if (list) list.push(made);
        else outputs.set(partition, [made]);
      }
      observer.outcome(outcome);
    }
    if (letters.length > 0) await append(options.deadLetters, cursor.partition, letters, span);
    for (const [partition, records] of outputs) await append(options.output, partition, records, span);
    const metadata = formatNote({ applied: job.applied, previous: stamper.snapshot() });
    await inSpan(startCommit(tracer, span, place, job.nextOffset), () =>
      withRetry(() => cursor.commit({ offset: job.nextOffset, metadata })),
    );
    observer.committed(job.taken.length, job.nextOffset);
  }
}
