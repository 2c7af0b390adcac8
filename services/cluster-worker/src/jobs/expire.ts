import { ONLY_REVISION_HEADER } from "@eddy/contracts/chain-headers";
import { partitionOf } from "@eddy/streams/murmur2";
import type { LogRecord } from "@eddy/streams/port";
import type { StoredPoint } from "@eddy/vectors/port";
import type { Ports } from "../ports.ts";

/** Deletions under way at a time. */
const MOST = 256;
const LOOK_EVERY_MS = 60_000;
const RESEND_MS = 600_000;

/**
 * Retention of points by age: deletes the documents whose record entered `documents` more than `retentionMs` ago (0: none, ever).
 *
 * 1. A document leaves as it came, through the log: a deletion in `documents`, so that the model's counts stay those of the points.
 * 2. Each deletion names the revision that was found, so a newer version that is on its way stays (stages/conditions.ts).
 * 3. The next ones go out once those before have had their effect, or after ten minutes where they still are due: what is under
 *    way is bounded, after a restart too.
 *
 * The function that is returned does a little each time it is called, and never waits for the pipeline.
 */
export function createExpiry(
  { store, streams, topics, clock, logger }: Pick<Ports, "store" | "streams" | "topics" | "clock" | "logger">,
  retentionMs: number,
): () => Promise<void> {
  const lookEveryMs = Math.min(LOOK_EVERY_MS, retentionMs / 10);
  let sent: readonly StoredPoint[] = [];
  let sentAt = 0;
  let lookAt = Number.NEGATIVE_INFINITY;

  async function unchanged(points: readonly StoredPoint[]): Promise<StoredPoint[]> {
    const present = await store.lookup(points.map(({ payload }) => payload.document_id));
    return points.filter(({ payload }) => present.get(payload.document_id)?.payload.revision === payload.revision);
  }

  async function publish(points: readonly StoredPoint[]): Promise<void> {
    const partitions = await streams.partitions(topics.documents);
    const byPartition = new Map<number, LogRecord[]>();
    for (const { payload } of points) {
      const key = Buffer.from(payload.document_id);
      const partition = partitionOf(key, partitions);
      const deletion = { key, value: null, headers: { [ONLY_REVISION_HEADER]: payload.revision } };
      byPartition.set(partition, [...(byPartition.get(partition) ?? []), deletion]);
    }
    for (const [partition, records] of byPartition) await streams.append(topics.documents, partition, records);
  }

  return async function expire() {
    const now = clock.now();
    if (retentionMs === 0) return;
    if (sent.length > 0 && now - sentAt < RESEND_MS) {
      sent = await unchanged(sent);
      if (sent.length > 0) return;
    } else if (now < lookAt) return;
    const receivedBefore = new Date(now - retentionMs).toISOString();
    const { points } = await store.page({ where: { receivedBefore }, limit: MOST });
    if (points.length === 0) lookAt = now + lookEveryMs;
    else {
      await publish(points);
      logger.debug(`${points.length} documents are older than their retention: deletions sent`);
    }
    sent = points;
    sentAt = now;
  };
}
