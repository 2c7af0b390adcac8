import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { lockHome } from "@eddy/runtime/home-lock";
import { createArena } from "./arena.ts";
import { type Collection, type CollectionState, openCollection } from "./collection.ts";
import { checkSettings, parseVectorConfig, showConfig } from "./config.ts";
import {
  claim,
  dropAllUnclaimed,
  dropUnclaimed,
  type Recovered,
  recoverCollections,
  requireSameVectors,
} from "./recovery.ts";
import { badFormat, conflict, isObject, noCollection, notFound, Refusal, wrongInput } from "./refusal.ts";
import type { Frame } from "./snapshot-file.ts";
import { createSnapshotFolder, type SnapshotDescription, type SnapshotFolder } from "./snapshot-folder.ts";
import { openStorage, type Storage } from "./storage.ts";

export interface EngineOptions {
  /** Folder of the store; made where missing. One process at a time. */
  readonly dir: string;
  /** The setting that people change to use another folder; for messages. */
  readonly setting?: string;
  /** [0, 1); for samples. */
  readonly random?: () => number;
  /** Milliseconds since 1970; for the names of snapshots. */
  readonly now?: () => number;
}

/** The embedded store: collections, aliases, and what they hold, in one LMDB file. */
export type Engine = ReturnType<typeof openEngine>;

const STATE = "collection/";
const ALIAS = "alias/";

