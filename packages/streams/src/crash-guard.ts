/**
 * Finds the record that kills the process (a native crash, no memory left), across process deaths: what is being tried stands
 * in the commit.
 *
 * 1. A session says so in its commit before its first batch (one commit more), and takes it back when it ends in any other way
 *    than with the process, or waits for others: a stop, an error, a retry is no crash.
 * 2. A commit of progress clears it. So what the next session finds was left by a process that died of what comes next, or of
 *    something else at that moment.
 * 3. After such an end the records that may have done it (up to `until`) are tried in batches of an eighth, and of an eighth
 *    of that after the next death, down to one; each is announced, and run while nothing else under suspicion runs in this
 *    process. So a process that dies of one record leaves a mark at that one, not at its neighbours'.
 * 4. A single record that was begun MAX_ATTEMPTS times and never ended is condemned. With batches of 512 that is seven deaths
 *    in a row without any progress: deployments and rebalances don't do that.
 */
import { type ChainNote, formatNote, type Trial } from "./chain.ts";
import type { Commit } from "./port.ts";

export const MAX_ATTEMPTS = 4;
const SHRINK = 8;

export interface CrashGuardOptions {
  /** Where the session begins, and the note of the commit there. */
  readonly offset: number;
  readonly note: ChainNote;
  /** As usual. */
  readonly size: number;
  /** Records that may be in hand at a time. */
  readonly window: number;
  /** Durable when it resolves. */
  readonly commit: (commit: Commit) => Promise<void>;
}

export interface CrashGuard {
  /** Records of the next batch, which is to be run alone (3); undefined: as usual. */
  readonly cautious: number | undefined;
  /** The next batch is one record, and no longer to be tried (4). */
  readonly condemned: boolean;
  /** Deaths at this place, for people. */
  readonly attempts: number;
  /** Says in the commit that the next batch is begun. As usual: once a session. */
  announce(): Promise<void>;
  /** Takes that back, if it can: what holds us up is not the batch. */
  withdraw(): Promise<void>;
  /** The metadata of a commit of progress. */
  progress(offset: number, note: ChainNote): Promise<string>;
}

export function createCrashGuard({ size, window, commit, ...start }: CrashGuardOptions): CrashGuard {
  let { offset, note } = start;
  let trial = nextTrial(note.trial, offset);
  /** As the commit stands without an announcement. */
  let standing = note.trial;
  let announced: "never" | "now" | "before" = "never";
  let withdrawing: Promise<void> = Promise.resolve();

  const written = (present: Trial | undefined): Commit => {
    const { trial: _, ...chain } = note;
    return { offset, metadata: formatNote({ ...chain, ...(present && { trial: present }) }) };
  };

  return {
    get cautious() {
      return trial?.size;
    },
    get condemned() {
      return trial?.size === 1 && trial.attempts >= MAX_ATTEMPTS;
    },
    get attempts() {
      return trial?.attempts ?? 0;
    },
    async announce() {
      if (announced === "now" || (!trial && announced === "before")) return;
      const begun = trial ? { ...trial, attempts: trial.attempts + 1 } : { attempts: 1, size, until: offset + window };
      await withdrawing;
      await commit(written(begun));
      announced = "now";
    },
    withdraw() {
      if (announced === "now") {
        announced = "before";
        // Best effort: where it fails, the place is tried with more care than it deserves.
        withdrawing = commit(written(standing)).catch(() => {});
      }
      return withdrawing;
    },
    async progress(next, after) {
      await withdrawing;
      announced = "before";
      offset = next;
      note = after;
      trial = trial && next < trial.until ? { ...trial, attempts: 0 } : undefined;
      standing = trial;
      return written(trial).metadata;
    },
  };
}

/** What is to be done at `offset` after a session that left this trial there; undefined: as usual. */
function nextTrial(left: Trial | undefined, offset: number): Trial | undefined {
  if (!left || left.until <= offset) return undefined;
  if (left.attempts === 0 || left.size <= 1) return left;
  return { attempts: 0, size: Math.max(1, Math.floor(left.size / SHRINK)), until: left.until };
}
