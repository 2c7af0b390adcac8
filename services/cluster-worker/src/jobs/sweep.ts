import { centreMatrix } from "@eddy/clustering/centres";
import { clusterName } from "@eddy/contracts/collection";
import { retry } from "@eddy/runtime/retry";
import type { StoredPoint } from "@eddy/vectors/port";
import type { Ports } from "../ports.ts";

const PAGE = 256;

/**
 * Assigns anew the points whose cluster was chosen before `before` (a model version), page by page, until none is left:
 * points written meanwhile with an older model are met in the next round. Returns how many changed their cluster.
 */
export async function sweep(
  ports: Ports,
  before: number,
  signal: AbortSignal,
): Promise<{ looked: number; moved: number }> {
  const { store, observer, clock } = ports;
  const where = { assignedBefore: before };
  const withRetry = <T>(work: () => Promise<T>) => retry(work, { baseMs: 100, maxMs: 5_000, clock, signal });
  let looked = 0;
  let moved = 0;
  let after: string | undefined;
  let left = await remaining();
  while (!signal.aborted) {
    const page = await withRetry(() =>
      store.page({ where, limit: PAGE, withVectors: true, ...(after !== undefined && { after }) }),
    );
    const points = page.points.filter(({ vector }) => vector);
    if (points.length > 0) {
      const changed = await withRetry(() => reassign(ports, points));
      looked += points.length;
      moved += changed;
      observer.swept(points.length, changed);
      observer.stale((left = Math.max(0, left - points.length)));
    }
    after = page.next;
    if (after === undefined && (left = await remaining()) === 0) break;
  }
  return { looked, moved };

  async function remaining(): Promise<number> {
    const stale = await withRetry(() => store.count(where));
    observer.stale(stale);
    return stale;
  }
}

async function reassign({ replica, assigner, store, clock }: Ports, points: readonly StoredPoint[]): Promise<number> {
  const centres = centreMatrix(replica.state);
  const k = centres.clusters.length;
  const vectors = points.map(({ vector }) => vector!);
  const { nearest, distance, margin } = await assigner.assign(vectors, centres.values, vectors.length, k);
  const assignedAt = new Date(clock.now()).toISOString();
  let changed = 0;
  await store.reassign(
    points.map(({ payload }, row) => {
      const cluster = clusterName(centres.clusters[nearest[row]!]!);
      if (cluster !== payload.cluster_id) changed += 1;
      return {
        documentId: payload.document_id,
        version: payload.version,
        change: {
          cluster_id: cluster,
          distance: distance[row]!,
          margin: margin[row]!,
          assigned_with: centres.version,
          assigned_at: assignedAt,
        },
      };
    }),
  );
  return changed;
}
