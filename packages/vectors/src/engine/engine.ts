import { randomUUID } from "node:crypto";
import { lockHome } from "@eddy/runtime/home-lock";
import { createArena } from "./arena.ts";
import { type Collection, type CollectionState, openCollection } from "./collection.ts";
import { checkSettings, parseVectorConfig, showConfig } from "./config.ts";
import { badFormat, conflict, isObject, noCollection, notFound, Refusal, wrongInput } from "./refusal.ts";
import { openStorage, type Storage } from "./storage.ts";

export interface EngineOptions {
  /** Folder of the store; made where missing. One process at a time. */
  readonly dir: string;
  /** The setting that people change to use another folder; for messages. */
  readonly setting?: string;
  /** [0, 1); for samples. */
  readonly random?: () => number;
}

/** The embedded store: collections, aliases, and what they hold, in one LMDB file. */
export type Engine = ReturnType<typeof openEngine>;

const STATE = "collection/";
const ALIAS = "alias/";

/** Loads all collections into memory. Throws FatalError HOME_LOCKED, HOME_NOT_WRITABLE, FORMAT_UNKNOWN or DISK_FULL. */
export function openEngine({ dir, setting = "EDDY_HOME", random = Math.random }: EngineOptions) {
  const lock = lockHome(dir, setting);
  try {
    return loadEngine(openStorage(dir), random, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

function loadEngine(storage: Storage, random: () => number, unlock: () => void) {
  const { meta } = storage;
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
        meta.remove(`operation/${found.state.uid}`);
        for (const alias of gone) meta.remove(ALIAS + alias);
        storage.drop(found.state.uid);
      });
      found.forget();
      collections.delete(name);
      for (const alias of gone) aliases.delete(alias);
      return true;
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

const FORBIDDEN = [...'<>:"/\\|?*\0\u001f'];

function checkName(name: string): void {
  const wrong = (why: string) => new Refusal(422, `Validation error in path parameters: [collection_name: ${why}]`);
  const forbidden = FORBIDDEN.find((character) => name.includes(character));
  if (forbidden !== undefined) throw wrong(`collection name cannot contain ${JSON.stringify(forbidden)} char`);
  if (name.length === 0 || name.length > 255)
    throw wrong(`value ${JSON.stringify(name)} invalid, must be from 1 to 255 characters`);
}
