import type { Status } from "@eddy/contracts/api/status";
import type { Clock } from "@eddy/runtime/clock";
import { retry } from "@eddy/runtime/retry";
import type { Api } from "../api.ts";
import { counted } from "../figures.ts";

const POLL_MS = 250;
const PATIENCE_MS = 60_000;

type Flow = Pick<Status, "documents" | "lag">;

/**
 * Follows what was published up to `start` through the three topics, however much comes after it: tells of each later status whether all of
 * it is clustered (or in the dead letters). A topic is passed once its reader has committed past the mark that was set when the one before it
 * was passed, or has nothing left to read. At most one topic is passed a status, because a status reads the topics at slightly different moments.
 * Exact for one partition; with more, one that is far ahead of the others can hide their lag while others publish too.
 */
export function createPassage({ documents: { received } }: Flow): (now: Flow) => boolean {
  let topic = 0;
  let mark = received;
  return ({ documents, lag }) => {
    if (topic === 0 && documents.received - lag.documents >= mark) {
      topic = 1;
      // Each text becomes one embedding.
      mark = documents.embedded + lag.texts;
    } else if (topic === 1 && (lag.texts === 0 || documents.embedded >= mark)) {
      topic = 2;
      mark = documents.embedded;
    } else if (topic === 2) {
      return lag.embeddings === 0 || documents.embedded - lag.embeddings >= mark;
    }
    return false;
  };
}

export interface AwaitOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly onWait: (why: string) => void;
}

/** Resolves once what was published before is clustered. Throws API_UNAVAILABLE when Eddy is away for a minute. */
export async function awaitClustered(api: Api, { clock, random, signal, onWait }: AwaitOptions): Promise<void> {
  const poll = () =>
    retry(() => api.json<Status>("/v1/status"), {
      baseMs: 250,
      maxMs: 5_000,
      deadlineMs: PATIENCE_MS,
      clock,
      random,
      signal,
      onRetry: () => onWait("waiting: Eddy doesn't answer, trying again"),
    });
  const passed = createPassage(await poll());
  for (let now = await poll(); !passed(now); now = await poll()) {
    const { lag, seeding } = now;
    const seeds = seeding ? ` (seeding ${seeding.have}/${seeding.want})` : "";
    onWait(`waiting: ${counted(lag.documents + lag.texts + lag.embeddings, "document")} on the way${seeds}`);
    await clock.sleep(POLL_MS, signal);
  }
}
