import { RetryableError } from "@eddy/contracts/errors";
import type { Clock } from "@eddy/runtime/clock";
import type { Streams } from "@eddy/streams/port";

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly retryAfterSeconds: number };

/** Whether the pipeline takes more documents now. */
export type Admission = () => Promise<Verdict>;

export interface AdmissionOptions {
  readonly streams: Streams;
  readonly topic: string;
  /** Ingest's group. */
  readonly group: string;
  /** Documents waiting at which to refuse more; goes on at four fifths of it. */
  readonly limit: number;
  readonly clock: Clock;
}

const CHECK_MS = 100;
const LONGEST_SECONDS = 60;
/** Longest that a client waits for the log to tell, in milliseconds; Eddy itself asks on. */
const ANSWER_MS = 5_000;

/**
 * Refuses while more than `limit` documents wait to be read by ingest (which itself pauses while its readers lag), so that
 * HTTP does not fill `documents` without end. Retry-After is what the way down to four fifths takes at the present pace.
 * Rejects with RetryableError STREAM_UNAVAILABLE where the log doesn't answer in time.
 */
export function createAdmission({ streams, topic, group, limit, clock }: AdmissionOptions): Admission {
  const resume = limit * 0.8;
  let verdict: Promise<Verdict> = Promise.resolve({ ok: true });
  let checkedAt = Number.NEGATIVE_INFINITY;
  let checking = false;
  let refusing = false;
  let before: { readonly waiting: number; readonly at: number } | undefined;

  async function check(now: number): Promise<Verdict> {
    const lags = await streams.lag(group, topic);
    const waiting = [...lags.values()].reduce((sum, lag) => sum + lag, 0);
    refusing = waiting > (refusing ? resume : limit);
    const perSecond = before && now > before.at ? ((before.waiting - waiting) / (now - before.at)) * 1_000 : 0;
    before = { waiting, at: now };
    if (!refusing) return { ok: true };
    const seconds = perSecond > 0 ? Math.ceil((waiting - resume) / perSecond) : 1;
    return { ok: false, retryAfterSeconds: Math.min(LONGEST_SECONDS, Math.max(1, seconds)) };
  }

  async function inTime(answer: Promise<Verdict>): Promise<Verdict> {
    const answered = new AbortController();
    const late = clock.sleep(ANSWER_MS, answered.signal).then(() => {
      throw new RetryableError("STREAM_UNAVAILABLE", "the log doesn't answer");
    });
    return Promise.race([answer, late]).finally(() => {
      late.catch(() => {});
      answered.abort();
    });
  }

  return () => {
    const now = clock.now();
    if (!checking && now - checkedAt >= CHECK_MS) {
      checkedAt = now;
      checking = true;
      verdict = check(now).finally(() => {
        checking = false;
      });
      // A failed check is not remembered.
      verdict.catch(() => {
        checkedAt = Number.NEGATIVE_INFINITY;
      });
    }
    return checking ? inTime(verdict) : verdict;
  };
}
