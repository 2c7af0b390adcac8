import type { IntakeSummaryView } from "@eddy/contracts/api/intake";
import { FatalError, RetryableError } from "@eddy/contracts/errors";
import type { Clock } from "@eddy/runtime/clock";
import { retry } from "@eddy/runtime/retry";
import { type Api, type ApiAnswer, errorOf, refusal } from "../api.ts";
import type { Outgoing } from "./outgoing.ts";

/** How long a lost connection or a fault of the server is put up with, in milliseconds. */
const PATIENCE_MS = 60_000;
const WAIT_S = { least: 0.1, usual: 1, most: 60 };

export interface Refused {
  readonly document: Outgoing;
  readonly code: string;
  readonly message: string;
}

export interface Sent {
  readonly accepted: number;
  readonly refused: readonly Refused[];
}

export interface SenderOptions {
  readonly api: Api;
  readonly clock: Clock;
  readonly random: () => number;
  /** Gives up waiting. */
  readonly signal: AbortSignal;
  /** Told why nothing is sent at the moment, and undefined when it goes on. */
  readonly onWait: (why: string | undefined) => void;
}

/**
 * Sends batches. Under back-pressure (429) it waits as long as Eddy asks, for ever; through lost connections and faults it tries again for a
 * minute (the same ids: nothing is doubled), then throws RetryableError API_UNAVAILABLE. FatalError: Eddy won't have it at all.
 */
export function createSender({ api, clock, random, signal, onWait }: SenderOptions) {
  async function post(documents: readonly Outgoing[]): Promise<ApiAnswer> {
    const body = `${documents.map(({ line }) => line).join("\n")}\n`;
    for (;;) {
      const answer = await retry(
        async () => {
          const got = await api.request("/v1/documents", { method: "POST", body, contentType: "application/x-ndjson" });
          // 507: a person must make room first.
          if (got.status >= 500 && got.status !== 507) throw asRetryable(refusal(api.url, got));
          return got;
        },
        {
          baseMs: 250,
          maxMs: 5_000,
          deadlineMs: PATIENCE_MS,
          clock,
          random,
          signal,
          onRetry: () => onWait("waiting: Eddy doesn't answer, trying again"),
        },
      );
      if (answer.status !== 429) return answer;
      const slow = errorOf(answer.body)?.code === "TOO_FAST";
      onWait(slow ? "waiting: Eddy takes no more requests a second" : "waiting: Eddy is catching up");
      const seconds = answer.retryAfter ?? WAIT_S.usual;
      await clock.sleep(1_000 * Math.min(WAIT_S.most, Math.max(WAIT_S.least, seconds)), signal);
    }
  }

  async function send(documents: readonly Outgoing[]): Promise<Sent> {
    const answer = await post(documents);
    onWait(undefined);
    if (answer.status === 413) return split(documents, answer);
    const outcome = outcomeOf(answer);
    if (outcome === undefined) throw refusal(api.url, answer);
    const refused = outcome.rejected.flatMap(({ index, code, message }) => {
      const document = documents[index];
      return document ? [{ document, code, message }] : [];
    });
    return { accepted: outcome.accepted, refused };
  }

  /** Too large as a whole, for Eddy or for a proxy before it: in halves, down to the document that is. */
  async function split(documents: readonly Outgoing[], answer: ApiAnswer): Promise<Sent> {
    const half = documents.length >> 1;
    if (half === 0) {
      const { code, message } = errorOf(answer.body) ?? { code: "TOO_LARGE", message: "413: over the size limit" };
      return { accepted: 0, refused: documents.map((document) => ({ document, code, message })) };
    }
    const halves = [await send(documents.slice(0, half)), await send(documents.slice(half))];
    return {
      accepted: halves.reduce((sum, { accepted }) => sum + accepted, 0),
      refused: halves.flatMap(({ refused }) => refused),
    };
  }

  return send;
}

function asRetryable(error: FatalError | RetryableError): RetryableError {
  return error instanceof FatalError ? new RetryableError("API_UNAVAILABLE", error.message) : error;
}

function outcomeOf({ status, body }: ApiAnswer): IntakeSummaryView | undefined {
  const outcome = (status === 422 ? (body as { error?: unknown } | undefined)?.error : body) as
    | IntakeSummaryView
    | undefined;
  return (status < 300 || status === 422) && Array.isArray(outcome?.rejected) ? outcome : undefined;
}
