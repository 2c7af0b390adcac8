/**
 * The map of documents, as it is looked at.
 *
 * 1. A point stays where it is until its content changes or the whole layout is made anew; that happens each time the documents are
 *    four times those that it was fitted on, goes on from the places that are there, and comes to an end at REFERENCES.
 * 2. What is new comes from the tail of `assignments`; what that may have missed, and clusters that a sweep changed, from holding the
 *    map against the store once a minute and after each change of the model's structure.
 * 3. Nothing is read or computed while nobody looks.
 */

import { livingClusters } from "@eddy/clustering/state";
import type { NeighbourMetric, Points } from "@eddy/compute/neighbour-search";
import type { DocumentMap } from "@eddy/contracts/api/map";
import { createRepeatedWarning } from "@eddy/runtime/repeated-warning";
import type { PointBrief, StoredPoint } from "@eddy/vectors/port";
import { excerpt } from "../excerpt.ts";
import type { ConsolePorts } from "../ports.ts";
import { openAssignmentTail } from "./assignment-tail.ts";
import type { LayoutMaker } from "./layout-maker.ts";
import { createMapPoints, type MapPoint } from "./map-points.ts";
import { createSample } from "./sample.ts";

export interface LiveMap {
  /** The map, or what changed since the revision. It is kept up for as long as this is called. */
  read(since?: number): DocumentMap;
  close(): Promise<void>;
}

export interface LiveMapOptions {
  readonly maker: LayoutMaker;
  /** Points on the map. */
  readonly capacity?: number;
}

const CAPACITY = 20_000;
/** How far over its capacity a map may grow before its sample is narrowed. */
const SLACK = 1.25;
/** Points that a layout is fitted on at most. */
const REFERENCES = 5_000;
const LEAST = 3;
const GROWTH = 4;
const PAGE = 500;
const TICK_MS = 1_000;
const RECONCILE_MS = 60_000;
/** While points have yet to be moved to the clusters of the present model. */
const SWEEPING_MS = 5_000;
const UNWATCHED_MS = 120_000;
const RETRY_MS = 5_000;
const TITLE_CHARACTERS = 80;

