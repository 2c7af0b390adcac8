import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 50;

/** Asks until there is an answer; throws where there is none within `ms`, or what the asking throws. */
export async function until<T>(what: string, ms: number, ask: () => Promise<T | null | undefined | false>): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`waited ${ms / 1000} s for ${what}`);
    await sleep(POLL_MS);
  }
}
