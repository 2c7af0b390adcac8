import type { Status } from "@eddy/console/status";
import type { Clock } from "@eddy/runtime/clock";
import { retry } from "@eddy/runtime/retry";
import type { Api } from "../api.ts";
import { counted } from "../figures.ts";

const POLL_MS = 250;
const PATIENCE_MS = 60_000;

/**
 * Resolves once nothing is on its way any more: what was published before is clustered, or in the dead letters. (Where others publish all the
 * time there may be no such moment; the signal ends the wait.) Throws API_UNAVAILABLE when Eddy is away for a minute.
 */
export async function awaitClustered(
  api: Api,
  {
    clock,
    random,
    signal,
    onWait,
  }: {
    readonly clock: Clock;
    readonly random: () => number;
    readonly signal: AbortSignal;
    readonly onWait: (why: string) => void;
  },
): Promise<void> {
  // Twice in a row: the three lags are not read at one moment, and a document may slip from one to the next meanwhile.
  for (let quiet = 0; quiet < 2; ) {
    const { lag, seeding } = await retry(() => api.json<Status>("/v1/status"), {
      baseMs: 250,
      maxMs: 5_000,
      deadlineMs: PATIENCE_MS,
      clock,
      random,
      signal,
      onRetry: () => onWait("waiting: Eddy doesn't answer, trying again"),
    });
    const behind = lag.documents + lag.texts + lag.embeddings;
    quiet = behind === 0 ? quiet + 1 : 0;
    if (behind > 0) {
      const seeds = seeding ? ` (seeding ${seeding.have}/${seeding.want})` : "";
      onWait(`waiting: ${counted(behind, "document")} on the way${seeds}`);
    }
    if (quiet < 2) await clock.sleep(POLL_MS, signal);
  }
}