/** Loads all collections into memory. Throws FatalError HOME_LOCKED, HOME_NOT_WRITABLE, FORMAT_UNKNOWN or DISK_FULL. */
export function openEngine({ dir, setting = "EDDY_HOME", random = Math.random, now = Date.now }: EngineOptions) {
  const lock = lockHome(dir, setting);
  try {
    const snapshots = createSnapshotFolder(join(dir, "snapshots"));
    return loadEngine({ dir, storage: openStorage(dir), snapshots, random, now, unlock: () => lock.release() });
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface Loaded {
  readonly dir: string;
  readonly storage: Storage;
  readonly snapshots: SnapshotFolder;
  readonly random: () => number;
  readonly now: () => number;
  readonly unlock: () => void;
}

function loadEngine({ dir, storage, snapshots, random, now, unlock }: Loaded) {
  const { meta } = storage;
  dropAllUnclaimed(storage);
  const peer = ownNumber(storage, random);
  const stamp = () => new Date(now()).toISOString().slice(0, 19).replace(/[T:]/g, "-");
  const collections = new Map<string, Collection>();
  const aliases = new Map<string, string>();
  const arena = createArena();

  const find = (name: string) => collections.get(name) ?? collections.get(aliases.get(name) ?? "");
  const tableOf = (name: string) => collection(name).table;

  function collection(name: string): Collection {
    const found = find(name);
    if (!found) throw noCollection(name);
    return found;
  }

  const open = (name: string, state: CollectionState) => {
    const config = parseVectorConfig(state.config.params as Readonly<Record<string, unknown>>);
    const keep = (next: CollectionState) => meta.put(STATE + name, next);
    collections.set(name, openCollection(state, { name, storage, arena, config, keep, random, tableOf }));
  };
  for (const { key, value } of meta.entries()) {
    const text = String(key);
    if (text.startsWith(STATE)) open(text.slice(STATE.length), value as CollectionState);
    else if (text.startsWith(ALIAS)) aliases.set(text.slice(ALIAS.length), String(value));
  }

  return {
    find,
    collection,
    dir,
    peer,
    names: () => [...collections.keys()].sort(),
    createCollection(name: string, request: Readonly<Record<string, unknown>>): void {
      checkName(name);
      if (!isObject(request)) throw badFormat("invalid type, expected struct CreateCollection");
      checkSettings(request);
      const { sparse } = parseVectorConfig(request);
      if (collections.has(name)) throw conflict(`Collection \`${name}\` already exists!`);
      if (aliases.has(name))
        throw wrongInput(`Can't create collection with name ${name}. Alias with the same name already exists`);
      const metadata = isObject(request.metadata) ? request.metadata : undefined;
      const config = showConfig(request);
      if (typeof request.on_disk_payload === "boolean") {
        config.params = { ...config.params, on_disk_payload: request.on_disk_payload };
      }
      const state: CollectionState = { uid: randomUUID(), config, metadata, indexes: {}, operation: 0 };
      storage.commit(() => {
        if (sparse.size > 0) storage.use("sparse");
        meta.put(STATE + name, state);
      });
      open(name, state);
    },
    updateCollection(name: string, request: Readonly<Record<string, unknown>>): void {
      const found = find(name);
      if (!found) throw noCollection(name);
      if (!isObject(request)) throw badFormat("invalid type, expected struct UpdateCollection");
      checkSettings(request);
      found.configure(showConfig(request, found.state.config), isObject(request.metadata) ? request.metadata : {});
    },
    /** False where there is none of that name (an alias is not one). */
    deleteCollection(name: string): boolean {
      const found = collections.get(name);
      if (!found) return false;
      const gone = [...aliases].filter(([, target]) => target === name).map(([alias]) => alias);
      storage.commit(() => {
        meta.remove(STATE + name);
        for (const alias of gone) meta.remove(ALIAS + alias);
        dropTables(found.state.uid);
      });
      found.forget();
      collections.delete(name);
      for (const alias of gone) aliases.delete(alias);
      return true;
    },
    snapshots,
    /** Named after the collection, this store and the time. */
    createSnapshot(name: string): Promise<SnapshotDescription> {
      const found = collection(name);
      return snapshots.create(found.name, `${found.name}-${peer}-${stamp()}`, found.frames());
    },
    /** Of all collections, with their aliases. */
    createFullSnapshot: () => snapshots.create(undefined, `full-snapshot-${stamp()}`, allFrames()),
    /** The collection becomes what the snapshot says; until then it is what it was. */
    async recoverSnapshot(name: string, file: string): Promise<void> {
      checkName(name);
      const target = find(name)?.name ?? name;
      const [found] = await recoverCollections(storage, file, { single: true });
      adopt([{ name: target, state: found!.state }]);
    },
    /** Each collection of a full snapshot, as `recoverSnapshot`, once all of it was read. Those not in it stay. Returns their names. */
    async recoverFullSnapshot(file: string): Promise<string[]> {
      const found = await recoverCollections(storage, file);
      adopt(found);
      return found.map(({ name }) => name);
    },
    aliases: (collection?: string) =>
      [...aliases]
        .filter(([, target]) => collection === undefined || target === collection)
        .map(([alias_name, collection_name]) => ({ alias_name, collection_name })),
    /** All actions or none (Qdrant keeps those before one that it refuses). */
    changeAliases(actions: unknown): void {
      if (!Array.isArray(actions)) throw badFormat("missing field `actions`");
      const next = new Map(aliases);
      for (const action of actions) changeAlias(next, action);
      storage.commit(() => {
        for (const alias of aliases.keys()) if (!next.has(alias)) meta.remove(ALIAS + alias);
        for (const [alias, target] of next) meta.put(ALIAS + alias, target);
      });
      aliases.clear();
      for (const [alias, target] of next) aliases.set(alias, target);
    },
    async close() {
      await storage.close();
      unlock();
    },
  };

  function adopt(recovered: readonly Recovered[]): void {
    try {
      for (const { name, state } of recovered) {
        checkName(name);
        if (aliases.has(name)) throw conflict(`Alias \`${name}\` already exists!`);
        const before = collections.get(name);
        if (before) requireSameVectors(before.state, state);
      }
    } catch (error) {
      for (const { state } of recovered) dropUnclaimed(storage, state.uid);
      throw error;
    }
    for (const { name, state } of recovered) replace(name, state);
  }

  function replace(name: string, state: CollectionState): void {
    const before = collections.get(name);
    storage.commit(() => {
      if (parseVectorConfig(state.config.params as Readonly<Record<string, unknown>>).sparse.size > 0)
        storage.use("sparse");
      meta.put(STATE + name, state);
      claim(storage, state.uid);
      if (before) dropTables(before.state.uid);
    });
    before?.forget();
    open(name, state);
  }

  function dropTables(uid: string): void {
    meta.remove(`operation/${uid}`);
    storage.drop(uid);
  }

  async function* allFrames(): AsyncIterable<Frame> {
    for (const one of [...collections.values()]) yield* one.frames();
  }

  function changeAlias(next: Map<string, string>, action: unknown): void {
    if (!isObject(action)) throw badFormat("data did not match any variant of untagged enum AliasOperations");
    const { create_alias, delete_alias, rename_alias } = action;
    if (isObject(create_alias)) {
      const [target, alias] = [String(create_alias.collection_name), String(create_alias.alias_name)];
      if (!collections.has(target)) throw noCollection(target);
      if (collections.has(alias)) throw conflict(`Collection \`${alias}\` already exists!`);
      checkName(alias);
      next.set(alias, target);
    } else if (isObject(delete_alias)) next.delete(String(delete_alias.alias_name));
    else if (isObject(rename_alias)) {
      const [from, to] = [String(rename_alias.old_alias_name), String(rename_alias.new_alias_name)];
      const target = next.get(from);
      if (target === undefined) throw notFound(`Alias ${from} does not exists!`);
      if (collections.has(to)) throw conflict(`Collection \`${to}\` already exists!`);
      next.delete(from);
      next.set(to, target);
    } else throw badFormat("data did not match any variant of untagged enum AliasOperations");
  }
}

/** Tells this store from others, as Qdrant's peer id does. */
function ownNumber({ meta, commit }: Storage, random: () => number): number {
  const kept = meta.get("peer");
  if (typeof kept === "number") return kept;
  const made = Math.floor(random() * Number.MAX_SAFE_INTEGER);
  commit(() => meta.put("peer", made));
  return made;
}

const FORBIDDEN = [...'<>:"/\\|?*\0\u001f'];

function checkName(name: string): void {
  const wrong = (why: string) => new Refusal(422, `Validation error in path parameters: [collection_name: ${why}]`);
  const forbidden = FORBIDDEN.find((character) => name.includes(character));
  if (forbidden !== undefined) throw wrong(`collection name cannot contain ${JSON.stringify(forbidden)} char`);
  if (name.length === 0 || name.length > 255)
    throw wrong(`value ${JSON.stringify(name)} invalid, must be from 1 to 255 characters`);
}
