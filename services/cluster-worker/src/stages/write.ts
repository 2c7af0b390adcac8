import { lastOfEach } from "@eddy/clustering/mini-batch";
import { chainHeaders, VERSION_HEADER } from "@eddy/contracts/chain-headers";
import { clusterName } from "@eddy/contracts/collection";
import type { Assignment } from "@eddy/contracts/document";
import type { LogRecord } from "@eddy/streams/port";
import type { PointWrite } from "@eddy/vectors/port";
import type { CountedBatch, Item } from "../batch.ts";

/** The points of a batch: the last version of each document; a mark for a deleted one. */
export function pointsOf(batch: CountedBatch, assignedAt: string): PointWrite[] {
  return [...lastOfEach(batch.items).values()].map((index) => {
    const { embedded, documentId, offset } = batch.items[index]!;
    const { version, assignedWith } = batch;
    if (!embedded) {
      return {
        payload: {
          document_id: documentId,
          revision: `deleted@${offset}`,
          received_at: assignedAt,
          version,
          assigned_with: assignedWith,
          assigned_at: assignedAt,
          deleted: true,
        },
      };
    }
    const cluster = clusterName(batch.clusters[index]!);
    return {
      vector: embedded.vector,
      // Spread last: each name after a spread is fifty times as slow, and this runs for every document.
      payload: {
        cluster_id: cluster,
        distance: batch.distances[index]!,
        margin: batch.margins[index]!,
        version,
        assigned_with: assignedWith,
        counted_in: cluster,
        counted_at: batch.clock,
        assigned_at: assignedAt,
        model: embedded.model,
        model_revision: embedded.modelRevision,
        ...embedded.document,
        ...(embedded.truncated && { truncated: true }),
      },
    };
  });
}

/** The assignments of a batch, chained: one for the last version of each document, in the order of the log. */
export function assignmentsOf(batch: CountedBatch, partition: number, assignedAt: string): LogRecord[] {
  let previous = batch.from;
  return [...lastOfEach(batch.items).values()]
    .sort((a, b) => a - b)
    .map((index) => {
      const item = batch.items[index]!;
      const stamp = {
        [chainHeaders.origin]: String(partition),
        [chainHeaders.source]: String(item.source),
        [chainHeaders.previous]: String(previous),
      };
      previous = item.source;
      const key = Buffer.from(item.documentId);
      if (!item.embedded)
        return { key, value: null, headers: { ...item.headers, ...stamp, [VERSION_HEADER]: String(batch.version) } };
      return {
        key,
        value: Buffer.from(JSON.stringify(assignmentOf(batch, index, item, assignedAt))),
        headers: { ...item.headers, ...stamp },
      };
    });
}

function assignmentOf(batch: CountedBatch, index: number, item: Item, assignedAt: string): Assignment {
  return {
    document_id: item.documentId,
    cluster_id: clusterName(batch.clusters[index]!),
    distance: batch.distances[index]!,
    margin: batch.margins[index]!,
    version: batch.version,
    assigned_with: batch.assignedWith,
    assigned_at: assignedAt,
  };
}
