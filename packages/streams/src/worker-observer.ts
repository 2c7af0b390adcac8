import type { Retry } from "@eddy/runtime/retry";
import type { ChainLink, ChainVerdict } from "./chain.ts";
import type { Outcome } from "./stage.ts";

/** What a worker's loop tells of itself: the place for metrics and log lines. */
export interface WorkerObserver {
  /** The loop came round: liveness. */
  turned(): void;
  outcome(outcome: Outcome<unknown>): void;
  chain(verdict: ChainVerdict, link: ChainLink): void;
  retried(retry: Retry): void;
  committed(records: number, offset: number): void;
  paused(paused: boolean): void;
}

export const silentObserver: WorkerObserver = {
  turned() {},
  outcome() {},
  chain() {},
  retried() {},
  committed() {},
  paused() {},
};
