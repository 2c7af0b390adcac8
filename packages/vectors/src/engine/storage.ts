import { closeSync, existsSync, openSync, readSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { FatalError } from "@eddy/contracts/errors";
import { type Database, open, type RootDatabase } from "lmdb";
import { Refusal, StorageFailure } from "./refusal.ts";

/** The layouts that are read: the one below, and the same with sparse vectors in it, which begins where the first of them is made. */
const FORMATS = { plain: 1, sparse: 2 };
const LMDB_MAGIC = 0xbeefc0de;
const NEARLY_FULL_BYTES = 16 * 1024 * 1024;

/**
 * What stays on disk, in one LMDB environment (the only file that knows LMDB).
 *
 * 1. Everything written inside one `commit` is there after a crash or power cut, or nothing of it: LMDB writes a new tree beside the old
 *    one and syncs before `commit` returns.
 * 2. `meta` holds small JSON values by name; each collection has two tables by slot: `records` (`id \n version \n payload as JSON`)
 *    and `vectors` (vector-codec.ts).
 */
export interface Storage {
  readonly meta: Table<unknown>;
  table(collection: string): { records: Table<string>; vectors: Table<Uint8Array> };
  /** All points of a collection, as they are now, whatever is written meanwhile. To be read to its end or returned from. */
  points(collection: string): Iterable<{ record: string; vectors: Uint8Array }>;
  drop(collection: string): void;
  /** What is written next needs this layout; in a commit. */
  use(layout: keyof typeof FORMATS): void;
  commit<T>(work: () => T): T;
  close(): Promise<void>;
}

export interface Table<Value> {
  get(key: string | number): Value | undefined;
  put(key: string | number, value: Value): void;
  remove(key: string | number): void;
  entries(): Iterable<{ key: string | number; value: Value }>;
}

export function openStorage(dir: string): Storage {
  const file = join(dir, "store.lmdb");
  const env = openEnvironment(file);
  const meta = asTable(env.openDB<unknown, string>({ name: "meta", encoding: "json" }));
  const format = meta.get("format");
  const known: readonly unknown[] = Object.values(FORMATS);
  if (format === undefined) env.transactionSync(() => meta.put("format", FORMATS.plain));
  else if (!known.includes(format)) {
    void env.close();
    throw new FatalError(
      "FORMAT_UNKNOWN",
      `${file} has format ${format}, this version of Eddy reads ${known.join(", ")}`,
    );
  }
  const opened = new Map<string, Database<string, number> | Database<Uint8Array, number>>();
  const slots = <V extends string | Uint8Array>(name: string, encoding: "string" | "binary") => {
    const database = opened.get(name) ?? env.openDB<V, number>({ name, encoding, keyEncoding: "uint32" });
    opened.set(name, database as Database<string, number>);
    return database as unknown as Database<V, number>;
  };

  return {
    meta,
    table: (collection) => ({
      records: asTable(slots<string>(`${collection}/records`, "string")),
      vectors: asTable(slots<Uint8Array>(`${collection}/vectors`, "binary")),
    }),
    *points(collection) {
      const records = slots<string>(`${collection}/records`, "string");
      const vectors = slots<Uint8Array>(`${collection}/vectors`, "binary");
      const transaction = records.useReadTransaction();
      try {
        for (const { key, value } of records.getRange({ transaction }))
          yield { record: value, vectors: vectors.get(key, { transaction })! };
      } finally {
        transaction.done();
      }
    },
    drop(collection) {
      for (const [part, encoding] of [
        ["records", "string"],
        ["vectors", "binary"],
      ] as const) {
        slots(`${collection}/${part}`, encoding).dropSync();
        opened.delete(`${collection}/${part}`);
      }
    },
    use: (layout) => meta.put("format", Math.max(FORMATS[layout], Number(meta.get("format")))),
    commit(work) {
      try {
        return env.transactionSync(work);
      } catch (error) {
        throw error instanceof Refusal ? error : new StorageFailure(error, isDiskFull(error, dir));
      }
    },
    close: () => env.close(),
  };
}

function openEnvironment(file: string): RootDatabase {
  checkMagic(file);
  try {
    // a page holds a few vectors: of 4 KiB, half of each was lost
    return open({ path: file, noSubdir: true, maxDbs: 4096, overlappingSync: false, pageSize: 8192 });
  } catch (cause) {
    const why = reason(cause);
    if (/MDB_INVALID|MDB_VERSION_MISMATCH|not an LMDB file|version mismatch/i.test(why)) {
      throw new FatalError("FORMAT_UNKNOWN", `${file} is not a store of this version of Eddy: ${why}`, { cause });
    }
    if (/no space left/i.test(why)) throw new FatalError("DISK_FULL", `no space left for ${file}`, { cause });
    throw new FatalError("HOME_NOT_WRITABLE", `${file} can't be opened: ${why}`, { cause });
  }
}

function asTable<Value, Key extends string | number>(database: Database<Value, Key>): Table<Value> {
  const key = (one: string | number) => one as Key;
  return {
    get: (one) => database.get(key(one)),
    put: (one, value) => void database.putSync(key(one), value),
    remove: (one) => void database.removeSync(key(one)),
    entries: () => database.getRange({}),
  };
}

/** LMDB would fall over a file of something else. Its first page says what it is, after a header of 24 bytes. */
function checkMagic(file: string): void {
  if (!existsSync(file)) return;
  const start = Buffer.alloc(28);
  const descriptor = openSync(file, "r");
  const length = readSync(descriptor, start);
  closeSync(descriptor);
  if (length === 0 || (length === start.length && start.readUInt32LE(24) === LMDB_MAGIC)) return;
  throw new FatalError("FORMAT_UNKNOWN", `${file} is not a store of Eddy: move it away, or choose another folder`);
}

/** LMDB calls a write that was cut short, as on a full disk, an "Input/output error". */
function isDiskFull(error: unknown, dir: string): boolean {
  const why = reason(error);
  if (/no space left|quota exceeded|MDB_MAP_FULL|mapsize limit/i.test(why)) return true;
  const { bavail, bsize } = statfsSync(dir);
  return /input\/output error/i.test(why) && bavail * bsize < NEARLY_FULL_BYTES;
}

const reason = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));
