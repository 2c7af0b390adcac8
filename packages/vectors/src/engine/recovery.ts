import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { CollectionState } from "./collection.ts";
import { badRequest, wrongInput } from "./refusal.ts";
import { readFrames } from "./snapshot-file.ts";
import type { Storage } from "./storage.ts";

/** A collection read from a snapshot, on disk under a uid of its own, but not yet anyone's. */
export interface Recovered {
  readonly name: string;
  readonly state: CollectionState;
}

const MARK = "recovering/";
const POINTS_A_COMMIT = 512;

/**
 * Brings the collections of a snapshot onto the disk, beside what is there. Until `claim`, a mark says that their tables are nobody's:
 * what a crash leaves is dropped at the next start.
 */
export async function* recoverCollections(storage: Storage, file: string): AsyncGenerator<Recovered> {
  const frames = readFrames(file);
  for (let head = await frames.next(); !head.done; head = await frames.next()) {
    const { name, state } = parseHead(head.value);
    const uid = randomUUID();
    storage.commit(() => storage.meta.put(MARK + uid, true));
    try {
      await fill(storage, uid, frames);
    } catch (error) {
      dropUnclaimed(storage, uid);
      throw error;
    }
    yield { name, state: { ...state, uid } };
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

function parseHead(frame: Buffer): Recovered {
  try {
    return JSON.parse(frame.toString()) as Recovered;
  } catch {
    throw badRequest("Failed to read snapshot: a collection's description is broken");
  }
}

/** Points up to the empty frame. */
async function fill(storage: Storage, uid: string, frames: AsyncGenerator<Buffer>): Promise<void> {
  const { records, vectors } = storage.table(uid);
  let waiting: { record: string; bytes: Buffer }[] = [];
  let slot = 0;
  const write = () => {
    storage.commit(() => {
      for (const { record, bytes } of waiting) {
        records.put(slot, record);
        vectors.put(slot, bytes);
        slot += 1;
      }
    });
    waiting = [];
  };
  const next = async () => {
    const frame = await frames.next();
    if (frame.done) throw badRequest("Failed to read snapshot: it is cut short");
    return frame.value;
  };
  for (let record = await next(); record.length > 0; record = await next()) {
    waiting.push({ record: record.toString(), bytes: Buffer.from(await next()) });
    if (waiting.length === POINTS_A_COMMIT) write();
  }
  write();
}
