/**
 * Alive = every loop has turned lately; ready = every check passes (partitions assigned, model warm, store reachable).
 * Only a dead process should be restarted: a store that is away makes it not ready, never not alive.
 */
import type { Clock } from "./clock.ts";

/** Longest time that a check may take, in milliseconds. */
const CHECK_TIMEOUT_MS = 2_000;

/** Undefined = fine, else why not, for people. A check that throws or takes over two seconds fails. */
export type Check = () => string | undefined | Promise<string | undefined>;

export interface HealthReport {
  readonly ok: boolean;
  /** By name: `ok`, or why not. */
  readonly checks: Readonly<Record<string, string>>;
}

export interface Health {
  /** Registers a loop, which counts as turned now; call the result at each turn. */
  loop(name: string, maxSilenceMs: number): () => void;
  check(name: string, check: Check): void;
  live(): HealthReport;
  ready(): Promise<HealthReport>;
}

export function createHealth(clock: Clock): Health {
  const loops = new Map<string, { maxSilenceMs: number; turnedAt: number }>();
  const checks = new Map<string, Check>();

  async function run(check: Check): Promise<string> {
    const done = new AbortController();
    const timeout = clock.sleep(CHECK_TIMEOUT_MS, done.signal).then(
      () => `no answer within ${CHECK_TIMEOUT_MS / 1000} s`,
      () => "ok",
    );
    const answer = (async () => (await check()) ?? "ok")().catch((error: Error) => error.message || "failed");
    const first = await Promise.race([answer, timeout]);
    done.abort();
    return first;
  }

  return {
    loop(name, maxSilenceMs) {
      const loop = { maxSilenceMs, turnedAt: clock.now() };
      loops.set(name, loop);
      return () => {
        loop.turnedAt = clock.now();
      };
    },
    check(name, check) {
      checks.set(name, check);
    },
    live() {
      return report(
        [...loops].map(([name, { maxSilenceMs, turnedAt }]) => {
          const silence = clock.now() - turnedAt;
          return [name, silence <= maxSilenceMs ? "ok" : `has not turned for ${Math.round(silence / 1000)} s`];
        }),
      );
    },
    async ready() {
      return report(await Promise.all([...checks].map(async ([name, check]) => [name, await run(check)] as const)));
    },
  };
}

function report(entries: readonly (readonly [name: string, state: string])[]): HealthReport {
  return { ok: entries.every(([, state]) => state === "ok"), checks: Object.fromEntries(entries) };
}
