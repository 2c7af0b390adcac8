import { effect } from "@preact/signals";
import { locked } from "./key.ts";

export interface Poll {
  /** Asks now, and then goes on at its pace. */
  nudge(): void;
  stop(): void;
}

const SLOWEST_MS = 15_000;

/**
 * Does `work` again and again, `everyMs` after its end: not while the tab is hidden or a key is wanted, and at once when that ends.
 * After failures it waits ever longer, up to 15 s. A failure is the work's own to tell.
 */
export function createPoll(work: (signal: AbortSignal) => Promise<void>, everyMs: number): Poll {
  const closed = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let busy = false;
  let again = false;
  let failures = 0;

  async function turn(): Promise<void> {
    clearTimeout(timer);
    if (busy) {
      again = true;
      return;
    }
    if (closed.signal.aborted || document.hidden || locked.peek() !== undefined) return;
    busy = true;
    again = false;
    try {
      await work(closed.signal);
      failures = 0;
    } catch {
      failures += 1;
    }
    busy = false;
    const wait = again ? 0 : Math.min(Math.max(SLOWEST_MS, everyMs), everyMs * 2 ** Math.min(failures, 8));
    if (!closed.signal.aborted) timer = setTimeout(turn, wait);
  }

  const onVisible = () => void turn();
  document.addEventListener("visibilitychange", onVisible);
  const unlock = effect(() => {
    if (locked.value === undefined) void turn();
  });
  return {
    nudge: () => void turn(),
    stop() {
      closed.abort();
      clearTimeout(timer);
      unlock();
      document.removeEventListener("visibilitychange", onVisible);
    },
  };
}
