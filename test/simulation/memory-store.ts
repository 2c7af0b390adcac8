import type { PointFilter, StoredPoint, VectorStore } from "@eddy/vectors/port";
import type { Sabotage } from "./sabotage.ts";
import type { Scheduler, SimProcess } from "./scheduler.ts";

/** The points of the simulation, shared by its processes. */
export type Points = Map<string, StoredPoint>;

/** The store with the fences of the port, as one simulated process sees it. Not all of the port: what the workers use. */
export function simStore(points: Points, scheduler: Scheduler, process: SimProcess, sabotage: Sabotage): VectorStore {
  const step = <T>(work: () => T) => scheduler.step(process, async () => work());
  const seen = new Map<string, StoredPoint>();
  const living = () => [...points.values()].filter(({ payload }) => !payload.deleted);
  const matches = (where: PointFilter = {}) =>
    living().filter(
      ({ payload }) =>
        (where.assignedBefore === undefined || payload.assigned_with < where.assignedBefore) &&
        (where.receivedBefore === undefined || payload.received_at < where.receivedBefore),
    );
  const unused = () => {
    throw new Error("not used in the simulation");
  };
  return {
    open: async () => {},
    async write(writes) {
      const written = step(() => {
        for (const { payload, vector } of writes) {
          const present = points.get(payload.document_id)?.payload;
          const mayWrite =
            !present ||
            sabotage.noVersionFence ||
            present.version < payload.version ||
            (present.version === payload.version && present.assigned_with <= payload.assigned_with);
          if (mayWrite) points.set(payload.document_id, { payload, ...(vector && { vector }) });
        }
      });
      if (!sabotage.earlyAcknowledgement) await written;
    },
    reassign: (changes) =>
      step(() => {
        for (const { documentId, version, change } of changes) {
          const present = points.get(documentId);
          const read = seen.get(documentId);
          if (sabotage.naiveSweep && read) {
            const version = change.assigned_with;
            points.set(documentId, { ...read, payload: { ...read.payload, ...change, version } });
            continue;
          }
          if (present?.payload.version !== version || present.payload.assigned_with >= change.assigned_with) continue;
          points.set(documentId, { ...present, payload: { ...present.payload, ...change } });
        }
      }),
    lookup: (ids) => step(() => new Map(ids.flatMap((id) => (points.has(id) ? [[id, points.get(id)!] as const] : [])))),
    sample: (limit) => step(() => living().slice(0, limit)),
    page: ({ where, limit, after }) =>
      step(() => {
        const all = matches(where)
          .filter(({ payload }) => after === undefined || payload.document_id >= after)
          .sort((a, b) => (a.payload.document_id < b.payload.document_id ? -1 : 1));
        const next = all[limit]?.payload.document_id;
        for (const point of all.slice(0, limit)) seen.set(point.payload.document_id, point);
        return { points: all.slice(0, limit), ...(next !== undefined && { next }) };
      }),
    count: (where) => step(() => matches(where).length),
    briefs: unused,
    nearest: unused,
    ordered: unused,
    facet: unused,
    purge: async () => 0,
    ping: async () => {},
    close: async () => {},
  };
}
