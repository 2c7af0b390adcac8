import { type PointPayload, payloadIndexes } from "@eddy/contracts/collection";
import { FatalError } from "@eddy/contracts/errors";
import { pointIdOf } from "./point-id.ts";
import type { CollectionSpec, PointBrief, PointWrite, Reassignment, StoredPoint, VectorStore } from "./port.ts";
import type { Filter, PointInput, PointRecord, UpdateOperation } from "./protocol.ts";
import type { QdrantApi } from "./qdrant-api.ts";
import { DELETED, living, storeFilter } from "./store-filter.ts";

/** Points, or operations, in one request. */
const CHUNK = 256;
/** Estimated bytes of JSON in one request; Qdrant refuses 32 MiB. */
const CHUNK_BYTES = 8 * 1024 * 1024;
/** Where Founded.uuid is kept in the collection's metadata. */
export const UUID_KEY = "eddy_uuid";
const BRIEF: readonly (keyof PointBrief)[] = ["document_id", "cluster_id", "version"];

/**
 * The store over Qdrant's operations.
 *
 * 1. The fence (G3) is an `update_filter`: a point that is there changes only where its version is older, or the same and assigned no
 *    later. It is one filter a request, so points are sent in groups of one (version, assigned_with), several groups a batch.
 * 2. A sweep (`reassign`) is set_payload by filter, with the id inside the filter: with ids beside a filter Qdrant heeds the ids alone.
 *    Distances differ from point to point, so it is one operation a point, many in a batch.
 * 3. A mark is a point with `deleted: true` and `vector: {}`, which takes away the vector it had (so in Qdrant's own engine, too).
 */
export function createQdrantStore(api: QdrantApi, collection: string): VectorStore {
  const toStored = ({ payload, vector }: PointRecord): StoredPoint => ({
    payload: payload as unknown as PointPayload,
    ...(vector instanceof Float32Array && { vector }),
  });

  async function lookup(documentIds: readonly string[], options: { withVectors?: boolean } = {}) {
    const found = new Map<string, StoredPoint>();
    const documentOf = new Map(documentIds.map((id) => [pointIdOf(id), id]));
    for (const ids of chunks([...documentOf.keys()], () => 0)) {
      const records = await api.retrieve(collection, {
        ids,
        with_payload: true,
        with_vector: options.withVectors ?? false,
      });
      for (const record of records) found.set(documentOf.get(String(record.id))!, toStored(record));
    }
    return found;
  }

  return {
    async open(spec) {
      if (!(await api.getCollection(collection))) await api.createCollection(collection, creation(spec));
      const found = await api.getCollection(collection);
      if (!found) throw new FatalError("STORE_REFUSED", `the collection ${collection} vanished while it was opened`);
      checkShape(collection, found.vectors, spec);
      const owner = found.metadata[UUID_KEY];
      if (owner === undefined && found.points === 0) await api.setMetadata(collection, { [UUID_KEY]: spec.uuid });
      else if (owner !== spec.uuid) throw foreign(collection, owner, spec.uuid);
      for (const [field, type] of Object.entries(payloadIndexes)) {
        if (!(field in found.indexes)) await api.createIndex(collection, field, type);
      }
    },
    async write(points) {
      for (const chunk of chunks(points, sizeOf)) await api.update(collection, fenced(chunk));
    },
    async reassign(changes) {
      for (const chunk of chunks(changes, () => 0)) await api.update(collection, chunk.map(sweep));
    },
    lookup,
    async sample(limit, where) {
      if (limit <= 0) return [];
      const filter = living(where);
      const ids = (await api.query(collection, { query: { sample: "random" }, filter, limit })).map(({ id }) => id);
      const points: StoredPoint[] = [];
      for (const some of chunks(ids, () => 0)) {
        const records = await api.retrieve(collection, { ids: some, with_payload: true, with_vector: true });
        // a document may have been deleted since
        points.push(...records.map(toStored).filter(({ payload, vector }) => vector && !payload.deleted));
      }
      return points;
    },
    async page({ where, limit, after, withVectors = false }) {
      const filter = where?.deleted ? storeFilter(where) : living(where);
      const request = { filter, limit, offset: after, with_payload: true, with_vector: withVectors };
      const { points, next } = await api.scroll(collection, request);
      return { points: points.map(toStored), ...(next !== undefined && { next: String(next) }) };
    },
    async briefs({ limit, after }) {
      const with_payload = BRIEF;
      const request = { filter: living(), limit, offset: after, with_payload, with_vector: false };
      const { points, next } = await api.scroll(collection, request);
      const briefs = points.map(({ payload }) => payload as unknown as PointBrief);
      return { briefs, ...(next !== undefined && { next: String(next) }) };
    },
    async nearest(vector, { limit, where }) {
      if (limit <= 0) return [];
      const records = await api.query(collection, { query: vector, filter: living(where), limit, with_payload: true });
      return records.map((record) => ({ ...toStored(record), score: record.score ?? 0 }));
    },
    async ordered({ by, direction, limit, where, withVectors = false }) {
      if (limit <= 0) return [];
      const order_by = { key: by, direction };
      const request = { filter: living(where), limit, order_by, with_payload: true, with_vector: withVectors };
      const { points } = await api.scroll(collection, request);
      return points.map(toStored);
    },
    count: (where) => api.count(collection, where?.deleted ? storeFilter(where) : living(where)),
    async facet(field, { limit = 10_000, where } = {}) {
      if (limit <= 0) return [];
      const hits = await api.facet(collection, { key: field, limit, filter: living(where), exact: true });
      return hits.map(({ value, count }) => ({ value: String(value), count }));
    },
    async purge(before) {
      const filter: Filter = { must: [DELETED, { key: "assigned_at", range: { lt: before } }] };
      const marks = await api.count(collection, filter);
      if (marks > 0) await api.update(collection, [{ delete: { filter } }]);
      return marks;
    },
    ping: () => api.ping(),
    close: () => api.close(),
  };
}

