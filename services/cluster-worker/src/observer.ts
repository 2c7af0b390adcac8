import type { Refusal } from "@eddy/clustering/state";
import type { PhaseMeter } from "@eddy/runtime/phase-metrics";
import type { ChainLink, ChainVerdict } from "@eddy/streams/chain";
import type { GapReport } from "@eddy/streams/gap-watch";

/** What a cluster-worker tells of itself: the place for metrics and log lines. */
export interface ClusterObserver {
  turned(): void;
  chain(verdict: ChainVerdict, link: ChainLink): void;
  readonly gap: GapReport;
  /** A session began without the note of a commit, though the model has counted documents of the partition. */
  startedAnew(message: string): void;
  /** A Delta was taken. */
  counted(documents: number): void;
  deltaRefused(why: Refusal): void;
  /** Points and assignments are durable. */
  written(documents: readonly { readonly receivedAt: string }[]): void;
  rewritten(points: number): void;
  swept(looked: number, moved: number): void;
  retried(message: string): void;
  /** Points that a sweep has still to look at. */
  stale(points: number): void;
  readonly phase: PhaseMeter;
  quality(distance: number, margin: number): void;
  /** The newest snapshot; `atMs`: it was written just now. */
  snapshot(version: number, atMs?: number): void;
}

export const silentObserver: ClusterObserver = {
  turned() {},
  chain() {},
  gap() {},
  startedAnew() {},
  counted() {},
  deltaRefused() {},
  written() {},
  rewritten() {},
  swept() {},
  retried() {},
  stale() {},
  phase() {},
  quality() {},
  snapshot() {},
};
