import type { StatusHistory } from "@eddy/contracts/api/status";
import type { Clock } from "@eddy/runtime/clock";

/** Counts at one moment. */
export interface FlowCounts {
  /** Ever. */
  readonly received: number;
  readonly clustered: number;
  /** Records that still lie before a worker. */
  readonly lag: number;
}

/** What went through the pipeline of late, as far as this process saw it. */
export interface Flow {
  readonly history: StatusHistory;
  /** Looks every five seconds until the signal aborts. */
  follow(signal: AbortSignal): Promise<void>;
}

const EVERY_MS = 5_000;
/** Half an hour. */
const KEPT = 360;

/** @param look a look that fails is left out */
export function createFlow(look: () => Promise<FlowCounts>, clock: Clock): Flow {
  const looks: (FlowCounts & { readonly at: number })[] = [];
  return {
    get history() {
      const steps = looks.slice(1).map((now, at) => ({ now, before: looks[at]! }));
      const perSecond = (count: (one: FlowCounts) => number) =>
        steps.map(({ now, before }) => Math.max(0, ((count(now) - count(before)) / (now.at - before.at)) * 1_000));
      return {
        step_seconds: EVERY_MS / 1_000,
        at: steps.map(({ now }) => now.at / 1_000),
        received_per_second: perSecond(({ received }) => received),
        clustered_per_second: perSecond(({ clustered }) => clustered),
        lag: steps.map(({ now }) => now.lag),
      };
    },
    async follow(signal) {
      while (!signal.aborted) {
        const counts = await look().catch(() => undefined);
        const at = clock.now();
        if (counts && at > (looks.at(-1)?.at ?? Number.NEGATIVE_INFINITY)) looks.push({ ...counts, at });
        if (looks.length > KEPT + 1) looks.shift();
        await clock.sleep(EVERY_MS, signal).catch(() => {});
      }
    },
  };
}