function creation({ dimensions, distance, uuid }: CollectionSpec) {
  return { vectors: { size: dimensions, distance }, on_disk_payload: true, metadata: { [UUID_KEY]: uuid } };
}

function checkShape(collection: string, vectors: unknown, { dimensions, distance }: CollectionSpec): void {
  const shape = vectors as { size?: number; distance?: string } | undefined;
  if (shape?.size === dimensions && shape.distance === distance) return;
  const have = shape?.size ? `${shape.size}-wide ${shape.distance} vectors` : "other vectors";
  throw new FatalError(
    "STORE_SHAPE",
    `the collection ${collection} has ${have}, this model gives ${dimensions}-wide ${distance} ones: use another collection name`,
  );
}

function foreign(collection: string, owner: unknown, uuid: string): FatalError {
  const whose = owner === undefined ? "was not made by Eddy" : `belongs to the model log ${String(owner)}`;
  return new FatalError(
    "STORE_FOREIGN",
    `the collection ${collection} ${whose}, not to ${uuid}: use another collection name`,
  );
}

/** One upsert for each run of points of the same version and model. */
function fenced(points: readonly PointWrite[]): UpdateOperation[] {
  const groups: { key: string; points: PointInput[]; filter: Filter }[] = [];
  for (const { vector, payload } of points) {
    const { version, assigned_with } = payload;
    const key = `${version}/${assigned_with}`;
    const point = { id: pointIdOf(payload.document_id), vector: vector ?? {}, payload: { ...payload } };
    const last = groups.at(-1);
    if (last?.key === key) last.points.push(point);
    else groups.push({ key, points: [point], filter: notNewerThan(version, assigned_with) });
  }
  return groups.map((group) => ({ upsert: { points: group.points, update_filter: group.filter } }));
}

function notNewerThan(version: number, assignedWith: number): Filter {
  const same = {
    must: [
      { key: "version", match: { value: version } },
      { key: "assigned_with", range: { lte: assignedWith } },
    ],
  };
  return { should: [{ key: "version", range: { lt: version } }, same] };
}

function sweep({ documentId, version, change }: Reassignment): UpdateOperation {
  const filter: Filter = {
    must: [
      { has_id: [pointIdOf(documentId)] },
      { key: "version", match: { value: version } },
      { key: "assigned_with", range: { lt: change.assigned_with } },
    ],
    must_not: DELETED,
  };
  return { set_payload: { payload: { ...change }, filter } };
}

function sizeOf({ vector, payload }: PointWrite): number {
  const metadata = payload.metadata ? JSON.stringify(payload.metadata).length : 0;
  return (
    2000 + 14 * (vector?.length ?? 0) + 3 * ((payload.text?.length ?? 0) + (payload.title?.length ?? 0) + metadata)
  );
}

/** Runs of at most CHUNK items and about CHUNK_BYTES; none for none. */
function* chunks<T>(items: readonly T[], bytesOf: (item: T) => number): Iterable<T[]> {
  let chunk: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = bytesOf(item);
    if (chunk.length === CHUNK || (chunk.length > 0 && bytes + size > CHUNK_BYTES)) {
      yield chunk;
      [chunk, bytes] = [[], 0];
    }
    chunk.push(item);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}
