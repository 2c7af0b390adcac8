import type { DocumentMap } from "@eddy/contracts/api/map";

/** The points that are on the map: columns of the same length. */
export interface Points {
  /** undefined: there is no map yet. */
  readonly layout: string | undefined;
  readonly ids: readonly string[];
  readonly titles: readonly string[];
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Index into `clusters`. */
  readonly cluster: Uint16Array;
  /** Milliseconds on the caller's clock at which it came while one was looking; 0: it was there before. */
  readonly bornAt: Float64Array;
  readonly clusters: readonly string[];
  readonly row: ReadonlyMap<string, number>;
}

export const noPoints: Points = {
  layout: undefined,
  ids: [],
  titles: [],
  x: new Float32Array(),
  y: new Float32Array(),
  cluster: new Uint16Array(),
  bornAt: new Float64Array(),
  clusters: [],
  row: new Map(),
};

/**
 * The points after an answer. A point that is there keeps its row, so what is drawn never jumps; one that is new gets `now`, unless
 * the whole layout is. An answer without news gives the same object back.
 */
export function mergePoints(before: Points, answer: DocumentMap, now: number): Points {
  const { points, removed, layout } = answer;
  if (layout === null) return before === noPoints ? before : noPoints;
  if (!answer.full && layout.id === before.layout && points.id.length === 0 && removed.length === 0) return before;
  const fresh = answer.full && layout.id !== before.layout;
  const gone = answer.full ? new Set(before.ids) : new Set(removed);
  if (answer.full) for (const id of points.id) gone.delete(id);

  const clusters = [...before.clusters];
  const clusterAt = new Map(clusters.map((name, at) => [name, at]));
  const codes = answer.clusters.map((name) => {
    const known = clusterAt.get(name);
    if (known !== undefined) return known;
    clusterAt.set(name, clusters.length);
    return clusters.push(name) - 1;
  });

  const row = new Map<string, number>();
  for (const id of before.ids) if (!gone.has(id)) row.set(id, row.size);
  for (const id of points.id) if (!row.has(id)) row.set(id, row.size);
  const size = row.size;
  const ids = new Array<string>(size);
  const titles = new Array<string>(size);
  const x = new Float32Array(size);
  const y = new Float32Array(size);
  const cluster = new Uint16Array(size);
  const bornAt = new Float64Array(size);
  for (const [at, id] of before.ids.entries()) {
    const to = gone.has(id) ? undefined : row.get(id);
    if (to === undefined) continue;
    ids[to] = id;
    titles[to] = before.titles[at]!;
    x[to] = before.x[at]!;
    y[to] = before.y[at]!;
    cluster[to] = before.cluster[at]!;
    bornAt[to] = before.bornAt[at]!;
  }
  for (const [at, id] of points.id.entries()) {
    const to = row.get(id)!;
    if (ids[to] === undefined && !fresh) bornAt[to] = now;
    ids[to] = id;
    titles[to] = points.title[at] ?? "";
    x[to] = points.x[at] ?? 0;
    y[to] = points.y[at] ?? 0;
    cluster[to] = codes[points.cluster[at] ?? 0] ?? 0;
  }
  return { layout: layout.id, ids, titles, x, y, cluster, bornAt, clusters, row };
}

/** Name of the cluster of a row. */
export function clusterOf(points: Points, row: number): string {
  return points.clusters[points.cluster[row] ?? 0] ?? "";
}
