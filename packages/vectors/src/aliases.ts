import type { QdrantApi } from "./qdrant-api.ts";

/** The collection that an alias stands for; undefined where there is no such alias. */
export async function currentOf(api: QdrantApi, alias: string): Promise<string | undefined> {
  return (await api.aliases()).get(alias);
}

/**
 * Lets an alias stand for a collection, from one request to the next: whoever asks by the alias sees the one or the other, never
 * neither. Returns what it stood for before. FatalError STORE_REFUSED where the collection is not there, or where a collection has
 * the alias's name; the alias is then what it was.
 */
export async function pointAlias(api: QdrantApi, alias: string, collection: string): Promise<string | undefined> {
  const before = await currentOf(api, alias);
  // One action, which replaces: of several, Qdrant keeps those before one that it refuses, so a delete would stay.
  await api.changeAliases([{ create_alias: { alias_name: alias, collection_name: collection } }]);
  return before;
}
