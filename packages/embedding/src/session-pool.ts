/**
 * Several sessions of one thread each, behind the port of one. Measured on 2 cores: two of one thread do 1.1 times the work of
 * one of two on a quiet machine and 1.6 times on a busy one, where two threads that wait for each other at every operator
 * lose most (test/bench/embed.mjs). Each holds the weights once more.
 *
 * P1. A batch goes to the session with the least under way, the oldest batch first.
 * P2. A session has at most `DEPTH` batches: the next is there when one ends, and the others wait for whoever is free first.
 */
import { createDeferred, type Deferred } from "@eddy/runtime/deferred";
import type { PaddedBatch, RunResult, Session } from "./session.ts";

const DEPTH = 2;

interface Waiting {
  readonly batch: PaddedBatch;
  readonly done: Deferred<RunResult>;
}

/** Closes them all when it is closed. */
export function createSessionPool(sessions: readonly Session[]): Session {
  const underWay = new Map(sessions.map((session) => [session, 0]));
  const waiting: Waiting[] = [];

  function pump(): void {
    while (waiting.length > 0) {
      const [session, count] = [...underWay].reduce((least, entry) => (entry[1] < least[1] ? entry : least));
      if (count >= DEPTH) return;
      underWay.set(session, count + 1);
      void runOn(session, waiting.shift()!);
    }
  }

  async function runOn(session: Session, { batch, done }: Waiting): Promise<void> {
    try {
      done.resolve(await session.run(batch));
    } catch (error) {
      done.reject(error);
    }
    underWay.set(session, underWay.get(session)! - 1);
    pump();
  }

  return {
    device: sessions[0]!.device,
    lanes: sessions.length,
    run(batch) {
      const done = createDeferred<RunResult>();
      waiting.push({ batch, done });
      pump();
      return done.promise;
    },
    close: async () => {
      await Promise.all(sessions.map((session) => session.close()));
    },
  };
}
