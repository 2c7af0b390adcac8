import type { Clock } from "@eddy/runtime/clock";

/** How far a long run is. */
export interface Progress {
  readonly epoch: number;
  readonly epochs: number;
  /** Share of all epochs that is done, 0 to 1. */
  readonly done: number;
  /** By the pace so far; undefined until there is one. */
  readonly secondsLeft: number | undefined;
}

/**
 * Tells the time left by the pace since `start`.
 * @param start share done at the beginning: more than 0 where a run goes on from a state
 */
export function createPace(clock: Pick<Clock, "now">, start: number): (done: number) => number | undefined {
  const began = clock.now();
  return (done) => (done > start ? (((clock.now() - began) / 1000) * (1 - done)) / (done - start) : undefined);
}
