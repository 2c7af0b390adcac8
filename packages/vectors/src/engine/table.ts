import type { Payload, PointId } from "../protocol.ts";
import type { Arena } from "./arena.ts";
import type { Column } from "./column.ts";
import { parseExact, stringifyExact } from "./exact-json.ts";
import { createIdOrder } from "./id-order.ts";
import { type PayloadPath, parsePath, valuesAt } from "./payload-path.ts";
import { readPointId } from "./point-id.ts";
import { createColumn, type FieldSchema } from "./schema.ts";
import { createSlab, type Slab } from "./slab.ts";
import { createSparseSlab } from "./sparse-slab.ts";
import type { Storage } from "./storage.ts";
import { decodeVectors, encodeVectors } from "./vector-codec.ts";
import type { NamedVectors, VectorConfig } from "./vector-input.ts";

/**
 * The points of one collection: ids, vectors and indexed fields in memory, payloads on disk.
 *
 * 1. A point keeps its slot, a small number, as long as it lives; slots of removed points are used again.
 * 2. Writes happen inside `commit`, to disk and memory alike. If it fails, each touched slot is put back to what the disk has, in the
 *    same turn of the event loop: nobody sees what was not kept.
 */
export interface Table {
  readonly size: number;
  /** All slots are below this. */
  readonly high: number;
  readonly config: VectorConfig;
  readonly columns: ReadonlyMap<string, Column>;
  readonly schemas: ReadonlyMap<string, FieldSchema>;
  slotOf(id: PointId): number | undefined;
  idOf(slot: number): PointId | undefined;
  versionOf(slot: number): number;
  slab(name: string): Slab | undefined;
  /** To look at only: the same object may be given again. */
  payload(slot: number): Readonly<Payload>;
  /** The caller's own copy. */
  readPayload(slot: number): Payload;
  takeIds(from: PointId | undefined, limit: number, after?: boolean): PointId[];
  /** Writes a point. Without `vectors` or `payload` it keeps its own; vectors not named are removed with `replace`. Returns its slot. */
  put(id: PointId, version: number, change: Change): number;
  remove(slot: number): void;
  commit<T>(work: () => T): T;
  addIndex(field: string, schema: FieldSchema): void;
  dropIndex(field: string): void;
  /** It is read no more: its memory is for others. */
  free(): void;
}

export interface Change {
  readonly payload?: Readonly<Payload>;
  readonly vectors?: NamedVectors;
  /** The point has only the vectors given. */
  readonly replace?: boolean;
  readonly dropVectors?: readonly string[];
}

