import type { PhaseMeter } from "@eddy/runtime/phase-metrics";
import type { Retry } from "@eddy/runtime/retry";
import type { ChainLink, ChainVerdict } from "./chain.ts";
import type { GapReport } from "./gap-watch.ts";
import type { Outcome } from "./stage.ts";

/** What a worker's loop tells of itself: the place for metrics and log lines. */
export interface WorkerObserver {
  /** The loop came round: liveness. */
  turned(): void;
  outcome(outcome: Outcome<unknown>): void;
  chain(verdict: ChainVerdict, link: ChainLink): void;
  readonly gap: GapReport;
  /** A session began without the note of a commit, though it is not the first of all. */
  startedAnew(message: string): void;
  /** These records may have killed a process: they are tried with care; condemned: not any more. */
  suspected(records: number, condemned: boolean): void;
  retried(retry: Retry): void;
  committed(records: number, offset: number): void;
  /** Where the time of a batch goes. */
  readonly phase: PhaseMeter;
  paused(paused: boolean): void;
}

export const silentObserver: WorkerObserver = {
  turned() {},
  outcome() {},
  chain() {},
  gap() {},
  startedAnew() {},
  suspected() {},
  retried() {},
  committed() {},
  phase() {},
  paused() {},
};
