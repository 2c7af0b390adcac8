import { linkedAbort } from "@eddy/runtime/linked-abort";
import type { StoredRecord } from "../port.ts";
import type { PartitionLog } from "./partition-log.ts";

/** Waits until the log has a record at `offset`, `waitMs` pass or the signal aborts; says whether there is one. */
export async function awaitEnd(
  log: PartitionLog,
  offset: number,
  waitMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  if (log.end.value > offset) return true;
  if (waitMs <= 0 || signal?.aborted) return false;
  const stop = linkedAbort([signal], waitMs);
  try {
    while (log.end.value <= offset) await log.end.after(log.end.version, stop.signal);
    return true;
  } catch {
    return false;
  } finally {
    stop.dispose();
  }
}

/** Where to read on after a read: where it found nothing, compaction took all that was left up to the end. */
export function nextPosition(log: PartitionLog, records: readonly StoredRecord[]): number {
  const last = records.at(-1);
  return last ? last.offset + 1 : log.end.value;
}
