import type { DocumentMap } from "@eddy/contracts/api/map";

/** A document on the map. */
export interface MapPoint {
  readonly documentId: string;
  /** Of its content: a newer one is placed anew. */
  readonly version: number;
  readonly x: number;
  readonly y: number;
  readonly clusterId: string;
  readonly title: string;
}

/** What changed since a revision; `full`: all there is, since nobody knows what has gone since. */
export interface MapChanges {
  readonly revision: number;
  readonly full: boolean;
  readonly clusters: readonly string[];
  readonly points: DocumentMap["points"];
  readonly removed: readonly string[];
}

/** The points of the map, and what changed when. */
export interface MapPointSet {
  readonly size: number;
  get(documentId: string): MapPoint | undefined;
  ids(): Iterable<string>;
  put(point: MapPoint): void;
  remove(documentId: string): void;
  /** Forgets all: who asks next gets the whole map. */
  clear(): void;
  changes(since: number | undefined): MapChanges;
}

/** Removals that are remembered. */
const MOST_REMOVED = 10_000;
/** A ten-thousandth of the map's half: less than a pixel. */
const PRECISION = 1e4;

/** @param first a revision greater than any that another process has given out */
export function createMapPoints(first: number): MapPointSet {
  const points = new Map<string, { readonly point: MapPoint; readonly revision: number }>();
  const removed = new Map<string, number>();
  let revision = first;
  /** Of what is older, it is not known what has gone since. */
  let floor = first;

  return {
    get size() {
      return points.size;
    },
    get: (id) => points.get(id)?.point,
    ids: () => points.keys(),
    put(point) {
      removed.delete(point.documentId);
      points.set(point.documentId, { point, revision: ++revision });
    },
    remove(id) {
      if (!points.delete(id)) return;
      removed.set(id, ++revision);
      if (removed.size <= MOST_REMOVED) return;
      const [[oldest, at]] = removed as unknown as [[string, number]];
      removed.delete(oldest);
      floor = at;
    },
    clear() {
      points.clear();
      removed.clear();
      floor = ++revision;
    },
    changes(since = -1) {
      const full = since < floor || since > revision;
      const fresh = [...points.values()].filter((entry) => full || entry.revision > since).map(({ point }) => point);
      const clusters = [...new Set(fresh.map(({ clusterId }) => clusterId))];
      const placeOf = new Map(clusters.map((name, place) => [name, place]));
      return {
        revision,
        full,
        clusters,
        points: {
          id: fresh.map(({ documentId }) => documentId),
          x: fresh.map(({ x }) => rounded(x)),
          y: fresh.map(({ y }) => rounded(y)),
          cluster: fresh.map(({ clusterId }) => placeOf.get(clusterId)!),
          title: fresh.map(({ title }) => title),
        },
        removed: full ? [] : [...removed].filter(([, at]) => at > since).map(([id]) => id),
      };
    },
  };
}

const rounded = (value: number) => Math.round(value * PRECISION) / PRECISION;
