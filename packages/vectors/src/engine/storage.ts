import { accessSync, constants, mkdirSync } from "node:fs";
import { join } from "node:path";
import { FatalError } from "@eddy/contracts/errors";
import { type Database, open, type RootDatabase } from "lmdb";
import { Refusal, StorageFailure } from "./refusal.ts";

/** The layout below; a store with another number is refused. */
const FORMAT = 1;

/**
 * What stays on disk, in one LMDB environment (the only file that knows LMDB).
 *
 * 1. Everything written inside one `commit` is there after a crash or power cut, or nothing of it: LMDB writes a new tree beside the old
 *    one and syncs before `commit` returns.
 * 2. `meta` holds small JSON values by name; each collection has two tables by slot: `records` (`id \n version \n payload as JSON`)
 *    and `vectors` (a byte for each vector name, 1 = there, then their little-endian f32 values).
 */
export interface Storage {
  readonly meta: Table<unknown>;
  table(collection: string): { records: Table<string>; vectors: Table<Uint8Array> };
  drop(collection: string): void;
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
  const env = openEnvironment(dir, file);
  const meta = asTable(env.openDB<unknown, string>({ name: "meta", encoding: "json" }));
  const format = meta.get("format");
  if (format === undefined) env.transactionSync(() => meta.put("format", FORMAT));
  else if (format !== FORMAT) {
    void env.close();
    throw new FatalError("FORMAT_UNKNOWN", `${file} has format ${format}, this version of Eddy reads ${FORMAT}`);
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
    drop(collection) {
      for (const [part, encoding] of [
        ["records", "string"],
        ["vectors", "binary"],
      ] as const) {
        slots(`${collection}/${part}`, encoding).dropSync();
        opened.delete(`${collection}/${part}`);
      }
    },
    commit(work) {
      try {
        return env.transactionSync(work);
      } catch (error) {
        throw error instanceof Refusal ? error : new StorageFailure(error);
      }
    },
    close: () => env.close(),
  };
}

function openEnvironment(dir: string, file: string): RootDatabase {
  try {
    mkdirSync(dir, { recursive: true });
    accessSync(dir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new FatalError("HOME_NOT_WRITABLE", `the folder ${dir} can't be written: ${reason(cause)}`, { cause });
  }
  try {
    return open({ path: file, noSubdir: true, maxDbs: 4096, overlappingSync: false });
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

const reason = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));
