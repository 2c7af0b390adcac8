import { awaitFounded } from "@eddy/model/foundation";
import { retry } from "@eddy/runtime/retry";
import type { Consumer } from "@eddy/streams/port";
import { createExpiry } from "./jobs/expire.ts";
import { createReseeder } from "./jobs/reseed.ts";
import { snapshotIfDue } from "./jobs/snapshot.ts";
import { sweep } from "./jobs/sweep.ts";
import type { ClusterOptions, Ports } from "./ports.ts";
import { runSessions } from "./sessions.ts";

export interface ClusterWorkerOptions extends ClusterOptions {
  /** How far back `embeddings` may be read again: until then a deleted document leaves its mark. */
  readonly replayWindowMs: number;
  /** Documents that came longer ago are deleted; 0: kept for ever. */
  readonly pointRetentionMs: number;
}

export interface ClusterWorker {
  readonly name: string;
  readonly consumer: Consumer;
  /** `stopping` ends a start that waits, for the store or the founding. */
  start(fail: (error: unknown) => void, stopping?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

const JOB_POLL_MS = 250;
const PURGE_EVERY_MS = 3_600_000;
/** Looks for points that were written with an older model behind a sweep's back: by a slow write, or one done again after a crash. */
const SWEEP_EVERY_MS = 60_000;

/** `embeddings` → the model, points and `assignments`. The replica is started and stopped by whoever made it. */
export function createClusterWorker(ports: Ports, options: ClusterWorkerOptions): ClusterWorker {
  const { streams, topics, replica, snapshots, changes, store, clock, logger } = ports;
  const consumer = streams.consumer({ group: options.group, topic: topics.embeddings });
  const stopped = new AbortController();
  let jobs: Promise<void> = Promise.resolve();

  const withRetry = <T>(work: () => Promise<T>) =>
    retry(work, {
      baseMs: 200,
      maxMs: 5_000,
      clock,
      signal: stopped.signal,
      onRetry: ({ error }) => ports.observer.retried(error.message),
    });

  return {
    name: "cluster-worker",
    consumer,
    async start(fail, stopping) {
      const started = new AbortController();
      const giveUp = () => stopped.abort(new Error("stopping"));
      stopping?.addEventListener("abort", giveUp, { once: true, signal: started.signal });
      const { dimensions, metric, uuid } = await awaitFounded(replica, stopped.signal);
      const distance = metric === "spherical" ? "Cosine" : "Euclid";
      await withRetry(() => store.open({ dimensions, distance, uuid }));
      await consumer.start(
        (cursor) =>
          runSessions(
            cursor,
            ports,
            options,
            cursor.partition === 0 ? createReseeder(ports, options, cursor.revoked) : async () => {},
          ),
        fail,
      );
      started.abort();
      jobs = runJobs().catch((error) => {
        if (!stopped.signal.aborted) fail(error);
      });
    },
    async stop() {
      stopped.abort(new Error("stopping"));
      await consumer.stop();
      await jobs;
    },
  };

  /** Once-in-a-while work of the owner of partition 0; two at once do no harm. */
  async function runJobs(): Promise<void> {
    const expire = createExpiry(ports, options.pointRetentionMs);
    let swept = { before: -1, at: clock.now() };
    let snapshotVersion = (await withRetry(() => snapshots.load())).newest?.version ?? -1;
    ports.observer.snapshot(snapshotVersion);
    let purgedAt = Number.NEGATIVE_INFINITY;
    while (!stopped.signal.aborted) {
      await clock.sleep(JOB_POLL_MS, stopped.signal).catch(() => {});
      if (stopped.signal.aborted || !consumer.assigned().includes(0)) continue;
      const { structuredAt } = replica.state;
      if (structuredAt > swept.before || (structuredAt >= 0 && clock.now() - swept.at >= SWEEP_EVERY_MS)) {
        const { looked, moved } = await sweep(ports, structuredAt, stopped.signal);
        if (looked > 0) logger.debug(`swept ${looked} points, ${moved} moved`);
        swept = { before: structuredAt, at: clock.now() };
      }
      // Before the snapshot: what it covers is not folded again by a new process.
      await withRetry(() => changes.tell());
      const newest = await withRetry(() => snapshotIfDue(ports, snapshotVersion, options.snapshotEvery));
      if (newest !== snapshotVersion) ports.observer.snapshot(newest, clock.now());
      snapshotVersion = newest;
      await withRetry(expire);
      if (clock.now() - purgedAt < PURGE_EVERY_MS) continue;
      purgedAt = clock.now();
      await withRetry(() => store.purge(new Date(clock.now() - options.replayWindowMs).toISOString()));
    }
  }
}
