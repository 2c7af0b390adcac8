/**
 * One partition of a worker: fetch → chain → stage → append → commit.
 *
 * 1. Batches are staged up to `depth` at a time and emitted in their order.
 * 2. A dead letter is in the dead-letter topic before its successor is emitted.
 * 3. A commit follows the appends of all before it, and carries the chain as it was after them.
 * 4. Retryable failures wait where they are; nothing is dropped. A stage that fails otherwise is bisected to the record.
 * 5. What kills the process is found across process deaths (crash-guard.ts).
 * 6. A session begins where session-start.ts says; a gap in the chain is told once it stands (gap-watch.ts).
 */
import { FatalError, RetryableError } from "@eddy/contracts/errors";
import type { Clock } from "@eddy/runtime/clock";
import { linkedAbort } from "@eddy/runtime/linked-abort";
import { inPhase } from "@eddy/runtime/phase-metrics";
import { type Retry, retry } from "@eddy/runtime/retry";
import { inSpan, type Span, type Tracer } from "@eddy/runtime/tracer";
import { continued, startCommit, startProcess, startSend } from "./batch-span.ts";
import { type ChainNote, ChainReader, ChainStamper, chainLink, formatNote } from "./chain.ts";
import { createCrashGuard } from "./crash-guard.ts";
import { toDeadLetter, travellingHeaders } from "./dead-letter.ts";
import { createGapWatch } from "./gap-watch.ts";
import type { Cursor, LogRecord, StoredRecord, Streams } from "./port.ts";
import { Revoked } from "./port.ts";
import { appliedBefore, checkHead, recoverEmitter, type SessionStart, sessionStart } from "./session-start.ts";
import { deadLetter, type Encoded, type Outcome, type Stage } from "./stage.ts";
import type { Turns } from "./turns.ts";
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
  /** Batches that may kill the process are run one at a time in it. */
  readonly alone: Turns;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer: WorkerObserver;
  readonly tracer: Tracer;
}

interface Job<O> {
  readonly taken: readonly StoredRecord[];
  readonly outcomes: Promise<readonly Outcome<O>[]>;
  readonly nextOffset: number;
  readonly chain: Pick<ChainNote, "applied" | "gaps">;
  readonly span: Span;
}

const RETRY = { baseMs: 100, maxMs: 5_000 };
const IDLE_MS = 1_000;
const WITHDRAW_MS = 2_000;