export function createLiveMap(ports: ConsolePorts, { maker, capacity = CAPACITY }: LiveMapOptions): LiveMap {
  const { streams, topics, store, replica, clock, logger } = ports;
  const points = createMapPoints(clock.now());
  const sample = createSample(capacity);
  const warn = createRepeatedWarning(logger, clock);
  const closed = new AbortController();
  let layout: DocumentMap["layout"] = null;
  let watchedAt = Number.NEGATIVE_INFINITY;
  let following: Promise<void> | undefined;

  const watched = () => !closed.signal.aborted && clock.now() - watchedAt < UNWATCHED_MS;
  const documents = () => livingClusters(replica.state).reduce((sum, { count }) => sum + count, 0);

  async function follow(): Promise<void> {
    while (watched()) {
      try {
        await followStore();
      } catch (error) {
        if (closed.signal.aborted) return;
        warn("map", `the map of documents stands still: ${(error as Error).message}`);
        await clock.sleep(RETRY_MS, closed.signal).catch(() => {});
      }
    }
  }

  async function followStore(): Promise<void> {
    const tail = await openAssignmentTail(streams, topics.assignments);
    try {
      let reconciledAt = Number.NEGATIVE_INFINITY;
      let structuredAt = replica.state.structuredAt;
      let sweeping = false;
      while (watched()) {
        if (dueForLayout()) await layOut();
        if (replica.state.structuredAt !== structuredAt) sweeping = true;
        if (layout && clock.now() - reconciledAt >= (sweeping ? SWEEPING_MS : RECONCILE_MS)) {
          structuredAt = replica.state.structuredAt;
          reconciledAt = clock.now();
          sweeping = (await store.count({ assignedBefore: structuredAt })) > 0;
          await reconcile();
        }
        await refresh(await tail.read(TICK_MS, closed.signal));
      }
    } finally {
      await tail.close();
    }
  }

  function dueForLayout(): boolean {
    const count = documents();
    if (!layout) return count >= LEAST;
    return layout.fitted_on < REFERENCES && count >= GROWTH * layout.fitted_on;
  }

  async function layOut(): Promise<void> {
    const references: StoredPoint[] = [];
    let next: string | undefined;
    do {
      const page = await store.page({ limit: PAGE, withVectors: true, ...(next !== undefined && { after: next }) });
      references.push(...page.points.filter(({ vector }) => vector));
      next = page.next;
    } while (next !== undefined && references.length < REFERENCES);
    if (references.length < LEAST) return;
    const start = layout ? await placesNow(references) : undefined;
    const matrix = matrixOf(references);
    const { method, places } = await maker.fit(matrix, { metric: metric(), ...(start && { start }) });
    const made = references.map((point, row) => mapPoint(point, places, row));
    while (next !== undefined && made.length < capacity) {
      const page = await store.page({ limit: PAGE, withVectors: true, after: next });
      const found = page.points.filter(({ vector }) => vector);
      if (found.length > 0) made.push(...(await placed(found)));
      next = page.next;
    }
    points.clear();
    for (const point of made) points.put(point);
    if (next !== undefined) sample.endAfter(made.at(-1)!.documentId);
    const madeAt = new Date(clock.now()).toISOString();
    layout = { id: `${method}-${madeAt}`, method, fitted_on: references.length, made_at: madeAt };
  }

  /** Where the points are in the present layout, those that it hasn't seen yet placed into it. */
  async function placesNow(found: readonly StoredPoint[]): Promise<Float32Array> {
    const places = await maker.place(matrixOf(found));
    for (const [row, { payload }] of found.entries()) {
      const known = points.get(payload.document_id);
      if (known) places.set([known.x, known.y], row * 2);
    }
    return places;
  }

  async function reconcile(): Promise<void> {
    const gone = new Set(points.ids());
    const unknown = new Set<string>();
    let left = capacity;
    let last = "";
    let next: string | undefined;
    do {
      const page = await store.briefs({ limit: Math.min(left, PAGE), ...(next !== undefined && { after: next }) });
      for (const brief of page.briefs) {
        last = brief.document_id;
        gone.delete(last);
        if (!recoloured(brief)) unknown.add(brief.document_id);
      }
      left -= page.briefs.length;
      next = page.next;
    } while (next !== undefined && left > 0);
    if (next !== undefined) sample.endAfter(last);
    for (const id of gone) points.remove(id);
    await refresh(unknown);
  }

  /** Whether the content is known; its cluster is then brought up to date. */
  function recoloured({ document_id, cluster_id, version }: PointBrief): boolean {
    const known = points.get(document_id);
    if (known?.version !== version) return false;
    if (cluster_id !== undefined && cluster_id !== known.clusterId) points.put({ ...known, clusterId: cluster_id });
    return true;
  }

  /** Looks documents up, and places those whose content is new. */
  async function refresh(ids: ReadonlySet<string>): Promise<void> {
    if (!layout) return;
    const asked = [...ids].filter((id) => sample.has(id));
    for (let first = 0; first < asked.length; first += PAGE) {
      const some = asked.slice(first, first + PAGE);
      const found = await store.lookup(some, { withVectors: true });
      const fresh: StoredPoint[] = [];
      for (const id of some) {
        const point = found.get(id);
        if (!point?.vector || point.payload.deleted) points.remove(id);
        else if (!recoloured(point.payload)) fresh.push(point);
      }
      if (fresh.length === 0) continue;
      for (const point of await placed(fresh)) points.put(point);
      narrow();
    }
  }

  function narrow(): void {
    if (points.size <= SLACK * capacity) return;
    for (const id of sample.narrow(points.ids())) points.remove(id);
  }

  async function placed(found: readonly StoredPoint[]): Promise<MapPoint[]> {
    const places = await maker.place(matrixOf(found));
    return found.map((point, row) => mapPoint(point, places, row));
  }

  const metric = (): NeighbourMetric => (replica.state.founded?.metric === "spherical" ? "cosine" : "euclidean");

  return {
    read(since) {
      watchedAt = clock.now();
      if (replica.state.founded && !closed.signal.aborted) {
        following ??= follow().finally(() => {
          following = undefined;
        });
      }
      return { layout, documents: documents(), shown: points.size, ...points.changes(since) };
    },
    async close() {
      closed.abort(new Error("the map was closed"));
      await following;
      await maker.close();
    },
  };
}

function matrixOf(found: readonly StoredPoint[]): Points {
  const width = found[0]!.vector!.length;
  const values = new Float32Array(found.length * width);
  for (const [row, { vector }] of found.entries()) values.set(vector!, row * width);
  return { values, count: found.length, width };
}

function mapPoint({ payload }: StoredPoint, places: Float32Array, row: number): MapPoint {
  const { document_id, version, cluster_id, title, text } = payload;
  return {
    documentId: document_id,
    version,
    x: places[row * 2]!,
    y: places[row * 2 + 1]!,
    clusterId: cluster_id ?? "",
    title: excerpt(title ?? text ?? "", TITLE_CHARACTERS),
  };
}