export function openTable(
  storage: Storage,
  collection: string,
  config: VectorConfig,
  arena: Arena,
  indexes: Iterable<readonly [string, FieldSchema]>,
): Table {
  const { records, vectors } = storage.table(collection);
  const touched = new Set<number>();
  const ids: (PointId | undefined)[] = [];
  const versions: number[] = [];
  const slots = new Map<PointId, number>();
  const unused: number[] = [];
  const order = createIdOrder();
  const slabs = new Map<string, Slab>([
    ...[...config.dense].map(([name, params]) => [name, createSlab(params, arena)] as const),
    ...[...config.sparse].map(([name, params]) => [name, createSparseSlab(params)] as const),
  ]);
  const columns = new Map<string, Column>();
  const schemas = new Map<string, FieldSchema>();
  const paths = new Map<string, PayloadPath>();
  let last: { slot: number; payload: Payload } | undefined;

  function indexPayload(slot: number, payload: Payload): void {
    for (const [field, column] of columns) setColumn(column, slot, payload, paths.get(field)!);
  }

  function remember(slot: number, id: PointId, version: number): void {
    if (ids[slot] !== id) {
      while (ids.length <= slot) ids.push(undefined);
      ids[slot] = id;
      slots.set(id, slot);
      order.add(id);
    }
    versions[slot] = version;
  }

  function forget(slot: number): void {
    const id = ids[slot];
    if (id === undefined) return;
    slots.delete(id);
    order.remove(id);
    ids[slot] = undefined;
    for (const slab of slabs.values()) slab.clear(slot);
    for (const column of columns.values()) column.clear(slot);
    if (last?.slot === slot) last = undefined;
  }

  function readPayload(slot: number): Payload {
    const record = records.get(slot);
    return record === undefined ? {} : readRecord(record).payload;
  }

  function payload(slot: number): Readonly<Payload> {
    if (last?.slot !== slot) last = { slot, payload: readPayload(slot) };
    return last.payload;
  }

  function restore(slot: number, record: string, bytes: Uint8Array | undefined): void {
    const { id, version, payload } = readRecord(record);
    remember(slot, id, version);
    indexPayload(slot, payload);
    const named = bytes ? decodeVectors(bytes, config) : undefined;
    for (const [name, slab] of slabs) {
      const vector = named?.get(name);
      if (vector) slab.set(slot, vector);
      else slab.clear(slot);
    }
  }

  function reload(slot: number): void {
    forget(slot);
    const at = unused.indexOf(slot);
    if (at >= 0) unused.splice(at, 1);
    const record = records.get(slot);
    if (record === undefined) unused.push(slot);
    else restore(slot, record, vectors.get(slot));
  }

  for (const [field, schema] of indexes) {
    schemas.set(field, schema);
    paths.set(field, parsePath(field));
    columns.set(field, createColumn(schema));
  }
  for (const { key, value } of records.entries()) restore(Number(key), value, vectors.get(key));
  for (let slot = ids.length - 1; slot >= 0; slot -= 1) if (ids[slot] === undefined) unused.push(slot);

  return {
    get size() {
      return slots.size;
    },
    get high() {
      return ids.length;
    },
    config,
    columns,
    schemas,
    slotOf: (id) => slots.get(id),
    idOf: (slot) => ids[slot],
    versionOf: (slot) => versions[slot] ?? 0,
    slab: (name) => slabs.get(name),
    payload,
    readPayload,
    takeIds: (from, limit, after) => order.take(from, limit, after),
    put(id, version, change) {
      const known = slots.get(id);
      const slot = known ?? unused.pop() ?? ids.length;
      touched.add(slot);
      const text = change.payload || known === undefined ? payloadText(change.payload ?? {}) : undefined;
      remember(slot, id, version);
      records.put(slot, `${id}\n${version}\n${text ?? textOf(records.get(slot)!)}`);
      if (text !== undefined) {
        last = undefined;
        indexPayload(slot, change.payload ?? {});
      }
      if (change.vectors || change.dropVectors || known === undefined) {
        for (const [name, slab] of slabs) {
          const vector = change.vectors?.get(name);
          if (vector) slab.set(slot, vector);
          else if (change.replace || change.dropVectors?.includes(name)) slab.clear(slot);
        }
        vectors.put(slot, encodeVectors(slot, slabs, config));
      }
      return slot;
    },
    remove(slot) {
      if (ids[slot] === undefined) return;
      touched.add(slot);
      records.remove(slot);
      vectors.remove(slot);
      forget(slot);
      unused.push(slot);
    },
    commit(work) {
      touched.clear();
      try {
        return storage.commit(work);
      } catch (error) {
        touched.forEach(reload);
        throw error;
      }
    },
    addIndex(field, schema) {
      const column = createColumn(schema);
      const path = parsePath(field);
      ids.forEach((id, slot) => {
        if (id !== undefined) setColumn(column, slot, payload(slot), path);
      });
      schemas.set(field, schema);
      paths.set(field, path);
      columns.set(field, column);
    },
    dropIndex(field) {
      schemas.delete(field);
      paths.delete(field);
      columns.delete(field);
    },
    free() {
      for (const slab of slabs.values()) slab.free();
    },
  };
}

function setColumn(column: Column, slot: number, payload: Readonly<Payload>, path: PayloadPath): void {
  column.set(slot, valuesAt(payload, path));
}

export function readRecord(record: string): { id: PointId; version: number; payload: Payload } {
  const first = record.indexOf("\n");
  const second = record.indexOf("\n", first + 1);
  const id = record.slice(0, first);
  const text = record.slice(second + 1);
  return {
    id: readPointId(id),
    version: Number(record.slice(first + 1, second)),
    payload: (record[second + 1] === EXACT ? parseExact(text, true) : JSON.parse(text)) as Payload,
  };
}

/** Before a payload with numbers that JSON.parse would change: a space, which is nothing to it. */
const EXACT = " ";

function payloadText(payload: Readonly<Payload>): string {
  const { text, exact } = stringifyExact(payload);
  return exact ? EXACT + text : text;
}

const textOf = (record: string) => record.slice(record.indexOf("\n", record.indexOf("\n") + 1) + 1);