export async function runPartition<O>(cursor: Cursor, options: PartitionLoopOptions<O>): Promise<void> {
  const { streams, clock, random, observer, group } = options;
  const signal = cursor.revoked;
  const onRetry = (attempt: Retry) => observer.retried(attempt);
  const begin: Begin = (work) => retry(work, { ...RETRY, clock, random, signal, onRetry });
  try {
    const start = await begin(() => sessionStart(streams, cursor, group, clock));
    await runSession(cursor, options, start, begin);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Tries again what comes before the first batch. */
type Begin = <T>(work: () => Promise<T>) => Promise<T>;

async function runSession<O>(
  cursor: Cursor,
  options: PartitionLoopOptions<O>,
  start: SessionStart,
  begin: Begin,
): Promise<void> {
  const { streams, observer, stage, clock, random, tracer, group, batch, depth } = options;
  const { topic, partition } = cursor;
  const place = { topic, partition, group };
  const failed = new AbortController();
  const { signal, dispose } = linkedAbort([cursor.revoked, failed.signal]);
  const withRetry = <T>(work: () => Promise<T>) => retry(work, { ...RETRY, clock, random, signal, onRetry });

  const note = start.note ?? (await recovered());
  const chain = new ChainReader(note.applied);
  const stamper = new ChainStamper(partition, note.previous);
  const applied = (origin: number) => chain.applied(origin);
  const watch = createGapWatch({ ...place, known: note.gaps, applied, clock, report: observer.gap });
  const guard = createCrashGuard({
    offset: start.offset,
    note,
    size: batch.maxRecords,
    window: (depth + 1) * batch.maxRecords,
    commit: (commit) => cursor.commit(commit),
  });

  const emits: Promise<void>[] = [];
  let last: Promise<void> = Promise.resolve();

  try {
    cursor.seek(start.offset);
    await run();
    await last;
  } finally {
    await withdrawn();
    watch.close();
    dispose();
  }

  /** A log that doesn't answer must not hold up a stop. */
  async function withdrawn(): Promise<void> {
    const patience = new AbortController();
    await Promise.race([guard.withdraw(), clock.sleep(WITHDRAW_MS, patience.signal)]);
    patience.abort();
  }

  function onRetry(attempt: Retry): void {
    observer.retried(attempt);
    void guard.withdraw();
  }

  async function run(): Promise<void> {
    // Who emits nothing asks for no lag: that would be most of what an idle worker does.
    let busy = true;
    for (let expected = start.offset; !signal.aborted; ) {
      if (emits.length >= depth) await emits.shift();
      if (busy) await withRetry(() => options.backPressure(signal));
      watch.check();
      const { cautious } = guard;
      const fetched = await inPhase(observer.phase, "fetch", () =>
        cursor.fetch({ ...batch, maxRecords: cautious ?? batch.maxRecords, waitMs: IDLE_MS }),
      );
      observer.turned();
      busy = fetched.length > 0;
      if (!busy || signal.aborted) continue;
      await withRetry(() => checkHead(streams, cursor, group, expected, fetched));
      expected = fetched.at(-1)!.offset + 1;
      const taken = options.chained ? chained(fetched) : fetched;
      const inputs = taken.map((record) => ({ partition, record }));
      const span = startProcess(tracer, place, taken);
      const job = {
        taken,
        nextOffset: expected,
        chain: { applied: chain.snapshot(), gaps: new Map(watch.open) },
        span,
      };
      if (inputs.length > 0 && cautious !== undefined) {
        // A commit of what was passed over before it must not come after its own.
        await last;
        await options.alone(signal, () => inSpan(span, () => emit({ ...job, outcomes: suspected(inputs, span) })));
        continue;
      }
      if (inputs.length > 0) await withRetry(() => guard.announce());
      const outcomes = inputs.length === 0 ? Promise.resolve([]) : staged(inputs, span);
      outcomes.catch(() => {});
      const before = last;
      last = inSpan(span, () => before.then(() => emit({ ...job, outcomes })));
      last.catch((error) => failed.abort(error));
      emits.push(last);
    }
  }

  /** Where nothing is known of the chain: what input and outputs tell. */
  async function recovered(): Promise<ChainNote> {
    const { previous, emitted } = await begin(() =>
      recoverEmitter({
        streams,
        cursor,
        group,
        output: options.output,
        offset: start.offset,
        keyOf: async (record) => {
          const [outcome] = await bisect([{ partition, record }]);
          return outcome?.kind === "ok" ? options.encode(outcome.output).key : undefined;
        },
      }),
    );
    if (cursor.committed)
      observer.startedAnew(
        `${topic}/${partition}: the commit of ${group} at ${start.offset} has no note, so another tool has set it: it goes on there${emitted === undefined || emitted >= start.offset - 1 ? "" : `, and what was between ${emitted} and it was passed over`}`,
      );
    else if (emitted !== undefined)
      observer.startedAnew(
        `${topic}/${partition}: ${group} has no commit any more: it reads anew from ${start.offset}; what was emitted up to ${emitted} will be passed over`,
      );
    const applied = options.chained
      ? await begin(() => appliedBefore(streams, topic, partition, start.offset, cursor.revoked))
      : new Map<number, number>();
    const note = { applied, previous };
    // So that it is looked for once, though nothing may come for long. Not at the first start of all: who has read nothing
    // knows nothing of what is missing.
    if (emitted !== undefined) await begin(() => cursor.commit({ offset: start.offset, metadata: formatNote(note) }));
    return note;
  }

  function chained(records: readonly StoredRecord[]): StoredRecord[] {
    return records.filter((record) => {
      const link = chainLink(record.headers);
      if (!link)
        throw new FatalError(
          "LOG_GAP",
          `${topic}/${partition}@${record.offset} has no chain headers: only Eddy may write to this topic`,
        );
      const verdict = chain.accept(link);
      watch.judged(verdict, link);
      observer.chain(verdict, link);
      return verdict === "take" || verdict === "start";
    });
  }

  /** A batch that may have killed the process before. */
  async function suspected(inputs: Parameters<Stage<O>>[0], parent: Span): Promise<readonly Outcome<O>[]> {
    const { condemned, attempts } = guard;
    observer.suspected(inputs.length, condemned);
    if (condemned)
      return [deadLetter({ code: "CRASHED", message: `the process died ${attempts} times with this record in hand` })];
    await withRetry(() => guard.announce());
    return staged(inputs, parent);
  }

  function staged(inputs: Parameters<Stage<O>>[0], parent: Span): Promise<readonly Outcome<O>[]> {
    return inPhase(observer.phase, "stage", () =>
      inSpan(tracer.start(options.name, { parent }), () => withRetry(() => bisect(inputs))),
    );
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

  function append(to: string, target: number, records: readonly LogRecord[], span: Span): Promise<void> {
    return inPhase(observer.phase, "append", () =>
      inSpan(startSend(tracer, span, to, target, records.length), () =>
        withRetry(() => streams.append(to, target, records)),
      ),
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
            topic,
            partition,
            stage: options.name,
            task: String(partition),
          }),
        );
      } else if (outcome.kind === "ok") {
        const { key, value, partition: target = partition } = options.encode(outcome.output);
        const travelling = continued(travellingHeaders(record.headers), span);
        const headers = { ...travelling, ...stamper.stamp(target, record.offset) };
        const list = outputs.get(target);
        const made = { key, value, headers };
        if (list) list.push(made);
        else outputs.set(target, [made]);
      }
      observer.outcome(outcome);
    }
    // People's topic may have grown since the dead letters' was made.
    if (letters.length > 0) {
      const count = await withRetry(() => streams.partitions(options.deadLetters));
      await append(options.deadLetters, partition % count, letters, span);
    }
    for (const [target, records] of outputs) await append(options.output, target, records, span);
    const metadata = await guard.progress(job.nextOffset, { ...job.chain, previous: stamper.snapshot() });
    await inPhase(observer.phase, "commit", () =>
      inSpan(startCommit(tracer, span, place, job.nextOffset), () =>
        withRetry(() => cursor.commit({ offset: job.nextOffset, metadata })),
      ),
    );
    observer.committed(job.taken.length, job.nextOffset);
  }
}
