import { setImmediate as nextTurn } from "node:timers/promises";
import { FatalError, RetryableError } from "@eddy/contracts/errors";
import { creationOf } from "./creation.ts";
import type { Engine } from "./engine/engine.ts";
import { Refusal, StorageFailure } from "./engine/refusal.ts";
import type { QdrantApi } from "./qdrant-api.ts";

/** The embedded engine, called directly: no JSON, no copy of a vector but the one into or out of the store. The caller closes the engine. */
export function createInProcessApi(engine: Engine): QdrantApi {
  /** A write is done when it returns; the turn after it lets timers and sockets of a busy writer live. */
  async function write<T>(work: () => T): Promise<T> {
    const result = await run(async () => work());
    await nextTurn();
    return result;
  }

  return {
    ping: async () => undefined,
    async getCollection(name) {
      const found = engine.find(name);
      if (!found) return undefined;
      const { config, metadata = {}, indexes } = found.state;
      return {
        vectors: (config.params as { vectors?: unknown }).vectors,
        metadata,
        creation: creationOf(config, metadata),
        indexes: Object.fromEntries(
          Object.entries(indexes).map(([field, { type, params }]) => [field, params ?? type]),
        ),
        points: found.size,
      };
    },
    createCollection: (name, request) =>
      write(() => {
        if (engine.names().includes(name)) return false;
        engine.createCollection(name, request);
        return true;
      }),
    setMetadata: (name, metadata) => write(() => engine.updateCollection(name, { metadata })),
    createIndex: (name, field, schema) => write(() => void engine.collection(name).createIndex(field, schema)),
    update: (name, operations) => write(() => void engine.collection(name).update(operations)),
    retrieve: (name, request) => run(async () => engine.collection(name).retrieve(request)),
    async scroll(name, request) {
      const { points, next_page_offset } = await run(() => engine.collection(name).scroll(request));
      return { points, next: next_page_offset ?? undefined };
    },
    query: async (name, request) => (await run(() => engine.collection(name).query(request))).points,
    count: async (name, filter) => (await run(() => engine.collection(name).count({ filter }))).count,
    facet: async (name, request) => (await run(() => engine.collection(name).facet(request))).hits,
    aliases: async () =>
      new Map(engine.aliases().map(({ alias_name, collection_name }) => [alias_name, collection_name])),
    changeAliases: (actions) => write(() => engine.changeAliases(actions)),
    close: async () => undefined,
  };
}

async function run<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Refusal) throw new FatalError("STORE_REFUSED", cause.message, { cause });
    if (!(cause instanceof StorageFailure)) throw cause;
    throw new RetryableError(cause.diskFull ? "DISK_FULL" : "STORE_UNAVAILABLE", cause.message, { cause });
  }
}
