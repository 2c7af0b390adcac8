/**
 * A replica of the model: reads the model log and folds it.
 *
 * 1. An event is folded only at offset version + 1: a lower one is passed over, at a higher one the reader is sent back.
 * 2. What this process appends is known again by (worker, sequence), not by an offset: an append that was tried twice may
 *    stand in the log twice; the first one's outcome is the outcome.
 * 3. Where the log no longer has the next event, a newer snapshot is loaded, or the replica stops (MODEL_LOG_CUT). What this
 *    process has proposed may be in what was jumped over: nobody can say what became of it (ProposalLost).
 */
import { randomUUID } from "node:crypto";
import type { EventBody, ModelEvent } from "@eddy/clustering/events";
import { applyEvent, type FoldOutcome } from "@eddy/clustering/fold";
import { emptyState, type ModelState } from "@eddy/clustering/state";
import { FatalError, RetryableError } from "@eddy/contracts/errors";
import type { Clock } from "@eddy/runtime/clock";
import { createDeferred, type Deferred } from "@eddy/runtime/deferred";
import { createLatest, type Latest } from "@eddy/runtime/latest";
import { linkedAbort } from "@eddy/runtime/linked-abort";
import { retry } from "@eddy/runtime/retry";
import type { LogReader, Streams } from "@eddy/streams/port";
import { encodeEvent } from "./event-codec.ts";
import { eventOf } from "./event-record.ts";
import type { Snapshots } from "./snapshots.ts";

export interface ReplicaOptions {
  readonly streams: Streams;
  readonly topic: string;
  readonly snapshots: Snapshots;
  readonly clock: Clock;
  /** Told of each event once it is folded. */
  readonly folded?: (event: ModelEvent, version: number, outcome: FoldOutcome, state: ModelState) => void;
  /** Test hook: this process's id in the log. */
  readonly worker?: string;
}

export interface Proposed {
  readonly version: number;
  readonly outcome: FoldOutcome;
  /** The decay clock right after it. */
  readonly clock: number;
}

export interface Replica {
  readonly state: ModelState;
  /** Version of the state; wakes those who wait for the next event. */
  readonly version: Latest<number>;
  start(fail: (error: unknown) => void): Promise<void>;
  /** Resolves once all that was in the log at the call is folded. */
  caughtUp(signal?: AbortSignal): Promise<void>;
  /** Appends an event and waits until it is folded. */
  propose(body: EventBody, epoch?: number, signal?: AbortSignal): Promise<Proposed>;
  stop(): Promise<void>;
}

/** The replica jumped to a snapshot: whether the proposal was taken, only the state tells. */
export class ProposalLost extends RetryableError {}

const FETCH = { maxRecords: 256, waitMs: 1_000 };

export function createReplica(options: ReplicaOptions): Replica {
  const { streams, topic, snapshots, clock, worker = randomUUID() } = options;
  let state = emptyState();
  const version = createLatest(-1);
  const waiting = new Map<number, Deferred<Proposed>>();
  const stopped = new AbortController();
  /** Aborted when following ended with an error: nothing waits for an event that will not be folded. */
  const failed = new AbortController();
  let sequence = 0;
  let reader: LogReader | undefined;
  let following: Promise<void> = Promise.resolve();

  async function load(): Promise<boolean> {
    const { newest } = await snapshots.load();
    if (!newest || newest.version <= state.version) return false;
    state = newest;
    version.set(state.version);
    return true;
  }

  async function follow(): Promise<void> {
    while (!stopped.signal.aborted) {
      const records = await reader!.fetch({ ...FETCH, signal: stopped.signal }).catch(async (error) => {
        if (!(error instanceof FatalError && error.code === "LOG_GAP")) throw error;
        if (!(await retry(load, { baseMs: 100, maxMs: 5_000, clock, signal: stopped.signal })))
          throw new FatalError(
            "MODEL_LOG_CUT",
            `the model log no longer has event ${state.version + 1} and there is no newer snapshot`,
            { cause: error },
          );
        reader!.seek(state.version + 1);
        const lost = new ProposalLost("STREAM_UNAVAILABLE", `the model went on from the snapshot of ${state.version}`);
        for (const waiter of waiting.values()) waiter.reject(lost);
        waiting.clear();
        return [];
      });
      for (const record of records) {
        if (record.offset <= state.version) continue;
        if (record.offset > state.version + 1) {
          reader!.seek(state.version + 1);
          break;
        }
        fold(record.offset, eventOf(topic, record));
      }
    }
  }

  function fold(offset: number, event: ModelEvent): void {
    const outcome = applyEvent(state, offset, event);
    options.folded?.(event, offset, outcome, state);
    version.set(offset);
    if (event.worker !== worker) return;
    const waiter = waiting.get(event.sequence);
    waiting.delete(event.sequence);
    waiter?.resolve({ version: offset, outcome, clock: state.clock });
  }

  return {
    get state() {
      return state;
    },
    version,
    async start(fail) {
      await load();
      const { start } = await streams.bounds(topic, 0);
      if (start > state.version + 1) {
        throw new FatalError(
          "MODEL_LOG_CUT",
          `the model log starts at ${start}, but the newest snapshot ends at ${state.version}: the model can't be rebuilt. Restore the models topic, or start a new pipeline`,
        );
      }
      reader = streams.reader(topic, 0, state.version + 1);
      following = follow().catch((error) => {
        failed.abort(error);
        if (!stopped.signal.aborted) fail(error);
      });
      await this.caughtUp().catch(async (error) => {
        await reader?.close();
        throw error;
      });
    },
    async caughtUp(signal) {
      const { end } = await streams.bounds(topic, 0);
      const stop = linkedAbort([signal, stopped.signal, failed.signal]);
      try {
        while (state.version < end - 1) await version.after(version.version, stop.signal);
      } finally {
        stop.dispose();
      }
    },
    async propose(body, epoch = state.epoch, signal) {
      const event = { ...body, worker, sequence: ++sequence, atMs: clock.now(), epoch } as ModelEvent;
      const waiter = createDeferred<Proposed>();
      waiter.promise.catch(() => {});
      waiting.set(event.sequence, waiter);
      const value = encodeEvent(event);
      const stop = linkedAbort([signal, stopped.signal, failed.signal]);
      stop.signal.addEventListener("abort", () => waiter.reject(stop.signal.reason), { once: true });
      try {
        await retry(() => streams.append(topic, 0, [{ key: Buffer.from("model"), value, headers: {} }]), {
          baseMs: 50,
          maxMs: 2_000,
          clock,
          signal: stop.signal,
        });
        return await waiter.promise;
      } finally {
        stop.dispose();
        waiting.delete(event.sequence);
      }
    },
    async stop() {
      stopped.abort(new Error("the replica was stopped"));
      await following;
      await reader?.close();
    },
  };
}
