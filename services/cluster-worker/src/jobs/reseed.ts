import { inPhase } from "@eddy/runtime/phase-metrics";
import { retry } from "@eddy/runtime/retry";
import type { ClusterOptions, Ports } from "../ports.ts";
import { refit, refitDue } from "./refit.ts";

/** Longest that the stream waits for better centres, in milliseconds: a busy machine takes a minute for them. */
export const HOLD_MS = 2_000;

/**
 * Seeds the young model again when it is due. To be called before each batch of partition 0: the stream waits for it, so that
 * the next documents meet the better model, but not for long; then it goes on, as those of other partitions do, while the
 * centres are sought. Rejects where a re-fit failed for good.
 */
export function createReseeder(
  ports: Ports,
  options: ClusterOptions,
  signal: AbortSignal,
): (drained: () => Promise<void>) => Promise<void> {
  const { clock, observer } = ports;
  let running: Promise<void> | undefined;
  const failures: unknown[] = [];

  /** Asked again at each try: a proposal that was lost from sight may have been taken. */
  const again = async () => {
    if (refitDue(ports)) await refit(ports, options, signal);
  };

  return async (drained) => {
    if (failures.length > 0) throw failures[0];
    if (running || !refitDue(ports)) return;
    await drained();
    const work = retry(again, { baseMs: 200, maxMs: 5_000, clock, signal });
    running = work
      .catch((error: unknown) => void failures.push(error))
      .finally(() => {
        running = undefined;
      });
    const waited = new AbortController();
    await inPhase(observer.phase, "refit", () =>
      Promise.race([running, clock.sleep(HOLD_MS, waited.signal).catch(() => {})]),
    );
    waited.abort();
    if (failures.length > 0) throw failures[0];
  };
}
