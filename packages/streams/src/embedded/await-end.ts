import type { PartitionLog } from "./embedded-streams.ts";

/** Waits until the log has a record at `offset`, `waitMs` pass or the signal aborts; says whether there is one. */
export async function awaitEnd(
  log: PartitionLog,
  offset: number,
  waitMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  if (log.end.value > offset) return true;
  if (waitMs <= 0 || signal?.aborted) return false;
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), waitMs);
  const stop = signal ? AbortSignal.any([signal, timeout.signal]) : timeout.signal;
  try {
    while (log.end.value <= offset) await log.end.after(log.end.version, stop);
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
