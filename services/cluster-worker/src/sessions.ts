/**
 * One partition of `embeddings`, while this worker owns it: session after session (partition-session.ts).
 *
 * 1. A session begins at the commit, or where there is none of ours, at the first kept record: the model knows what is to be
 *    passed over.
 * 2. Without a model, documents are read on without commits and sampled for the first seed; then the next session begins.
 */
import { isSeeded } from "@eddy/clustering/state";
import { ProposalLost } from "@eddy/model/replica";
import { retry } from "@eddy/runtime/retry";
import type { Cursor } from "@eddy/streams/port";
import { type SessionStart, sessionStart } from "@eddy/streams/session-start";
import { createSession, RETRY, Restart } from "./partition-session.ts";
import type { ClusterOptions, Ports } from "./ports.ts";
import { sampleForSeed } from "./seeding-session.ts";

/** Runs sessions until the partition is lost. `beforeBatch` may hold the stream: the young model is seeded again in it. */
export async function runSessions(
  cursor: Cursor,
  ports: Ports,
  options: ClusterOptions,
  beforeBatch: (drained: () => Promise<void>) => Promise<void>,
): Promise<void> {
  let { committed } = cursor;
  while (!cursor.revoked.aborted) {
    try {
      await ports.replica.caughtUp(cursor.revoked);
      const start = await started();
      cursor.seek(start.offset);
      if (isSeeded(ports.replica.state)) await session(start);
      else await sampleForSeed(cursor, ports, options, start.note);
    } catch (error) {
      if (cursor.revoked.aborted) return;
      if (!(error instanceof Restart || error instanceof ProposalLost)) throw error;
      ports.logger.warn(`${cursor.topic}/${cursor.partition}: ${error.message}; starting again at the commit`);
    }
  }

  function started(): Promise<SessionStart> {
    const { topic, partition, revoked } = cursor;
    const { streams, clock, random, observer, replica } = ports;
    const work = async (): Promise<SessionStart> => {
      const start = await sessionStart(streams, { topic, partition, committed, revoked }, options.group, clock);
      if (start.note || replica.state.partitions.get(partition)?.applied === undefined) return start;
      // Set by a tool, or expired: the model knows better what is to be read.
      const offset = (await streams.bounds(topic, partition)).start;
      observer.startedAnew(
        `${topic}/${partition}: ${options.group} has no commit of its own${committed ? `, but one of another tool at ${committed.offset}` : " any more"}: it reads from ${offset}, and passes over what the model has`,
      );
      return { offset, note: undefined };
    };
    const onRetry = ({ error }: { readonly error: Error }) => observer.retried(error.message);
    return retry(work, { ...RETRY, clock, random, signal: revoked, onRetry });
  }

  async function session(start: SessionStart): Promise<void> {
    const run = createSession(cursor, ports, options, start, (commit) => {
      committed = commit;
    });
    try {
      while (!run.signal.aborted) {
        await beforeBatch(run.drained);
        await run.step();
      }
      run.signal.throwIfAborted();
    } finally {
      await run.close();
    }
  }
}
