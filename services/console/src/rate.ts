import type { Clock } from "@eddy/runtime/clock";

/** How fast a count grows, over the last five seconds or so. */
export interface Rate {
  readonly perSecond: number;
  /** Looks once a second until the signal aborts. */
  follow(signal: AbortSignal): Promise<void>;
}

const EVERY_MS = 1_000;
const LOOKS = 6;

/** @param count what is counted so far; a look at it that fails is left out */
export function createRate(count: () => Promise<number>, clock: Clock): Rate {
  const looks: { readonly at: number; readonly count: number }[] = [];

  async function look(): Promise<void> {
    looks.push({ at: clock.now(), count: await count() });
    if (looks.length > LOOKS) looks.shift();
  }

  return {
    get perSecond() {
      const [first, last] = [looks[0], looks.at(-1)];
      if (!first || !last || last.at <= first.at) return 0;
      return Math.max(0, ((last.count - first.count) / (last.at - first.at)) * 1_000);
    },
    async follow(signal) {
      while (!signal.aborted) {
        await look().catch(() => {});
        await clock.sleep(EVERY_MS, signal).catch(() => {});
      }
    },
  };
}
