import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { PointId } from "../protocol.ts";
import type { CollectionState } from "./collection.ts";
import { parseVectorConfig } from "./config.ts";
import { parsePath } from "./payload-path.ts";
import { normalPointId } from "./point-id.ts";
import { badRequest, isObject, wrongInput } from "./refusal.ts";
import { parseFieldSchema } from "./schema.ts";
import type { StoredVector } from "./slab.ts";
import { readFrames } from "./snapshot-file.ts";
import type { Storage } from "./storage.ts";
import { readRecord } from "./table.ts";
import { decodeVectors } from "./vector-codec.ts";
import type { VectorConfig } from "./vector-input.ts";

/** A collection read from a snapshot, on disk under a uid of its own, but not yet anyone's. */
export interface Recovered {
  readonly name: string;
  readonly state: CollectionState;
}

const MARK = "recovering/";
const POINTS_A_COMMIT = 512;
const BYTES_A_COMMIT = 16 * 1024 * 1024;

/**
 * Brings the collections of a snapshot onto the disk, beside what is there. Until `claim`, a mark says that their tables are nobody's:
 * what a crash leaves is dropped at the next start. Everything is checked on its way, since the store could not be opened any more with a
 * point that can't be read. Throws a Refusal, and leaves nothing then. `single`: it must be of one collection.
 */
export async function recoverCollections(
  storage: Storage,
  file: string,
  { single = false } = {},
): Promise<readonly Recovered[]> {
  const found: Recovered[] = [];
  const frames = readFrames(file);
  try {
    for (let head = await frames.next(); !head.done; head = await frames.next()) {
      const { name, state } = parseHead(head.value);
      if (single && found.length > 0) throw broken("it is one of a whole storage");
      if (found.some((one) => one.name === name)) throw broken(`the collection ${name} is in it twice`);
      const uid = randomUUID();
      storage.commit(() => storage.meta.put(MARK + uid, true));
      found.push({ name, state: { ...state, uid } });
      await fill(storage, uid, configOf(state), frames);
    }
    if (single && found.length === 0) throw broken("there is no collection in it");
    return found;
  } catch (error) {
    for (const { state } of found) dropUnclaimed(storage, state.uid);
    throw error;
  } finally {
    await frames.return(undefined);
  }
}

/** In the commit that makes it a collection's. */
export const claim = (storage: Storage, uid: string) => storage.meta.remove(MARK + uid);

export function dropUnclaimed(storage: Storage, uid: string): void {
  storage.commit(() => {
    storage.drop(uid);
    storage.meta.remove(MARK + uid);
  });
}

export function dropAllUnclaimed(storage: Storage): void {
  const marks = [...storage.meta.entries()].map(({ key }) => String(key)).filter((key) => key.startsWith(MARK));
  for (const mark of marks) dropUnclaimed(storage, mark.slice(MARK.length));
}

/** A snapshot fits only where the vectors are the same. */
export function requireSameVectors(there: CollectionState, coming: CollectionState): void {
  const [now, then] = [there, coming].map(({ config }) => {
    const { vectors, sparse_vectors } = config.params as Record<string, unknown>;
    return { vectors, sparse_vectors: sparse_vectors ?? {} };
  });
  if (isDeepStrictEqual(now, then)) return;
  throw wrongInput(
    `Snapshot is not compatible with existing collection: Collection vectors: ${JSON.stringify(now)} Snapshot Vectors: ${JSON.stringify(then)}`,
  );
}

const broken = (why: string) => badRequest(`Failed to read snapshot: ${why}`);

function parseHead(frame: Buffer): Recovered {
  try {
    const { name, state } = JSON.parse(frame.toString()) as { readonly name: unknown; readonly state: unknown };
    if (typeof name === "string" && isState(state)) return { name, state };
  } catch {
    // as below
  }
  throw broken("a collection's description is broken");
}

/** Throws where its parts are no configuration. */
function isState(state: unknown): state is CollectionState {
  if (!isObject(state) || !isObject(state.config) || !isObject(state.config.params) || !isObject(state.indexes))
    return false;
  configOf(state as unknown as CollectionState);
  for (const [field, schema] of Object.entries(state.indexes)) {
    const { type, params } = schema as { readonly type: unknown; readonly params?: unknown };
    parsePath(field);
    if (parseFieldSchema(params ?? type).type !== type) return false;
  }
  const { metadata, operation } = state;
  return (metadata === undefined || isObject(metadata)) && Number.isSafeInteger(operation) && Number(operation) >= 0;
}

const configOf = ({ config }: CollectionState) => parseVectorConfig(config.params as Record<string, unknown>);

/** Points up to the empty frame. */
async function fill(
  storage: Storage,
  uid: string,
  config: VectorConfig,
  frames: AsyncGenerator<Buffer>,
): Promise<void> {
  const { records, vectors } = storage.table(uid);
  const ids = new Set<PointId>();
  let waiting: { record: string; bytes: Buffer }[] = [];
  let [slot, size] = [0, 0];
  const write = () => {
    storage.commit(() => {
      for (const { record, bytes } of waiting) {
        records.put(slot, record);
        vectors.put(slot, bytes);
        slot += 1;
      }
    });
    [waiting, size] = [[], 0];
  };
  const next = async () => {
    const frame = await frames.next();
    if (frame.done) throw broken("it is cut short");
    return frame.value;
  };
  for (let record = await next(); record.length > 0; record = await next()) {
    const point = { record: record.toString(), bytes: Buffer.from(await next()) };
    const id = checkPoint(point.record, point.bytes, config);
    if (ids.has(id)) throw broken(`the point ${id} is in it twice`);
    ids.add(id);
    waiting.push(point);
    size += point.record.length + point.bytes.length;
    if (waiting.length === POINTS_A_COMMIT || size > BYTES_A_COMMIT) write();
  }
  write();
}

/** The point's id. Throws a Refusal where this store would not have written it so. */
function checkPoint(record: string, bytes: Uint8Array, config: VectorConfig): PointId {
  try {
    const { id, version, payload } = readRecord(record);
    const isWritten = record.startsWith(`${id}\n${version}\n`) && normalPointId(id) === id;
    const isSound = Number.isSafeInteger(version) && version >= 0 && isObject(payload);
    if (isWritten && isSound && [...decodeVectors(bytes, config).values()].every(isSoundVector)) return id;
  } catch {
    // as below
  }
  throw broken("a point in it is broken");
}

function isSoundVector(vector: StoredVector): boolean {
  if (vector instanceof Float32Array) return vector.every(Number.isFinite);
  const { indices, values } = vector;
  return values.every(Number.isFinite) && indices.every((index, at) => at === 0 || index > indices[at - 1]!);
}
